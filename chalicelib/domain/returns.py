"""A return 退货: where the goods should go, how they travel, what came of them. The money is another noun's.

`Return.parcels` is what the return remembers of each parcel, as a case remembers its refunds: the carrier's scans
stand elsewhere, and only what changes the case is told here.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from chalicelib.domain.addresses import Address
from chalicelib.domain.base import Instant, Record
from chalicelib.domain.inspections import TO_STOCK, Disposal, Inspection
from chalicelib.domain.reasons import Liability
from chalicelib.domain.return_freights import ReturnFreight
from chalicelib.domain.values import Count, Identifier, Quantity, Value

if TYPE_CHECKING:
    from chalicelib.domain.parcels import Parcel

Fate = Literal["announced", "handed_over", "signed", "refused", "lost", "back"]
# Facts come late and twice: a parcel's fate never goes back to one that it has left behind.
FURTHER: dict[Fate, frozenset[Fate]] = {
    "announced": frozenset({"handed_over", "signed", "refused", "lost", "back"}),
    "handed_over": frozenset({"signed", "refused", "lost", "back"}),
    "refused": frozenset({"signed", "lost", "back"}),  # refused once, taken at the second try
    "lost": frozenset({"signed", "back"}),  # found again
    "signed": frozenset(),
    "back": frozenset(),
}
Stock = Literal["none", "awaited", "different", "done"]
ReturnList = Literal["awaited", "different", "quiet"]  # what monitors list: of stock, and of goods on their way
ParcelCarrier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=32)]
# People type small letters, carriers do not.
WaybillNo = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{3,39}$"), AfterValidator(str.upper)]


class Units(Value):
    """Some units of a line."""

    line_id: Identifier
    quantity: Quantity


class ExpectedLine(Units):
    """What should come back of a line."""

    sku: str


class SentParcel(Value):
    """A parcel that the buyer handed over, as the return remembers it."""

    parcel_id: str
    carrier: ParcelCarrier
    waybill_no: WaybillNo
    lines: tuple[Units, ...] = ()  # what is in it; nothing named: whatever is still missing
    announced_at: Instant
    fate: Fate = "announced"
    fate_at: Instant | None = None

    @staticmethod
    def of(parcel: Parcel, lines: tuple[Units, ...] = ()) -> SentParcel:
        """A parcel that travels under a waybill. Raises ValueError for one that does not yet."""
        if parcel.waybill_no is None:
            raise ValueError(f"{parcel.parcel_id} has no waybill")
        return SentParcel(
            parcel_id=parcel.parcel_id,
            carrier=parcel.carrier,
            waybill_no=parcel.waybill_no,
            lines=lines,
            announced_at=parcel.announced_at,
        )


class PutAway(Value):
    """入库: the stock system says that units stand in a warehouse. `put_away_id` tells a repetition."""

    put_away_id: Identifier
    line_id: Identifier
    quantity: Count
    warehouse: Identifier
    at: Instant


class Return(Record):
    """One case's goods on their way back. Methods answer changed copies; who writes counts the version once."""

    return_id: str
    case_id: str
    order_id: str
    merchant_id: str
    rma: str  # 退货编号: what stands on the parcel, for people who unpack it
    opened_at: Instant
    freight_payer: Liability
    lines: tuple[ExpectedLine, ...]
    address: Address | None = Field(default=None, repr=False)
    parcels: tuple[SentParcel, ...] = ()
    pickup_id: str | None = None  # the parcel that a courier is awaited for
    quiet_at: Instant | None = None  # on their way: when they count as not heard of
    received_at: Instant | None = None
    inspection: Inspection | None = None
    disposals: tuple[Disposal, ...] = ()
    put_away: tuple[PutAway, ...] = ()
    put_away_due_at: Instant | None = None
    freight: ReturnFreight | None = None  # once the buyer said what it cost, or it was paid

    def parcel(self, parcel_id: str) -> SentParcel | None:
        return next((parcel for parcel in self.parcels if parcel.parcel_id == parcel_id), None)

    def told(self, parcel_id: str, fate: Fate, at: datetime) -> Return:
        """The return after a fact about a parcel; the same object when it is no news, or about no parcel of it."""
        parcel = self.parcel(parcel_id)
        if parcel is None or fate not in FURTHER[parcel.fate]:
            return self
        after = parcel.but(fate=fate, fate_at=at)
        return self.but(parcels=tuple(after if one is parcel else one for one in self.parcels))

    @property
    def on_their_way(self) -> tuple[SentParcel, ...]:
        """Parcels that may still arrive."""
        return tuple(one for one in self.parcels if one.fate in ("announced", "handed_over", "refused"))

    @property
    def all_signed(self) -> bool:
        """Whatever was sent, and is not with the buyer again, was signed for."""
        sent = [one.fate for one in self.parcels if one.fate != "back"]
        return bool(sent) and set(sent) == {"signed"}

    @property
    def stock(self) -> Stock:
        """Whether the stock system put away what it was told to."""
        wanted = self._wanted
        if not wanted and not self.put_away:
            return "none"
        got = self._got
        if any(got[line] > wanted.get(line, 0) for line in got):
            return "different"
        return "done" if got == wanted else "awaited"

    @property
    def missing(self) -> int:
        """Units that should have been put away and were not."""
        got = self._got
        return sum(max(0, units - got.get(line, 0)) for line, units in self._wanted.items())

    @property
    def _wanted(self) -> dict[str, int]:
        wanted: dict[str, int] = {}
        for disposal in self.disposals:
            if disposal.disposition in TO_STOCK:
                wanted[disposal.line_id] = wanted.get(disposal.line_id, 0) + disposal.quantity
        return wanted

    @property
    def _got(self) -> dict[str, int]:
        got: dict[str, int] = {}
        for one in self.put_away:
            got[one.line_id] = got.get(one.line_id, 0) + one.quantity
        return {line: units for line, units in got.items() if units}

    def shelved(self, put_away: PutAway) -> Return:
        """The return after the stock system's word; the same object when it was said before."""
        if any(known.put_away_id == put_away.put_away_id for known in self.put_away):
            return self
        return self.but(put_away=(*self.put_away, put_away))


def return_id_of(case_id: str) -> str:
    """A case has one return, so that a repeated approval finds the same one."""
    return f"ret_{case_id.removeprefix('case_')}"


def rma_of(case_id: str) -> str:
    """Short enough to write on a box: the random part of the case's id, which nobody else has."""
    tail = case_id[-12:]
    return f"RMA-{tail[:4]}-{tail[4:8]}-{tail[8:]}"
