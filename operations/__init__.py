"""The operator's commands: `python -m operations <verb>`. Never shipped; docs/operations/handbook.md shows each.

They go through the public API as an operator wherever there is a route. What has none they read from AWS, and they
never write the table: only the product itself knows what belongs into one transaction.
"""
