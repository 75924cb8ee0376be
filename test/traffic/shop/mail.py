"""Short jobs, many of them."""

import random
import time


def send_receipt(to, *, template="receipt", locale="pt-BR"):
    time.sleep(random.uniform(0.01, 0.12))
    return None


def send_digest(recipients, subject):
    time.sleep(random.uniform(0.05, 0.4))
    return [f"queued for {name}" for name in recipients]


def push(device, title, body=""):
    time.sleep(random.uniform(0.005, 0.03))
    return True
