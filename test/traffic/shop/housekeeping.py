"""Jobs that are planned for later."""

import random
import time


def purge_sessions(older_than_days=30):
    time.sleep(0.1)
    return {"removed": random.randint(0, 4_000)}


def rotate_logs(service):
    time.sleep(0.05)
    return service


def sync_catalogue(shop, page=1):
    time.sleep(0.2)
    return {"shop": shop, "page": page, "items": random.randint(1, 80)}
