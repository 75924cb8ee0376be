"""An object store that can stop answering."""

import random
import time
import uuid


class ConnectionReset(OSError):
    """What the transport saw."""


def put(key, *, size, answers):
    _send(key, size, answers)


def _send(key, size, answers):
    try:
        _transport(key, answers)
    except ConnectionReset as reset:
        raise TimeoutError(
            f"S3 upload timed out after 30 s (key {key}, {size} bytes, request {uuid.uuid4()})"
        ) from reset


def _transport(key, answers):
    time.sleep(random.uniform(0.01, 0.08))
    if not answers:
        raise ConnectionReset(f"connection reset by 10.0.{random.randint(0, 9)}.{random.randint(2, 250)}:443")
