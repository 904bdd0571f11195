"""A dispute 纠纷: what buyer and shop could not agree on, shown, sealed, ruled on, once appealed against, and final.

Everything that a ruling rests on is sealed before it is given: `Seal` lists it, with the SHA-256 of every file, under
one digest over all of it. Nothing can be added to a seal; an appeal makes another one beside it.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.actors import Actor
from chalicelib.domain.base import Fact, Instant, Record
from chalicelib.domain.cases import DisputeRef
from chalicelib.domain.claims import Claim
from chalicelib.domain.lifecycles import DISPUTE, DisputeState, check
from chalicelib.domain.logistics import Proof
from chalicelib.domain.reasons import Responsible
from chalicelib.domain.shares import Share
from chalicelib.domain.values import Value
from chalicelib.errors import AnswerTooLate, FieldError, InvalidRequest

if TYPE_CHECKING:
    from chalicelib.domain.orders import Order

Party = Literal["buyer", "merchant", "carrier"]
Verdict = Literal["approve", "close"]
GoodsRuling = Literal["go_back", "stay", "send_back", "disposed"]

STATEMENTS = 10  # of one party in one round: what is worth reading fits
Words = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]


class Statement(Value):
    """What a party says for itself; a carrier's is written down by whoever spoke with it."""

    party: Party
    by: Actor
    at: Instant
    round: int
    text: Words = Field(repr=False)


class Ruling(Value):
    """裁决. `amount` is what the buyer gets in all (minor units): what was `ruled`, less the buyer's own share of it; 0
    when it was closed."""

    round: int
    verdict: Verdict
    amount: int = Field(ge=0)
    ruled: int = Field(default=0, ge=0)  # what the shares sum to; of an older one nobody knows
    instead: bool = False  # an amount was named: of an exchange, that is money and no goods
    liability: Responsible
    shares: tuple[Share, ...]
    goods: GoodsRuling
    by: Actor
    seconded: Actor | None = None  # who proposed it, where two persons were needed
    at: Instant
    reason: str = Field(repr=False)

    @property
    def given_by(self) -> frozenset[str]:
        """The keys of everybody who had a hand in it."""
        return frozenset(who.key for who in (self.by, self.seconded) if who)


class Appeal(Value):
    """申诉: one party's one objection, and why."""

    party: Literal["buyer", "merchant"]
    by: Actor
    at: Instant
    reason: Words = Field(repr=False)


class Dispute(Record):
    """One dispute of one case; a case may have another after its goods came back. Shape of `dispute#<number>`.

    `hears`: the parties are heard and may appeal. It is False where both agree and only the platform must look.
    """

    case_id: str
    number: int
    state: DisputeState
    because: str  # a code: what brought the platform in
    by: Actor
    opened_at: Instant
    due_at: Instant | None = None  # the one instant until which everybody may show something
    hears: bool = True
    round: int = 1
    awaited: tuple[Party, ...] = ()
    done: tuple[Party, ...] = ()
    proofs: tuple[str, ...] | None = None  # numbers of the commands that asked carriers; None: not asked yet
    statements: tuple[Statement, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    appeal: Appeal | None = None
    seals: tuple[str, ...] = ()  # their digests, by round

    @property
    def ref(self) -> DisputeRef:
        return DisputeRef(number=self.number, state=self.state, round=self.round)

    @property
    def ruling(self) -> Ruling | None:
        """The one that stands."""
        return self.rulings[-1] if self.rulings else None

    @property
    def all_done(self) -> bool:
        return set(self.awaited) <= set(self.done)

    def to(self, state: DisputeState, **changes: Any) -> Dispute:
        """The dispute in another state. Raises TransitionRefused where the table has no such way."""
        check(DISPUTE, self.state, state)
        return self.but(state=state, **changes)

    def stated(self, statement: Statement) -> Dispute:
        """Raises InvalidRequest when its party has said enough in this round."""
        before = [one for one in self.statements if (one.party, one.round) == (statement.party, self.round)]
        if len(before) >= STATEMENTS:
            wrong = FieldError("text", f"at most {STATEMENTS} statements", {"maximum": STATEMENTS})
            raise InvalidRequest(wrong.message, errors=[wrong])
        return self.but(statements=(*self.statements, statement))

    def finished(self, party: Party) -> Dispute:
        """The dispute after a party said that it has nothing to add; the same object when it said so before."""
        return self if party in self.done else self.but(done=(*self.done, party))

    def appealed(self, appeal: Appeal, state: DisputeState, awaited: tuple[Party, ...]) -> Dispute:
        """The second and last round. Raises AnswerTooLate when there was an appeal already."""
        if self.appeal is not None:
            raise AnswerTooLate("there is one appeal", outcome="final")
        return self.to(state, appeal=appeal, round=self.round + 1, awaited=awaited, done=())


# Sealed


class SealedFile(Value):
    """A file as it was looked at: these very bytes."""

    evidence_id: str
    by: str
    at: Instant
    content_type: str
    size: int
    object_version: str | None
    sha256: str | None
    note: str | None = Field(default=None, repr=False)


class SealedWords(Value):
    """What somebody wrote on the timeline, or as a statement."""

    by: str
    at: Instant
    what: str
    text: str = Field(repr=False)


class SealedProof(Value):
    """What a carrier answered when it was asked who signed."""

    command_no: str
    carrier: str | None
    waybill_no: str | None
    state: str
    proof: Proof | None


class Seal(Fact):
    """All that a round's ruling rests on, written once. `digest` is the SHA-256 over everything else in it."""

    case_id: str
    number: int
    round: int
    at: Instant
    order_id: str
    policy_id: str
    policy_version: int
    remedy: str
    reason: str
    description: str = Field(repr=False)
    currency: str
    claim: Claim
    sequence: int  # the timeline's last entry that belongs to it
    files: tuple[SealedFile, ...]
    words: tuple[SealedWords, ...]
    statements: tuple[SealedWords, ...]
    proofs: tuple[SealedProof, ...]
    digest: str = ""

    def sealed(self) -> Seal:
        return self.but(digest=digest_of(self))


def digest_of(seal: Seal) -> str:
    """SHA-256, hexadecimal, of the seal's JSON without its digest: keys sorted, no blanks, UTF-8."""
    text = json.dumps(
        seal.model_dump(mode="json", exclude={"digest"}), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


# Like cases


class Precedent(Fact):
    """A final ruling as others may see it: what it was about and how it ended, and nobody's name or words."""

    case_id: str
    number: int
    reason: str
    category: str
    currency: str
    claimed: int
    verdict: Verdict
    granted: int
    liability: Responsible
    goods: GoodsRuling
    appealed: bool
    changed: bool  # the appeal was upheld
    at: Instant

    @property
    def band(self) -> str:
        return band_of(self.currency, self.claimed)


def band_of(currency: str, amount: int) -> str:
    """Amounts of one size: `CNY-5` are those whose minor units have five digits."""
    return f"{currency}-{len(str(max(amount, 0)))}"


def category_of(order: Order, claim: Claim) -> str:
    """What kind of goods a claim is about, by its first line; nothing where it is about freight alone."""
    lines = [line for line in claim.lines if not line.is_restored]
    return order.line(lines[0].line_id).category if lines else ""
