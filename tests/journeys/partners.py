"""Partners that put facts on the bus: orders, payments, stock and carriers of our own account."""

from local.seed.partners import tells as tell

__all__ = ["tell"]
