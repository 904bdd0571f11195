"""All that the local cloud gets differently from AWS, and why. Keep it short: each line is something not tried here."""

from __future__ import annotations

import copy
from typing import Any

from local.cloud import Cloud
from local.templates import Template

# Types that MiniStack 1.5.33 refuses, and that nothing on one machine misses.
REFUSED_TYPES = frozenset({"AWS::Events::Archive"})
# Of one queue's messages: more would be more processes than a laptop has cores, for smaller batches.
BATCHES_AT_ONCE = 2


def applied(template: Template) -> Template:
    """The copy of the packaged template that the local cloud is given."""
    local = copy.deepcopy(template)
    resources = local["Resources"]
    for name in [name for name, resource in resources.items() if resource["Type"] in REFUSED_TYPES]:
        del resources[name]
    resources.update(gateway_responses(resources))
    for resource in resources.values():
        if resource["Type"] == "AWS::Lambda::EventSourceMapping" and "ScalingConfig" in resource["Properties"]:
            resource["Properties"]["ScalingConfig"] = {"MaximumConcurrency": BATCHES_AT_ONCE}
    return local


def gateway_responses(resources: dict[str, Any]) -> dict[str, Any]:
    """The refusals of API Gateway as resources: MiniStack does not read them from the API's definition, AWS does."""
    found = {}
    for name, api in resources.items():
        if api["Type"] != "AWS::Serverless::Api":
            continue
        for kind, response in api["Properties"].get("GatewayResponses", {}).items():
            headers = response.get("ResponseParameters", {}).get("Headers", {})
            properties = {
                "RestApiId": {"Ref": name},
                "ResponseType": kind,
                "ResponseParameters": {f"gatewayresponse.header.{key}": value for key, value in headers.items()},
                "ResponseTemplates": response["ResponseTemplates"],
            }
            if "StatusCode" in response:
                properties["StatusCode"] = str(response["StatusCode"])
            resource = {"Type": "AWS::ApiGateway::GatewayResponse", "Properties": properties}
            found[name + kind.title().replace("_", "")] = resource
    return found


def redeploy(cloud: Cloud, api_id: str) -> None:
    """Deploys the API's stage again: those resources are made after the deployment that should have them."""
    cloud.client("apigateway").create_deployment(restApiId=api_id, stageName="api")
