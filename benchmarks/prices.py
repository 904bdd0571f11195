"""Public list prices of us-east-1 in US dollars, as they stood on 2026-11-01 to the best of our knowledge.

A price is a fact of that day: the counts beside it stay true when it moves.
"""

from __future__ import annotations

DATED, REGION = "2026-11-01", "us-east-1"
MILLION = 1_000_000

# What is counted → (dollars for one of it, how the list says it)
PRICES: dict[str, tuple[float, str]] = {
    "Step Functions transitions": (0.025 / 1000, "$0.025 per 1,000 (standard)"),
    "DynamoDB write units": (0.625 / MILLION, "$0.625 per million (on demand)"),
    "DynamoDB read units": (0.125 / MILLION, "$0.125 per million (on demand)"),
    "Lambda invocations": (0.20 / MILLION, "$0.20 per million"),
    "Lambda GB-seconds": (0.0000166667, "$0.0000166667 (x86)"),
    "API Gateway requests": (3.50 / MILLION, "$3.50 per million (REST)"),
    "SQS requests": (0.40 / MILLION, "$0.40 per million (standard)"),
    "EventBridge events": (1.00 / MILLION, "$1.00 per million (custom)"),
    "CloudWatch Logs GB": (0.50, "$0.50 per GB taken in"),
}
STORED_GB_MONTH = 0.25  # DynamoDB, standard table class
