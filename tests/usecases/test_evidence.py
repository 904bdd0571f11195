"""Evidence: within the policy, by a party of the case, while the case is open; and what it says it is, or nothing."""

from __future__ import annotations

from hashlib import sha256

import pytest

from chalicelib.domain import refs
from chalicelib.domain.evidence import Evidence
from chalicelib.errors import CaseNotFound, EvidenceRejected, Forbidden, TransientFault, TransitionRefused
from chalicelib.schemas.cases import AddEvidence
from chalicelib.usecases import evidence, sweeper
from chalicelib.usecases.steps import Reply
from local.seed import photo
from tests.standins import stages
from tests.standins.shops import AGENT, AUDITOR, BUYER, MERCHANT, RIVAL, STRANGER, asking, file
from tests.standins.world import World

PICTURE, PNG = photo.png(), photo.TYPE
PAGE = b"<html><script>alert(1)</script>"


def add(world: World, case_id: str, actor: object = BUYER, kind: str = PNG, size: int = 1000) -> Reply:
    body = AddEvidence(content_type=kind, size=size)
    return evidence.add(world, asking(None, actor), case_id, body)  # type: ignore[arg-type]


def uploaded(world: World, case_id: str, content: bytes = PICTURE, kind: str = PNG, actor: object = BUYER) -> str:
    """Announced, uploaded, and told by the bucket; answers the file's id."""
    form = add(world, case_id, actor).body
    key = form["fields"]["key"]
    world.evidence.put(key, content, kind)
    evidence.look_at(world, key)
    return str(form["evidence_id"])


def known(world: World, case_id: str, evidence_id: str) -> Evidence:
    return world.records.one(refs.evidence(case_id, evidence_id))


def test_both_parties_show_files_and_each_sees_them_all(world: World) -> None:
    case_id = file(world)
    uploaded(world, case_id)
    uploaded(world, case_id, actor=MERCHANT)
    shown = evidence.listing(world, BUYER, case_id).body["items"]
    assert ["buyer", "merchant"] == [view["by"]["code"] for view in shown]
    assert 2 == world.case(case_id).evidence


def test_the_form_takes_that_file_and_no_larger_one(world: World) -> None:
    form = add(world, file(world), size=1234).body
    assert ("1234", "image/png") == (form["fields"]["limit"], form["fields"]["Content-Type"])


@pytest.mark.parametrize(
    ("kind", "size"), [("text/html", 1), ("image/svg+xml", 1), ("image/png", 10 * 1024 * 1024 + 1)]
)
def test_what_the_policy_does_not_take_is_refused(world: World, kind: str, size: int) -> None:
    with pytest.raises(EvidenceRejected):
        add(world, file(world), kind=kind, size=size)


def test_a_tenth_file_is_refused(world: World) -> None:
    case_id = file(world)
    for _ in range(9):
        uploaded(world, case_id)
    with pytest.raises(EvidenceRejected):
        add(world, case_id)


def test_ten_forms_at_once_bring_nine_files(world: World) -> None:
    case_id = file(world)
    keys = [add(world, case_id).body["fields"]["key"] for _ in range(10)]
    for key in keys:
        world.evidence.put(key, PICTURE, PNG)
        evidence.look_at(world, key)
    assert (9, "too_many") == (
        world.case(case_id).evidence,
        known(world, case_id, keys[-1].rpartition("/")[2]).refused_because,
    )


def test_a_case_gives_out_two_forms_for_each_file_and_no_more(world: World) -> None:
    case_id = file(world)
    for _ in range(18):
        add(world, case_id)
    with pytest.raises(EvidenceRejected):
        add(world, case_id)


def test_a_case_that_has_ended_takes_no_more(world: World) -> None:
    with pytest.raises(TransitionRefused):
        add(world, stages.withdrawn(world))


@pytest.mark.parametrize("actor", [STRANGER, RIVAL])
def test_strangers_neither_show_nor_see(world: World, actor: object) -> None:
    case_id = file(world)
    with pytest.raises(CaseNotFound):
        add(world, case_id, actor)
    with pytest.raises(CaseNotFound):
        evidence.listing(world, actor, case_id)  # type: ignore[arg-type]


def test_an_auditor_looks_and_touches_nothing(world: World) -> None:
    case_id = file(world)
    assert [] == evidence.listing(world, AUDITOR, case_id).body["items"]
    with pytest.raises(Forbidden):
        add(world, case_id, AUDITOR)


# --- what came is looked at


def test_what_is_announced_neither_counts_nor_is_told_nor_linked(world: World) -> None:
    case_id = file(world)
    add(world, case_id)
    [own] = evidence.listing(world, BUYER, case_id).body["items"]
    assert (0, "announced", None) == (world.case(case_id).evidence, own["state"]["code"], own["url"])
    assert "EvidenceAdded" not in world.told(case_id)


