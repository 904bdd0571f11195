"""Small files of the three shapes, as the retailer publishes them."""

from __future__ import annotations

import gzip
from pathlib import Path

LINES = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
RETURNS = (
    "cancel_invoice,cancel_date,customer,stock,qty,credit_price,"
    "orig_invoice,orig_date,orig_qty,orig_price,as_credited,at_purchase_price"
)
ATTEMPTS = "cancel_invoice,cancel_date,customer,stock,qty,credit_price,as_credited"


def line(
    invoice: str = "500001",
    stock: str = "22960",
    quantity: object = 6,
    price: object = "4.25",
    customer: str = "17850.0",
    at: str = "2010-12-01 08:26:00",
    words: str = "JAM MAKING SET",
) -> str:
    return f"{invoice},{stock},{words},{quantity},{at},{price},{customer},United Kingdom"


def returned(
    cancel: str = "C500009",
    at: str = "2010-12-02 10:00:00",
    stock: str = "22960",
    quantity: object = 2,
    invoice: str = "500001",
    bought: object = 6,
    price: object = "4.25",
    credited: object = "8.50",
    worth: object = "8.50",
    customer: str = "17850",
) -> str:
    return (
        f"{cancel},{at},{customer},{stock},{quantity},4.25,"
        f"{invoice},2010-12-01 08:26:00,{bought},{price},{credited},{worth}"
    )


def attempt(
    cancel: str = "C500010",
    at: str = "2010-12-03 10:00:00",
    stock: str = "22960",
    quantity: object = 5,
    credited: object = "21.25",
    customer: str = "17850",
) -> str:
    return f"{cancel},{at},{customer},{stock},{quantity},4.25,{credited}"


def write(folder: Path, lines: list[str], returns: list[str], attempts: list[str] | None = None) -> Path:
    """The folder with the three files."""
    packed = gzip.compress("\n".join([LINES, *lines, ""]).encode())
    (folder / "lines-2010-12.csv.gz").write_bytes(packed)
    (folder / "returns.csv").write_text("\n".join([RETURNS, *returns, ""]))
    (folder / "over-refund-attempts.csv").write_text("\n".join([ATTEMPTS, *(attempts or []), ""]))
    return folder
