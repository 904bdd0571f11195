"""Events as we send them to merchants, and the signature that goes with them."""

import json
from typing import Any

from local.standins.signatures import signed

SECRET = "whsec_bWVyY2hhbnQtc2VjcmV0LW9mLWEtdGVzdA=="
OTHER_SECRET = "whsec_YW5vdGhlci1tZXJjaGFudHMtc2VjcmV0"
CASE = "case_01K0000000000000000000000A"


def event(type: str = "CaseSubmitted", sequence: int = 1, **data: Any) -> dict[str, Any]:
    facts = {"merchant_id": "m_1", "awaiting": "decision", "amount": {"amount": 8900, "currency": "CNY"}, **data}
    return {
        "id": f"{CASE}-{sequence}",
        "type": type,
        "version": 1,
        "occurred_at": "2026-11-02T09:00:00.000Z",
        "case_id": CASE,
        "sequence": sequence,
        "data": facts,
    }


def message(content: dict[str, Any], secret: str = SECRET) -> tuple[dict[str, str], bytes]:
    """Headers and body of a delivery of `content`."""
    body = json.dumps(content)
    return signed(secret, content["id"], body), body.encode()
