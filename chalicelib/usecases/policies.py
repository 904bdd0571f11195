"""Policies: published as new versions, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.actors import READS_EVERYTHING
from chalicelib.domain.policies import PLATFORM, Policy, PolicyDraft, PolicyIndex, VersionRef
from chalicelib.errors import MerchantNotFound, PolicyNotFound
from chalicelib.usecases import steps
from chalicelib.usecases.access import act_as, act_for_merchant
from chalicelib.usecases.steps import Found, Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.ports import Ports
    from chalicelib.schemas.policies import PublishPolicy
    from chalicelib.usecases.steps import Decision, Request


def publish(ports: Ports, request: Request, policy_id: str, body: PublishPolicy) -> Reply:
    """Publishes the next version of the platform's policy, or of a merchant's own. Raises MerchantNotFound."""
    act_as(request.actor, "operator")
    now = ports.clock.now()
    index_ref = refs.policy_index(policy_id)

    def once(found: Found) -> Decision[Reply]:
        if policy_id != PLATFORM:
            found.need(refs.merchant(policy_id), MerchantNotFound)
        known = found.get(index_ref)
        version = len(known.versions) + 1 if known else 1
        entry = VersionRef(version=version, effective_from=body.effective_from)
        if known is None:
            index = PolicyIndex(policy_id=policy_id, versions=(entry,))
        else:
            index = known.next(versions=(*known.versions, entry))
        document = {name: getattr(body, name) for name in PolicyDraft.model_fields}
        policy = Policy(
            policy_id=policy_id, version=version, published_at=now, published_by=request.actor.key, **document
        )
        return [index, policy], Reply(201, policy)

    return steps.answer(ports, request, [index_ref, refs.merchant(policy_id)], once, at=now)


def read(ports: Ports, actor: Actor, policy_id: str, version: int | None) -> Reply:
    """A version, or the newest. Raises PolicyNotFound."""
    if policy_id != PLATFORM and actor.role not in READS_EVERYTHING:
        act_for_merchant(actor, policy_id)
    if version is None:
        ref = refs.policy_index(policy_id)
        index = Found(ports, ports.records.load([ref]), [ref]).need(ref, PolicyNotFound)
        version = index.versions[-1].version
    ref_version = refs.policy(policy_id, version)
    policy = Found(ports, ports.records.load([ref_version]), [ref_version]).need(ref_version, PolicyNotFound)
    return Reply(200, policy)
