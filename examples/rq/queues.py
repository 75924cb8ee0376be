"""The queues of the example, and where their Redis is."""

import os
from pathlib import Path
from urllib.parse import quote

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


def address():
    """REDIS_URL (also `rediss://`), or one from REDIS_HOST, REDIS_PORT, REDIS_DB, REDIS_USERNAME and REDIS_PASSWORD."""
    setting = os.environ.get
    if setting("REDIS_URL"):
        return setting("REDIS_URL")
    host = setting("REDIS_HOST") or "localhost"
    # In a URL an IPv6 address stands in brackets, and what is special in a password stands as its code.
    host = f"[{host}]" if ":" in host else host
    user, password = (quote(setting(name) or "", safe="") for name in ("REDIS_USERNAME", "REDIS_PASSWORD"))
    credentials = f"{user}:{password}@" if user or password else ""
    return f"redis://{credentials}{host}:{setting('REDIS_PORT') or 6379}/{setting('REDIS_DB') or 0}"


def connect():
    try:
        return Redis.from_url(address(), socket_connect_timeout=5)
    except ValueError as error:
        raise SystemExit(f"The address of Redis is not one: {error}") from error


def queue(name, connection):
    """One of QUEUES: a wrong letter would make another queue, to which nobody listens."""
    if name not in QUEUES:
        raise ValueError(f"no queue {name!r}: there are {', '.join(QUEUES)}")
    return Queue(name, connection=connection)
