"""What the worker does: three jobs that show what a queue can look like."""

import time


def greet(name):
    """Succeeds at once."""
    return f"Hello, {name}!"


def count_slowly(seconds=120):
    """Runs long enough to be stopped from Vigia."""
    for second in range(seconds):
        time.sleep(1)
    return seconds


def charge(order):
    """Fails for an order without a customer: look why, mend the cause, retry."""
    return f"order {order['id']} charged to {order['customer']}"
