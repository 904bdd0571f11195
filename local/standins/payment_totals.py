"""What the provider's book adds up to."""

from typing import Any

from local.standins.payment_book import Book


def totals(book: Book) -> dict[str, Any]:
    """Counts and minor units by currency.

    `count`: refunds accepted, however they ended. `accepted`: taken on and not failed. `settled`: paid out. `reversed`:
    came back. `refunds`: by number, its state, amount, how often it was asked for and **how often money went out**.
    `payments`: what went out less what came back, by payment.
    """
    with book.page() as db:
        refunds = db.execute("SELECT refund_no, state, amount, currency, asked, answer FROM refunds").fetchall()
        out = dict(
            db.execute("SELECT refund_no, count(*) FROM movements WHERE amount > 0 GROUP BY refund_no").fetchall()
        )
        settled = dict(db.execute("SELECT currency, sum(amount) FROM movements WHERE amount > 0 GROUP BY 1").fetchall())
        back = dict(db.execute("SELECT currency, -sum(amount) FROM movements WHERE amount < 0 GROUP BY 1").fetchall())
        payments = dict(db.execute("SELECT payment_id, sum(amount) FROM movements GROUP BY 1").fetchall())
    accepted: dict[str, int] = {}
    for _, state, amount, currency, _, _ in refunds:
        if state != "failed":
            accepted[currency] = accepted.get(currency, 0) + amount
    return {
        "count": sum(1 for row in refunds if row[5] < 400),
        "accepted": accepted,
        "settled": settled,
        "reversed": back,
        "refunds": {
            row[0]: {
                "state": row[1],
                "amount": row[2],
                "currency": row[3],
                "asked": row[4],
                "moved": out.get(row[0], 0),
            }
            for row in refunds
        },
        "payments": payments,
    }
