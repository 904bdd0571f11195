"""`sweep`: the sweeper's next minute, now. It is the product's own function: this only calls it."""

from __future__ import annotations

import json

from operations.errors import Refused
from operations.places import Place
from operations.printing import table


def sweep(place: Place) -> dict[str, int]:
    """What was repaired, by kind. Raises Refused when the function failed, or just runs by itself."""
    resource = place.session.client("cloudformation").describe_stack_resource(
        StackName=f"aftersales-{place.stage}-app", LogicalResourceId="OnMinute"
    )["StackResourceDetail"]
    client = place.session.client("lambda")
    try:
        answer = client.invoke(FunctionName=resource["PhysicalResourceId"], Payload=b'{"source": "operations"}')
    except client.exceptions.TooManyRequestsException:
        raise Refused("the sweeper runs already: there is only one at a time") from None
    content = json.loads(answer["Payload"].read() or b"{}")
    if answer.get("FunctionError"):
        raise Refused(f"the sweeper failed: {content.get('errorType', '')}; its log says where")
    table("Repaired", ("what", "how often"), sorted(content.items()))
    return dict(content)
