"""What the workers do: the background jobs of a shop that also reads documents. A job is a plain function."""

import socket
import time

from rq import get_current_job

import nightly

# The documents that were read, by the time they were: a sorted set, which the cleanup keeps short.
DOCUMENTS = "examples:documents"


class UnreadableDocument(ValueError):
    """The document has to be scanned anew: trying again does not help."""


class SupplierAway(RuntimeError):
    """The supplier's system does not answer: trying again later may help."""


def send_receipt(customer):
    """Succeeds at once."""
    return f"receipt sent to {customer}"


def charge(order):
    """Fails for an order without a customer: whoever enqueued it has to mend it."""
    return f"order {order['id']} charged to {order['customer']}"


def import_prices(rows):
    """Succeeds; `rows` are pairs of a product and its price in cents."""
    return {"products": len(rows), "cents": sum(cents for _, cents in rows)}


def sync_stock(supplier, port=9):
    """Fails while the supplier's system is away: nobody listens on the discard port of this machine."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return f"stock of {supplier} is up to date"
    except OSError as error:
        raise SupplierAway(f"supplier {supplier} does not answer") from error


def read_document(document, seconds_per_page=0.5):
    """Takes its time, and fails for a page without text. `document` has an `id` and `pages`, a list of texts."""
    words = 0
    for number, text in enumerate(document["pages"], start=1):
        time.sleep(seconds_per_page)
        words += len(page_words(document["id"], number, text))
    get_current_job().connection.zadd(DOCUMENTS, {document["id"]: time.time()})
    return {"document": document["id"], "words": words}


def page_words(document_id, number, text):
    if not text.strip():
        raise UnreadableDocument(f"document {document_id}: page {number} has no text layer")
    return text.split()


def index_document(document_id):
    """Depends on `read_document`: it is enqueued when that has finished."""
    return f"document {document_id} can be found"


def notify_customer(customer, failures=2):
    """Fails a few times first; a job with retries left is tried again without anybody's help."""
    job = get_current_job()
    # What a job writes into its meta is there at the next attempt.
    job.meta["attempt"] = job.meta.get("attempt", 0) + 1
    job.save_meta()
    if job.meta["attempt"] <= failures:
        raise TimeoutError(f"mail server gave no answer to attempt {job.meta['attempt']}")
    return f"{customer} notified at attempt {job.meta['attempt']}"


def export_catalogue(seconds=120):
    """Runs long enough to be stopped from Vigia, and tells in its meta how far it is."""
    job = get_current_job()
    for second in range(seconds):
        job.meta["percent"] = 100 * second // seconds
        job.save_meta()
        time.sleep(1)
    return f"catalogue exported in {seconds} s"


def remove_old_documents(hours=24):
    """Forgets documents that were read more than `hours` ago; returns how many."""
    return get_current_job().connection.zremrangebyscore(DOCUMENTS, 0, time.time() - hours * 3600)


def nightly_cleanup():
    """Schedules the next night first: a night that fails must not be the last one."""
    nightly.schedule(get_current_job().connection)
    return remove_old_documents()
