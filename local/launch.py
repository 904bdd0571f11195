"""Starts the whole system in order, and stops all of it again: packaging, cloud, stacks, partners, people, a shop."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from typing import Any

from local import claims, deployment, differences, ministack, packaging, partners, ports, search, users
from local.cloud import Cloud
from local.stack import Options, Stack
from local.sweeping import Clock

STAGE = "local"
Tell = Callable[[str], AbstractContextManager[Any]]


@contextmanager
def started(options: Options, tell: Tell = nullcontext) -> Iterator[Stack]:
    """A running stack; everything that was started ends with the context. `tell` shows each step while it lasts."""
    with ExitStack() as held:
        held.enter_context(claims.claim(options.file))
        with tell("packaging the functions"):
            made = packaging.package()
        engine = held.enter_context(search.starting(options.folder)) if options.search else None
        with tell("starting the local cloud"):
            process, endpoint = ministack.start(options.folder, options.port)
            held.callback(process.stop)
        cloud, addresses, keys = Cloud(endpoint), partners.Addresses.choose(), partners.Keys.make()
        search_url = ""
        if engine:
            with tell("waiting for OpenSearch"):
                search_url = engine.wait()
            if search_url:
                search.open_index(search_url, STAGE)
        with tell("deploying the template"):
            values = deployment.parameters(STAGE)
            data = deployment.deploy_data(cloud, STAGE, values["data"])
            _tell_keys(cloud, data, keys)
            app = _deploy_app(
                cloud, made, data, values["app"] | _run_parameters(options, endpoint, data, addresses, search_url)
            )
        stack = replace(_describe(cloud, options, data | app, addresses, keys), search_url=search_url)
        with tell("starting the payment provider, the carriers and the merchants' endpoint"):
            for partner in partners.start(stack, options.folder, keys):
                held.callback(partner.stop)
        with tell("making users"):
            stack.directory.add_all(users.DEMO)
        clock = Clock(Cloud(endpoint), stack.functions["OnMinute"])
        clock.start()
        held.callback(clock.stop)
        if options.seed:
            from local.seed import opening  # only the demo opens a shop

            with tell("opening the shop: orders, and cases in every state"):
                stack = replace(stack, cases=[told._asdict() for told in opening.seed(stack)])
        stack.save(options.file, tokens={user.name: stack.directory.token(user.name) for user in users.DEMO})
        yield stack


def _run_parameters(
    options: Options, endpoint: str, data: Mapping[str, str], addresses: partners.Addresses, search_url: str
) -> dict[str, str]:
    """What is only known once the ports are: where partners and keys are, which loopback a webhook may go to."""
    listening = [port for port in (addresses.merchant_port, options.listen) if port]
    return {
        "Speed": str(options.speed),
        "PaymentUrl": addresses.payment_url,
        "LogisticsUrl": addresses.carrier_url,
        "SearchEndpoint": search_url or "none",
        "JwksUrl": f"{endpoint}/{data['UserPoolId']}/.well-known/jwks.json",
        "LiveGateway": f"{endpoint.replace('http', 'ws', 1)}/_aws/execute-api",
        "WebhookAllow": ",".join(f"{host}:{port}" for port in listening for host in (ports.HOST, "localhost")),
    }


def _deploy_app(
    cloud: Cloud, made: packaging.Package, data: Mapping[str, str], values: Mapping[str, str]
) -> deployment.Outputs:
    template = differences.applied(json.loads(made.template.read_text()))
    outputs = deployment.deploy_app(cloud, STAGE, data["ArtifactBucketName"], made, template, values)
    differences.redeploy(cloud, outputs["ApiId"])
    return outputs


def _tell_keys(cloud: Cloud, data: Mapping[str, str], keys: partners.Keys) -> None:
    """Puts the partners' keys where the workers and the reconciliation read them, and what they sign with."""
    held = {
        data["PaymentSecretName"]: {"api_key": keys.payment},
        data["BillSecretName"]: {"api_key": keys.payment_reader},
        data["NoticeSecretName"]: {"signing_secret": keys.payment_signing},
        data["LogisticsSecretName"]: {"standard": {"api_key": keys.carrier}},
        data["TrackingSecretName"]: keys.carrier_signing,
    }
    for name, secret in held.items():
        cloud.client("secretsmanager").put_secret_value(SecretId=name, SecretString=json.dumps(secret))


def _describe(
    cloud: Cloud, options: Options, outputs: Mapping[str, str], addresses: partners.Addresses, keys: partners.Keys
) -> Stack:
    pages = (
        cloud.client("cloudformation")
        .get_paginator("list_stack_resources")
        .paginate(StackName=f"aftersales-{STAGE}-app")
    )
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]

    def physical(kind: str) -> dict[str, str]:
        return {
            each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources if each["ResourceType"] == kind
        }

    return Stack(
        endpoint=cloud.endpoint,
        api_url=f"{cloud.endpoint}/_aws/execute-api/{outputs['ApiId']}/api",
        live_url=outputs["LiveUrl"],
        table=outputs["TableName"],
        bus=outputs["BusName"],
        evidence_bucket=outputs["EvidenceBucketName"],
        refund_flow_arn=outputs["RefundFlowArn"],
        return_flow_arn=outputs["ReturnFlowArn"],
        exchange_flow_arn=outputs["ExchangeFlowArn"],
        repair_flow_arn=outputs["RepairFlowArn"],
        dispute_flow_arn=outputs["DisputeFlowArn"],
        user_pool_id=outputs["UserPoolId"],
        client_id=outputs["ClientId"],
        functions=physical("AWS::Lambda::Function"),
        queues=physical("AWS::SQS::Queue"),
        payment_url=addresses.payment_url,
        payment_key=keys.payment,
        merchant_url=addresses.merchant_url,
        merchant_key=keys.merchant,
        carrier_url=addresses.carrier_url,
        carrier_key=keys.carrier,
        search_url="",
        speed=options.speed,
        cases=[],
    )
