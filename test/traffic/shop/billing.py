"""Orders become invoices; an order without a tax number breaks."""

import random
import time
from datetime import datetime, timezone
from decimal import Decimal


def charge(order):
    """`order`: a dict with `id`, `cents` and `customer`."""
    time.sleep(random.uniform(0.02, 0.2))
    return _invoice(order)


def _invoice(order):
    tax_id = order["customer"]["tax_id"]
    return {
        "order": order["id"],
        "total": Decimal(order["cents"]) / 100,
        "tax_id": tax_id,
        "at": datetime.now(timezone.utc),
    }


def fetch_exchange_rate(currency, *, reliability=0.5):
    """Fails now and then, mends itself by a retry."""
    time.sleep(0.05)
    if random.random() > reliability:
        raise ConnectionError(f"rates service refused the connection for {currency}")
    return Decimal("5.4321")
