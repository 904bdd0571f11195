"""Shapes of answers that no other code needs a model for."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from chalicelib.domain.notifications import Channel, Language, TimeZone


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PreferencesView(Shape):
    language: Language
    time_zone: TimeZone
    channels: list[Channel]


class Received(Shape):
    received: Literal[True]


class CarrierPush(BaseModel):
    """Whatever the system sends: `param` and `sign` as a form (kuaidi100), or its own JSON document (all others)."""

    model_config = ConfigDict(extra="allow")


class Heard(BaseModel):
    """What the system wants to hear: kuaidi100 `{"result": true, "returnCode": "200", …}`, others anything at all."""

    model_config = ConfigDict(extra="allow")


class Health(Shape):
    status: Literal["ok"]
