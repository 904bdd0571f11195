"""How the provider misbehaves: rules, asked in order from the newest; the first that fits decides one call.

A rule says whom it strikes, how often, and what then happens; what it leaves out goes well.
"""

import itertools
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

Call = Literal["pay", "find"]
Outcome = Literal["settle", "accept", "fail", "decline", "reverse", "timeout", "refuse"]
Notices = Literal["once", "duplicate", "reorder", "silent"]
Refusal = Literal["500", "503", "reset"]


@dataclass(frozen=True)
class Rule:
    """`refund_no`, `payment_id`, `least`, `most` (minor units), `currency`: whom it strikes; all of them must fit.

    `call`: POST (`pay`) or GET (`find`) of a refund. `times`: how many calls it strikes; None, every one.
    `outcome`, for `pay`:
      settle   200, paid at once
      accept   202, paid after `seconds` (None: never)
      fail     202, fails with `reason` after `seconds`
      decline  422 with `reason`, never paid
      reverse  200, paid, and taken back with `reason` after `seconds`
      timeout  paid at once, but the answer never comes
      refuse   nothing happens; the call ends as `refusal` says
    and for `find`: `timeout` and `refuse` both give no answer, anything else answers.
    `notices` of that refund: `once`, `duplicate` (each twice), `reorder` (the first comes `held` seconds late, so that
    later ones overtake it), `silent` (none at all). `slow`: seconds that the caller waits, before anything else.
    """

    outcome: Outcome = "settle"
    call: Call = "pay"
    refund_no: str | None = None
    payment_id: str | None = None
    least: int | None = None
    most: int | None = None
    currency: str | None = None
    times: int | None = None
    seconds: float | None = 1.0
    reason: str = "declined_by_bank"
    refusal: Refusal = "500"
    notices: Notices = "once"
    held: float = 5.0
    slow: float = 0.0

    def fits(self, call: Call, refund: dict[str, Any]) -> bool:
        return (
            call == self.call
            and all(getattr(self, key) in (None, refund[key]) for key in ("refund_no", "payment_id", "currency"))
            and (self.least is None or refund["amount"] >= self.least)
            and (self.most is None or refund["amount"] <= self.most)
        )


WELL = Rule()
_CHOICES = {"outcome": Outcome, "call": Call, "notices": Notices, "refusal": Refusal}
_NUMBERS: dict[str, type[int] | type[float]] = {
    "seconds": float,
    "held": float,
    "slow": float,
    "times": int,
    "least": int,
    "most": int,
}


def rule(given: dict[str, Any]) -> Rule:
    """A rule from JSON. Raises ValueError, naming what cannot be."""
    try:
        made = Rule(**given)
    except TypeError as error:
        raise ValueError(str(error).replace("Rule.__init__() ", "")) from None
    for name, choices in _CHOICES.items():
        if getattr(made, name) not in get_args(choices):
            raise ValueError(f"{name} must be one of {', '.join(get_args(choices))}")
    for name, kind in _NUMBERS.items():
        value = getattr(made, name)
        if value is None and name not in ("held", "slow"):
            continue
        if isinstance(value, bool) or not isinstance(value, int | kind) or value < 0:
            raise ValueError(f"{name} must be a number that is not negative")
    return made


class Faults:
    """The rules in force. Not safe for threads by itself: the provider asks under its book's lock."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._rules: dict[int, Rule] = {}

    def add(self, rule: Rule) -> int:
        """The number of the rule from now on."""
        number = next(self._numbers)
        self._rules[number] = rule
        return number

    def clear(self) -> None:
        self._rules.clear()

    def listed(self) -> list[dict[str, Any]]:
        """Each rule with its number and the `times` it has left, newest first."""
        return [{"rule": number, **asdict(rule)} for number, rule in reversed(self._rules.items())]

    def strike(self, call: Call, refund: dict[str, Any]) -> Rule:
        """What happens to this call; a rule with `times` is used up by one."""
        for number, rule in reversed(self._rules.items()):
            if not rule.fits(call, refund):
                continue
            if rule.times is not None:
                self._spend(number, rule, rule.times)
            return rule
        return WELL

    def _spend(self, number: int, rule: Rule, times: int) -> None:
        if times <= 1:
            del self._rules[number]
        else:
            self._rules[number] = replace(rule, times=times - 1)
