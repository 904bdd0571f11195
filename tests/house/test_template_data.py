"""What holds facts outlives its stack, can be brought back, and is nobody's to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import pytest

from chalicelib.adapters.dynamodb.codec import item_of
from chalicelib.domain.actors import Role
from tests.adapters.dynamodb import things
from tests.house.names import of_type

KEPT = ("Table", "EvidenceBucket", "Users", "PaymentSecret", "BillSecret", "NoticeSecret", "WebhookSecret", "Search")


@pytest.mark.parametrize("name", KEPT)
def test_what_holds_facts_is_retained(data: Mapping[str, Any], name: str) -> None:
    assert data[name]["DeletionPolicy"] == "Retain"
    assert data[name]["UpdateReplacePolicy"] == "Retain"


def test_the_table_can_be_brought_back_to_any_second(data: Mapping[str, Any]) -> None:
    table = data["Table"]["Properties"]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert table["SSESpecification"]["SSEEnabled"] is True


def test_the_table_tells_what_was_before_and_after(data: Mapping[str, Any]) -> None:
    assert data["Table"]["Properties"]["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_the_table_forgets_by_the_attribute_that_the_codec_writes(data: Mapping[str, Any]) -> None:
    spec = data["Table"]["Properties"]["TimeToLiveSpecification"]
    assert {"AttributeName": "expires_at", "Enabled": True} == spec
    assert spec["AttributeName"] in item_of(things.delivery())


def test_indexes_carry_what_lists_show_and_nothing_more(data: Mapping[str, Any]) -> None:
    projections = {
        index["IndexName"]: index["Projection"].get("NonKeyAttributes", [])
        for index in data["Table"]["Properties"]["GlobalSecondaryIndexes"]
    }
    shown = {"by_buyer": ["summary"], "by_merchant": ["summary"], "by_state": ["summary"], "by_owner": ["summary"]}
    assert shown | {"by_due": []} == projections


def test_no_bucket_is_public(data: Mapping[str, Any]) -> None:
    for bucket in of_type(data, "AWS::S3::Bucket").values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["BucketEncryption"]


def test_evidence_travels_encrypted_only(data: Mapping[str, Any]) -> None:
    [statement] = data["EvidenceBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert ("Deny", {"Bool": {"aws:SecureTransport": "false"}}) == (statement["Effect"], statement["Condition"])


def test_every_role_is_a_group(data: Mapping[str, Any]) -> None:
    groups = {group["GroupName"] for group in of_type(data, "AWS::Cognito::UserPoolGroup").values()}
    assert set(get_args(Role)) == groups


def test_nobody_can_make_himself_a_merchant(data: Mapping[str, Any]) -> None:
    client = data["Client"]["Properties"]
    assert "custom:merchant_id" in client["ReadAttributes"]
    assert "custom:merchant_id" not in client["WriteAttributes"]
    assert data["Users"]["Properties"]["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}


# ── the search domain

ROLES = {"TheApiSearches": "ApiHandlerRole", "TheProjectionWrites": "OnCaseWrittenRole"}


def statements(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {each["Sid"]: each for each in data["Search"]["Properties"]["AccessPolicies"]["Statement"]}


def test_the_search_domain_is_encrypted_and_speaks_https_only(data: Mapping[str, Any]) -> None:
    domain = data["Search"]["Properties"]
    assert {"Enabled": True} == domain["EncryptionAtRestOptions"] == domain["NodeToNodeEncryptionOptions"]
    assert domain["DomainEndpointOptions"]["EnforceHTTPS"] is True


def test_the_search_domain_lets_in_exactly_the_api_the_projection_and_the_operator(data: Mapping[str, Any]) -> None:
    named = {sid: each["Condition"]["ArnLike"]["aws:PrincipalArn"]["Fn::Sub"] for sid, each in statements(data).items()}
    role = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/"
    expected = {sid: f"{role}aftersales-${{Stage}}-app-{name}-*" for sid, name in ROLES.items()}
    assert expected | {"TheOperatorMakesItAnew": f"{role}${{SearchOperator}}"} == named
    assert all(each["Effect"] == "Allow" and "*" not in str(each["Principal"]) for each in statements(data).values())


@pytest.mark.parametrize("sid", ROLES)
def test_a_role_and_the_domain_say_the_same_of_what_it_may(
    data: Mapping[str, Any], resources: Mapping[str, Any], sid: str
) -> None:
    def rights(of: Any) -> set[tuple[str, str]]:
        return {
            (action, place["Fn::Sub"])
            for each in of
            for action in _all(each["Action"])
            for place in _all(each["Resource"])
            if action.startswith("es:")
        }

    [policy] = resources[ROLES[sid]]["Properties"]["Policies"]
    granted, open_to = rights(policy["PolicyDocument"]["Statement"]), rights([statements(data)[sid]])
    assert granted
    assert granted <= open_to
    assert {place for _, place in granted} == {place for _, place in open_to}


def _all(one_or_more: Any) -> list[Any]:
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def test_a_stage_without_nodes_has_no_search_and_says_so(data: Mapping[str, Any]) -> None:
    assert "Searches" == data["Search"]["Condition"]
