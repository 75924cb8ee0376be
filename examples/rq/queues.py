"""The queues of the example, and where their Redis is."""

import os
from pathlib import Path

from redis import Redis
from rq import Queue

# A worker takes jobs of the first queue as long as there are any, then of the next.
QUEUES = ("high", "default", "low", "atacadao", "document_processing", "cleanup_tasks")


def load_env(file=Path(__file__).with_name(".env")):
    """Lines NAME=value of a file `.env` beside this one; what the environment says wins."""
    if not file.is_file():
        return
    for line in file.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.strip().partition("=")
        if separator and not name.startswith("#"):
            value = value.strip()
            if value[:1] in ("'", '"') and value[-1:] == value[:1]:
                value = value[1:-1]
            os.environ.setdefault(name.strip(), value)


load_env()


def connect():
    """REDIS_URL (also `rediss://`), or REDIS_HOST, REDIS_PORT, REDIS_DB, REDIS_USERNAME and REDIS_PASSWORD."""
    setting = os.environ.get
    url = setting("REDIS_URL")
    if url:
        return Redis.from_url(url, socket_connect_timeout=5)
    return Redis(
        host=setting("REDIS_HOST") or "localhost",
        port=int(setting("REDIS_PORT") or 6379),
        db=int(setting("REDIS_DB") or 0),
        username=setting("REDIS_USERNAME") or None,
        password=setting("REDIS_PASSWORD") or None,
        socket_connect_timeout=5,
    )


def queue(name, connection):
    """One of QUEUES: a wrong letter would make another queue, to which nobody listens."""
    if name not in QUEUES:
        raise ValueError(f"no queue {name!r}: there are {', '.join(QUEUES)}")
    return Queue(name, connection=connection)
