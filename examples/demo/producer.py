"""
Enqueues the jobs of the demo, and brings the troubles that come and go. The jobs are the functions of
examples/rq/tasks.py. Bounded: what is done or failed expires, and what waits is capped.
"""

import os
import random
import socket
import time
from datetime import timedelta

from redis import Redis
from rq import Queue, Retry

TICK_S = 0.25
RESULT_TTL_S = 120
# A failure that nobody retries is forgotten after so long, and with it its problem.
FAILURE_TTL_S = 270
# Above this a queue gets no more jobs.
WAITING_MAX = 200
EXPORTS_MAX = 2

CUSTOMERS = ("Ada", "Bruno", "Carla", "Davi", "Elisa", "Fábio", "Gabriela", "Heitor")
PAGE = "A page of a delivery note with the names of the goods, their number and their price."
# Nobody listens to this queue: it lacks a letter.
MISSPELT = "document_procesing"
MISSPELT_MAX = 30
# Somebody finds a misspelt queue in the end.
MISSPELT_FOR_S = 12 * 60


class Supplier:
    """The supplier's system: a port of this machine where somebody listens, or nobody while it is away."""

    def __init__(self):
        self.socket = None
        self.port = 0
        self.leave()

    def leave(self):
        if self.socket is not None:
            self.socket.close()
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Bound and not listening: the port stays ours, and whoever connects is refused.
        self.socket.bind(("127.0.0.1", self.port))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self.here = False

    def come(self):
        self.socket.listen()
        self.here = True

    def answer(self):
        """Takes the calls that came in: they wait in a queue of limited length."""
        while self.here:
            try:
                self.socket.accept()[0].close()
            except BlockingIOError:
                return


class Shop:
    """Each method without an argument enqueues one job of a kind; `KINDS` says how often."""

    def __init__(self, connection):
        self.connection = connection
        self.supplier = Supplier()

    def put(self, queue, func, *args, **options):
        queue = Queue(queue, connection=self.connection)
        if queue.count >= WAITING_MAX:
            return None
        ttls = {"result_ttl": RESULT_TTL_S, "failure_ttl": FAILURE_TTL_S}
        return queue.enqueue(f"tasks.{func}", *args, **{**ttls, **options})

    def document(self):
        pages = [PAGE * random.randint(1, 3) for _ in range(random.randint(1, 4))]
        return {"id": f"doc-{random.randint(1000, 9999)}", "pages": pages}

    def receipt(self):
        self.put("high", "send_receipt", random.choice(CUSTOMERS))

    def charge(self):
        self.put("default", "charge", {"id": random.randint(10_000, 99_999), "customer": random.choice(CUSTOMERS)})

    def prices(self):
        rows = [(f"P-{random.randint(100, 999)}", random.randint(99, 99_900)) for _ in range(random.randint(2, 6))]
        self.put("default", "import_prices", rows)

    def stock(self):
        self.put("atacadao", "sync_stock", "Atacadão", self.supplier.port)

    def scan(self):
        self.put("document_processing", "read_document", self.document())

    def chain(self):
        """The second job is deferred until the first is done."""
        document = self.document()
        first = self.put("document_processing", "read_document", document)
        if first is not None:
            self.put("document_processing", "index_document", document["id"], depends_on=first)

    def notice(self):
        """Its first attempt fails, and RQ tries again by itself: meanwhile it is scheduled."""
        self.put("default", "notify_customer", random.choice(CUSTOMERS), 1, retry=Retry(max=3, interval=[20, 40, 60]))

    def lost_notice(self):
        """Its first attempt fails, and nobody but you tries again."""
        self.put("default", "notify_customer", random.choice(CUSTOMERS), 1)

    def reminder(self):
        due = timedelta(seconds=random.randint(60, 600))
        queue = Queue("high", connection=self.connection)
        queue.enqueue_in(due, "tasks.send_receipt", random.choice(CUSTOMERS), result_ttl=RESULT_TTL_S)

    def export(self):
        """Long enough to be stopped. Never more than a few: a queue that only grows could not be mended from Vigia."""
        if Queue("low", connection=self.connection).count < EXPORTS_MAX:
            self.put("low", "export_catalogue", random.randint(30, 50))

    def misspelt(self):
        if Queue(MISSPELT, connection=self.connection).count < MISSPELT_MAX:
            self.put(MISSPELT, "read_document", self.document())


# Jobs a second.
KINDS = {
    "receipt": 0.7, "charge": 0.4, "prices": 0.25, "stock": 0.25, "scan": 0.15, "chain": 0.03, "notice": 0.03,
    "reminder": 0.03, "export": 0.01,
}
# What somebody who opens the page at once should see; document_processing has enough for about two minutes.
FIRST = {
    "stock": 14, "lost_notice": 7, "misspelt": 9, "receipt": 6, "charge": 6, "prices": 4, "scan": 60, "chain": 3,
    "notice": 3, "reminder": 8, "export": 1,
}


def wait(least, most):
    """Yields until a random time between `least` and `most` seconds has passed."""
    end = time.monotonic() + random.uniform(least, most)
    while time.monotonic() < end:
        yield


# Each trouble is a generator: it does what is due, and yields until the next tick.


def outages(shop):
    """The supplier is away for a while: its jobs fail, and succeed when they are retried afterwards."""
    yield from wait(15, 15)
    while True:
        shop.supplier.come()
        yield from wait(300, 480)
        shop.supplier.leave()
        for _ in range(random.randint(8, 20)):
            shop.stock()
            yield from wait(1, 3)


def lost_notices(shop):
    while True:
        yield from wait(420, 660)
        for _ in range(random.randint(6, 12)):
            shop.lost_notice()
            yield from wait(1, 4)


def misspelling(shop):
    """A program with a misspelt queue enqueues until its jobs are moved away, then it is mended for some minutes."""
    queue = Queue(MISSPELT, connection=shop.connection)
    while True:
        found_at = time.monotonic() + MISSPELT_FOR_S
        while queue.count > 0:
            yield from wait(10, 25)
            if time.monotonic() > found_at:
                queue.empty()
            elif queue.count > 0:
                shop.misspelt()
        yield from wait(240, 420)
        for _ in range(random.randint(5, 9)):
            shop.misspelt()


def bursts(shop):
    """More documents than can be read at once: the queue grows, then drains."""
    while True:
        yield from wait(300, 480)
        for _ in range(random.randint(40, 70)):
            shop.scan()


def steadily(shop):
    owed = dict.fromkeys(KINDS, 0.0)
    while True:
        for kind, rate in KINDS.items():
            owed[kind] += rate * TICK_S * random.uniform(0.2, 1.8)
            while owed[kind] >= 1:
                owed[kind] -= 1
                getattr(shop, kind)()
        yield


def main():
    shop = Shop(Redis.from_url(os.environ["REDIS_URL"]))
    for kind, count in FIRST.items():
        for _ in range(count):
            getattr(shop, kind)()
    running = [work(shop) for work in (steadily, outages, lost_notices, misspelling, bursts)]
    while True:
        for work in running:
            next(work)
        shop.supplier.answer()
        time.sleep(TICK_S)


if __name__ == "__main__":
    main()
