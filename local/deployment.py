"""Deploys the two stacks of a stage by CloudFormation: to AWS, and to the local cloud in the very same way.

`python -m local.deployment STAGE` (= `make deploy STAGE=…`) deploys to the account of the caller's AWS credentials.
"""

from __future__ import annotations

import base64
import copy
import json
import secrets
import sys
from collections.abc import Mapping
from typing import Any, Protocol

from botocore.exceptions import ClientError

from local import packaging, templates

PARAMETERS = packaging.ROOT / "infra" / "parameters"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
Outputs = dict[str, str]


class Session(Protocol):
    """What makes clients: a boto3 session, or the local cloud's."""

    def client(self, service: str) -> Any: ...


def parameters(stage: str) -> dict[str, dict[str, str]]:
    """What the stage's file sets: `data` and `app`, by parameter."""
    return dict(json.loads((PARAMETERS / f"{stage}.json").read_text()))


def deploy_data(session: Session, stage: str, values: Mapping[str, str]) -> Outputs:
    """The stack that is kept: table, buckets, people, secrets. Answers its outputs."""
    body = (packaging.ROOT / "infra" / "data.yaml").read_text()
    outputs = _deploy(session, f"aftersales-{stage}-data", {"TemplateBody": body}, {"Stage": stage, **values})
    _first_master_key(session, outputs["WebhookSecretName"])
    return outputs


def deploy_app(
    session: Session,
    stage: str,
    bucket: str,
    made: packaging.Package,
    template: templates.Template,
    values: Mapping[str, str],
) -> Outputs:
    """The stack of functions, triggers and machines, from a package whose code it uploads. Answers its outputs."""
    s3 = session.client("s3")
    key = f"code/{made.version}.zip"
    s3.upload_file(str(made.code), bucket, key)
    body = json.dumps(uploaded(template, bucket, key), separators=(",", ":"), ensure_ascii=False)
    s3.put_object(Bucket=bucket, Key=f"templates/{made.version}.json", Body=body.encode())
    # CloudFormation reads it with the caller's own rights: the address needs no signature.
    url = f"{s3.meta.endpoint_url}/{bucket}/templates/{made.version}.json"
    return _deploy(session, f"aftersales-{stage}-app", {"TemplateURL": url}, {"Stage": stage, **values})


def uploaded(template: templates.Template, bucket: str, key: str) -> templates.Template:
    """The template with its code where it was uploaded to."""
    copied = copy.deepcopy(template)
    for resource in copied["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": key}
    return copied


def _deploy(session: Session, name: str, source: dict[str, str], values: Mapping[str, str]) -> Outputs:
    cloudformation = session.client("cloudformation")
    request = {
        "StackName": name,
        **source,
        "Capabilities": CAPABILITIES,
        "Parameters": [{"ParameterKey": key, "ParameterValue": str(value)} for key, value in values.items()],
    }
    try:
        cloudformation.create_stack(**request, EnableTerminationProtection=name.endswith("-data"))
        waiter = "stack_create_complete"
    except cloudformation.exceptions.AlreadyExistsException:
        waiter = "stack_update_complete"
        try:
            cloudformation.update_stack(**request)
        except ClientError as error:
            if "No updates are to be performed" not in str(error):
                raise
            waiter = ""
    if waiter:
        _wait(cloudformation, name, waiter)
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _wait(cloudformation: Any, name: str, waiter: str) -> None:
    # The first answers of a small stack come within a second; a large one in the cloud takes minutes.
    try:
        cloudformation.get_waiter(waiter).wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 1800})
    except Exception as error:
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        reasons = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
            for event in events
            if event["ResourceStatus"].endswith("FAILED")
        ]
        raise RuntimeError(f"{name} was not deployed:\n" + "\n".join(reasons or [str(error)])) from error


def _first_master_key(session: Session, name: str) -> None:
    """Writes the first key that merchants' secrets are derived from, once: nobody should have to think of it."""
    manager = session.client("secretsmanager")
    held = json.loads(manager.get_secret_value(SecretId=name)["SecretString"])
    if not held.get("master"):
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        manager.put_secret_value(SecretId=name, SecretString=json.dumps({"master": {"1": key}}))


def main(stage: str) -> int:
    import boto3

    values, session = parameters(stage), boto3.Session()
    made = packaging.package()
    data = deploy_data(session, stage, values["data"])
    template = json.loads(made.template.read_text())
    outputs = deploy_app(session, stage, data["ArtifactBucketName"], made, template, values["app"])
    print(json.dumps(data | outputs, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
