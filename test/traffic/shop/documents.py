"""Scans of documents: mostly fine, sometimes the object store does not answer, always for the same reason."""

import random
import time

from shop import storage


def upload_scan(document_id, *, pages=1, outage=False):
    """Stores one scan. `outage`: the store does not answer, with other identifiers each time."""
    time.sleep(0.02 * pages)
    key = f"scans/{document_id}.pdf"
    storage.put(key, size=pages * 48_000, answers=not outage)
    return {"key": key, "pages": pages, "bytes": pages * 48_000}


def extract_text(document_id, seconds=20):
    """First step of a chain: its dependents stay deferred meanwhile."""
    time.sleep(seconds)
    return f"{document_id}: {random.randint(200, 9_000)} words"


def index_text(document_id):
    time.sleep(0.2)
    return {"document": document_id, "terms": random.randint(50, 900)}


def notify_owner(document_id, channel="mail"):
    time.sleep(0.05)
    return (document_id, channel)


def make_thumbnail(document_id, width=320):
    """Slower than it is asked for: its queue grows."""
    time.sleep(0.9)
    return {"document": document_id, "width": width}
