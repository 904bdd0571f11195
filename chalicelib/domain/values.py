"""The base of every value in the domain, frozen and closed, and the kinds of field that the money shares."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_AMOUNT = 2**53 - 1
"""The largest amount in minor units: every JSON reader, browsers too, still holds it exactly."""

MAX_QUANTITY = 1_000_000_000

# Strict: True, 1.0 and "1" are no amounts, because each has once been a bug in somebody's money; 1 and "yes" are not
# true either.
Integer = Annotated[int, Field(strict=True)]
YesNo = Annotated[bool, Field(strict=True)]
Minor = Annotated[Integer, Field(ge=0, le=MAX_AMOUNT)]
SignedMinor = Annotated[Integer, Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
Quantity = Annotated[Integer, Field(ge=1, le=MAX_QUANTITY)]
Count = Annotated[Integer, Field(ge=0, le=MAX_QUANTITY)]

# Ids become parts of keys (`order#<id>`) and of addresses, so they hold nothing that either would escape.
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@-]*$", max_length=128)]
Text = Annotated[str, StringConstraints(max_length=500)]


class Value(BaseModel):
    """A noun: never changed in place, only replaced by a changed copy; unknown fields are refused."""

    # A function uses a third of the nouns that it loads, and each of those inside another noun: a validator of its own
    # is made for what is really read or made, when it first is.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def but(self, **changes: Any) -> Self:
        """A copy with other values in the named fields (the caller vouches for their types)."""
        return self.model_copy(update=changes)
