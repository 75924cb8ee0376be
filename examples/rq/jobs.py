"""How a program puts jobs into queues, one function for each way, and how it asks what became of one."""

import random
from datetime import timedelta, timezone

from rq import Retry
from rq.exceptions import NoSuchJobError
from rq.job import Job

from queues import queue

try:
    from rq import Repeat
except ImportError:  # before RQ 2.3
    Repeat = None

CUSTOMERS = ("Ana", "Bruno", "Carla", "Davi", "Elisa")
# RQ keeps failed jobs for a year unless it is told otherwise. This is in seconds.
DAY = 24 * 60 * 60
ENDED = ("finished", "failed", "stopped", "canceled")


def customer():
    return random.choice(CUSTOMERS)


def number():
    return random.randrange(1, 100_000)


def receipt(connection):
    """A job that succeeds at once."""
    return queue("high", connection).enqueue("tasks.send_receipt", customer())


def charge(connection):
    return queue("high", connection).enqueue("tasks.charge", {"id": number(), "customer": customer()}, failure_ttl=DAY)


def wrong_charge(connection):
    """A job that fails because of what it was given: retrying it is of no use before `tasks.py` is mended."""
    return queue("high", connection).enqueue("tasks.charge", {"id": number()}, failure_ttl=DAY)


def prices(connection):
    rows = [(f"product {number()}", random.randrange(100, 10_000)) for _ in range(20)]
    return queue("atacadao", connection).enqueue("tasks.import_prices", rows, description="import of 20 prices")


def stock(connection):
    """A job that fails because somebody else is away: retry it when the cause is gone."""
    return queue("atacadao", connection).enqueue("tasks.sync_stock", "Atacadão Norte", failure_ttl=DAY)


def read(connection, document, **options):
    return queue("document_processing", connection).enqueue(
        "tasks.read_document", document, job_timeout=600, failure_ttl=DAY, **options
    )


def document(connection, pages=None):
    """A slow job, and one that depends on it: deferred until the first has finished."""
    pages = pages or ["the quick brown fox"] * random.randrange(2, 9)
    document_id = number()
    first = read(connection, {"id": document_id, "pages": pages})
    queue("low", connection).enqueue("tasks.index_document", document_id, depends_on=first)
    return first


def blank_document(connection):
    """A job that fails halfway."""
    return read(connection, {"id": number(), "pages": ["the quick brown fox", " "]})


def notification(connection):
    """A job that fails twice and is tried again by RQ itself, after 1 and 2 seconds; it would have one more try."""
    retry = Retry(max=3, interval=[1, 2, 10])
    return queue("default", connection).enqueue("tasks.notify_customer", customer(), retry=retry, failure_ttl=DAY)


def export(connection, seconds=120):
    """A long job: the timeout has to be longer, or RQ ends it after three minutes."""
    return queue("low", connection).enqueue("tasks.export_catalogue", seconds, job_timeout=seconds + 60)


def reminder(connection, seconds=60):
    """A scheduled job: a worker with a scheduler puts it into its queue when the time has come."""
    return queue("default", connection).enqueue_in(timedelta(seconds=seconds), "tasks.send_receipt", customer())


def repeated(connection, times=3, interval=20):
    """A job that runs again after it has finished, `times` more times; before RQ 2.3 it runs once."""
    options = {} if Repeat is None else {"repeat": Repeat(times=times, interval=interval)}
    return queue("default", connection).enqueue("tasks.import_prices", [("stocktaking", 0)], **options)


def cleanup(connection):
    """What `nightly.py` schedules for the night, now."""
    return queue("cleanup_tasks", connection).enqueue("tasks.remove_old_documents", hours=1)


# What a producer can be asked for, and how often each comes in a living shop.
KINDS = {
    "receipt": (receipt, 40),
    "charge": (charge, 20),
    "wrong-charge": (wrong_charge, 1),
    "prices": (prices, 10),
    "stock": (stock, 1),
    "document": (document, 12),
    "blank-document": (blank_document, 1),
    "notification": (notification, 6),
    "export": (export, 0.2),
    "reminder": (reminder, 3),
    "repeated": (repeated, 1),
    "cleanup": (cleanup, 0.5),
}


def told(date):
    """RQ's times are UTC; before 2.0 they do not say so."""
    return date and date.replace(tzinfo=timezone.utc).isoformat()


def facts(connection, job_id):
    """What became of a job, ready for JSON; None when there is no such job, or no more."""
    try:
        job = Job.fetch(job_id, connection=connection)
    except (NoSuchJobError, ValueError):  # since RQ 2.8 an id with other characters than letters, digits, - and _
        return None
    status = job.get_status(refresh=False)
    latest = job.latest_result() if status in ("finished", "failed") else None
    lines = (getattr(latest, "exc_string", None) or "").strip().splitlines()
    return {
        "id": job.id,
        "status": status,
        "queue": job.origin,
        "description": job.description,
        "enqueued_at": told(job.enqueued_at),
        "ended_at": told(job.ended_at),
        "retries_left": job.retries_left,
        "meta": job.meta,
        "result": latest.return_value if latest else None,
        "error": lines[-1] if lines else None,
    }