def test_a_file_that_is_what_it_says_counts_and_is_told_in_its_party_s_name(world: World) -> None:
    case_id = file(world)
    evidence_id = uploaded(world, case_id)
    entry = world.listings.timeline(case_id, 100, None).rows[-1]
    assert ("EvidenceAdded", BUYER, {"evidence_id": evidence_id}, 1) == (
        entry.type, entry.actor, entry.data, world.case(case_id).evidence
    )  # fmt: skip


def test_its_size_and_digest_are_those_of_its_bytes(world: World) -> None:
    case_id = file(world)
    seen = known(world, case_id, uploaded(world, case_id))
    assert (len(PICTURE), sha256(PICTURE).hexdigest(), world.clock.now()) == (seen.size, seen.digest, seen.seen_at)


@pytest.mark.parametrize(
    ("content", "kind", "because"),
    [(PAGE, PNG, "not_its_type"), (PICTURE + PAGE, PNG, "something_behind"), (PICTURE, "text/html", "not_announced"),
     (PICTURE + b"\0" * 1000, PNG, "larger"), (b"", PNG, "empty")],
)  # fmt: skip
def test_a_file_that_is_something_else_does_not_count(world: World, content: bytes, kind: str, because: str) -> None:
    case_id = file(world)
    before = world.case(case_id)
    uploaded(world, case_id, content, kind)
    [own] = evidence.listing(world, BUYER, case_id).body["items"]
    assert ("refused", because, None) == (own["state"]["code"], own["refused_because"]["code"], own["url"])
    assert (0, before.sequence) == (world.case(case_id).evidence, world.case(case_id).sequence)


def test_the_other_party_does_not_hear_of_a_file_that_was_refused(world: World) -> None:
    case_id = file(world)
    uploaded(world, case_id, PAGE)
    counts = [len(evidence.listing(world, who, case_id).body["items"]) for who in (BUYER, MERCHANT, AGENT, AUDITOR)]
    assert [1, 0, 1, 1] == counts


def test_a_file_is_looked_at_once_however_often_the_bucket_says_so(world: World) -> None:
    case_id = file(world)
    key = f"evidence/{case_id}/{uploaded(world, case_id)}"
    evidence.look_at(world, key)
    assert (1, 1) == (world.case(case_id).evidence, world.told(case_id).count("EvidenceAdded"))


def test_what_is_uploaded_over_an_accepted_file_is_not_what_is_linked(world: World) -> None:
    case_id = file(world)
    key = f"evidence/{case_id}/{uploaded(world, case_id)}"
    world.evidence.put(key, PAGE, PNG)
    evidence.look_at(world, key)
    [shown] = evidence.listing(world, MERCHANT, case_id).body["items"]
    assert "version=v1&" in shown["url"]


@pytest.mark.parametrize(
    "key", ["", "evidence", "evidence/x", "evidence/x/y", "evidence/x/y/z", "other/x/y", "evidence//"]
)
def test_a_key_that_is_none_of_ours_changes_nothing(world: World, key: str) -> None:
    evidence.look_at(world, key)
    assert [] == world.records.saves


# --- and when nobody tells


def test_a_file_that_nobody_told_of_is_found_when_its_form_has_run_out(world: World) -> None:
    case_id = file(world)
    form = add(world, case_id).body
    world.evidence.put(form["fields"]["key"], PICTURE, PNG)
    world.clock.pass_by(minutes=12)
    assert 1 == sweeper.sweep(world)["accepted"]
    assert 1 == world.case(case_id).evidence


def test_a_file_that_never_came_is_absent_and_not_looked_for_again(world: World) -> None:
    case_id = file(world)
    evidence_id = add(world, case_id).body["evidence_id"]
    evidence.look_at(world, f"evidence/{case_id}/{evidence_id}")
    assert "announced" == known(world, case_id, evidence_id).state
    world.clock.pass_by(minutes=12)
    assert [1, 0] == [sweeper.sweep(world)["absent"] for _ in range(2)]
    assert "absent" == known(world, case_id, evidence_id).state


def test_a_bucket_that_does_not_answer_is_asked_again(world: World) -> None:
    case_id = file(world)
    key = add(world, case_id).body["fields"]["key"]
    world.evidence.put(key, PICTURE, PNG)
    world.evidence.is_silent = True
    with pytest.raises(TransientFault):
        evidence.look_at(world, key)
    world.evidence.is_silent = False
    evidence.look_at(world, key)
    assert 1 == world.case(case_id).evidence


def test_two_who_look_at_once_count_one_file(world: World) -> None:
    case_id = file(world)
    key = add(world, case_id).body["fields"]["key"]
    world.evidence.put(key, PICTURE, PNG)
    world.records.before_save.append(lambda: evidence.look_at(world, key))
    evidence.look_at(world, key)
    assert (1, 1) == (world.case(case_id).evidence, world.told(case_id).count("EvidenceAdded"))
