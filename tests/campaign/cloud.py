"""The whole of the refund story in one process: real use cases, listeners and definition between faulty ports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NoReturn

from chalice.app import EventSourceHandler

from chalicelib.domain import refs
from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.gates import Gate
from chalicelib.domain.policies import Policy
from chalicelib.domain.refunds import Refund
from chalicelib.errors import AftersalesError
from chalicelib.listeners import cases, evidence, logistics, notifications, orders, payments, stock, sweeper, webhooks
from tests.campaign import sites
from tests.campaign.flows import Died, TappedFlows
from tests.campaign.kinds import ContainerGone
from tests.campaign.queues import Queues, Stream
from tests.campaign.sites import Site
from tests.campaign.tap import Moods, Strike, Tap, Tapped
from tests.standins.world import World

LISTENERS: Mapping[str, Callable[..., Any]] = {
    name: thing.func._original_func.__wrapped__
    for module in (cases, evidence, logistics, notifications, orders, payments, stock, sweeper, webhooks)
    for name, thing in vars(module).items()
    if isinstance(thing, EventSourceHandler)
}


class RememberedPolicies:
    """As the adapter does: a version is read once per container."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self.known: dict[tuple[str, int], Policy] = {}

    def get(self, policy_id: str, version: int) -> Policy:
        if (policy_id, version) not in self.known:
            self.known[policy_id, version] = self._table.one(refs.policy(policy_id, version))
        return self.known[policy_id, version]


class Cloud(World):
    def __init__(self, plan: Iterable[Strike] = (), moods: Moods | None = None) -> None:
        super().__init__(as_json=False)
        self.table, self.provider, self.endpoint = self.records, self.payments, self.webhooks
        self.bucket, self.carriers = self.evidence, self.logistics
        self.tap = Tap(self, plan, moods)
        self.queues, self.stream, self.machine = Queues(self), Stream(self), TappedFlows(self)
        self.endpoint.later = self._later  # type: ignore[method-assign]
        self.logistics_commands.ask = self.queues.ask_carriers  # type: ignore[method-assign]
        real = {
            "flows": self.machine,
            "events": self.queues,
            "payment_commands": self.queues,
            "policies": RememberedPolicies(self.table),
        }
        for name in sites.CALLS:
            setattr(self, name, Tapped(self.tap, name, real.get(name, getattr(self, name))))
        self.arrived: dict[str, datetime] = {}  # orders whose goods are with their buyer, by when that was written down
        self.table._save = partial(self._noting, self.table._save)  # type: ignore[method-assign]
        self.is_redeployed = False  # running executions and queued messages keep their old shape for a while
        self.returned: set[str] = set()  # refunds that the buyer's bank sent back
        self.surprises: list[str] = []  # errors that no design foresees
        self._held: list[tuple[datetime, Callable[[], Any]]] = []
        self._aside = False

    def _noting(self, save: Callable[[Sequence[Any]], None], items: Sequence[Any]) -> None:
        save(items)
        for item in items:
            if isinstance(item, Delivery) and item.state == "delivered":
                self.arrived.setdefault(item.order_id, self.clock.now())

    def _later(self, merchant_id: str, event_id: str, delay: int) -> None:
        assert 0 <= delay <= 900, "SQS delays at most 15 minutes"
        self.queues.put("on_webhook_due", {"merchant_id": merchant_id, "event_id": event_id}, delay=delay)

    # Invocations

    def invoke(self, site: Site, do: Callable[[], Any]) -> Any:
        """One invocation of a function. Raises Died when it ends without an answer, and what the function raises."""
        try:
            return self.tap.through(site, do, _refused)
        except ContainerGone as gone:
            raise Died("Lambda.Unknown" if self.is_redeployed else "Sandbox.Timedout") from gone
        except (AftersalesError, Died):
            raise
        except Exception as error:
            self.surprises.append(f"{site}: {type(error).__name__}: {error}")
            raise

    def listen(self, site: Site, name: str, *given: Any) -> bool:
        """True when the listener is done with what it was given."""
        try:
            self.invoke(site, lambda: LISTENERS[name](self, *given))
        except Exception:
            return False
        return True

    def receives(self, object_key: str, content: bytes, content_type: str) -> None:
        """The bucket takes a file, and says so on the bus."""
        self.bucket.put(object_key, content, content_type)
        body = {"object": {"key": object_key}}
        self.queues.put("on_evidence_stored", body, source="aws.s3", type="Object Created")

    def redeploy(self) -> None:
        """What is stored was written by the version before: what has a default by now is missing there."""
        self.is_redeployed = True
        self.policies.known.clear()
        for key, thing in self.table.things.items():
            self.table.things[key] = type(thing).model_validate_json(thing.model_dump_json(exclude_defaults=True))

    # Time

    def run(self) -> None:
        """Everything that can happen now happens."""
        for _ in range(60):
            before = len(self.tap.order)
            self.stream.deliver()
            self.machine.run()
            self.queues.deliver()
            self._release()
            if len(self.tap.order) == before and not self.table.changes:
                return

    def others(self) -> None:
        """Everybody but the caller goes on for a while."""
        with self._aside_once() as first:
            if first:
                for _ in range(3):
                    self.stream.deliver()
                    self.machine.run()
                    self.queues.deliver()

    @contextmanager
    def _aside_once(self) -> Any:
        first, self._aside = not self._aside, True
        try:
            yield first
        finally:
            if first:
                self._aside = False

    def minute(self) -> None:
        self.listen(Site("schedule.invoke", "on_minute"), "on_minute")

    def hold(self, do: Callable[[], Any], *, late: bool) -> None:
        self._held.append((self.after_deadlines() if late else self.clock.now(), do))

    def _release(self) -> None:
        due = [held for held in self._held if held[0] <= self.clock.now()]
        self._held = [held for held in self._held if held not in due]
        for _, do in reversed(due):  # the last comes first
            do()

    def after_deadlines(self) -> datetime:
        """When whoever is awaited now has become too late."""
        open_gates = [gate.due_at for gate in self.table.all(Gate) if gate.answer is None]
        return max([self.clock.now() + timedelta(hours=1), *open_gates]) + timedelta(seconds=1)

    def next_time(self) -> datetime:
        """When something is due next: a message, a wait, a held signal, or what the sweeper looks at."""
        times = [letter.visible_at for letter in self.queues.waiting]
        times += [at for at, _ in self._held]
        times += [e.late_at for e in self.machine.executions.values() if e.is_running and e.late_at]
        times += [at for _, _, at in self.table.due(self.clock.now() + timedelta(days=400))]
        ahead = [at for at in times if at > self.clock.now()]
        return min(ahead, default=self.clock.now() + timedelta(days=1))

    def refund_of(self, refund_no: str) -> Refund:
        return next(refund for refund in self.table.all(Refund) if refund.refund_no == refund_no)

    @property
    def is_quiet(self) -> bool:
        return not (self.queues.waiting or self._held or self.table.changes or self.table.unpublished)


def _refused(why: str) -> NoReturn:
    raise Died("Lambda.TooManyRequestsException" if why == "throttled" else "Lambda.ServiceException")
