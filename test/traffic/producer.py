"""Enqueues the jobs of the living traffic until it is told to stop. Bounded: every kind ages out or is capped.

    python producer.py --url redis://127.0.0.1:6390/0 [--rate 1.0]
"""

import argparse
import math
import random
import signal
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from redis import Redis  # noqa: E402
from redis.exceptions import ConnectionError as RedisGone  # noqa: E402
from rq import Queue, Retry  # noqa: E402
from rq.registry import FailedJobRegistry  # noqa: E402

TICK_S = 0.25
RESULT_TTL_S = 180
FAILURE_TTL_S = 3_600
# Failing kinds slow down as their registry fills: at the cap they only replace what ages out.
FAILED_CAP = 300
WAITING_CAP = 5_000

FIRST = ["ana", "bruno", "carla", "diego", "elisa", "fabio", "gabi", "hugo", "iris", "joão", "luísa", "zoë"]
SHOPS = ["centro", "norte", "sul", "leste"]


class Producer:
    def __init__(self, url, rate):
        self.redis = Redis.from_url(url)
        self.rate = rate
        self.queues = {}
        self.room = {}
        self.looked_at = 0.0

    def queue(self, name):
        if name not in self.queues:
            self.queues[name] = Queue(name, connection=self.redis)
        return self.queues[name]

    def put(self, queue, func, *args, options=None, **kwargs):
        return self.queue(queue).enqueue(
            func, args=args, kwargs=kwargs,
            **{"result_ttl": RESULT_TTL_S, "failure_ttl": FAILURE_TTL_S, **(options or {})},
        )

    def person(self):
        return f"{random.choice(FIRST)}{random.randint(1, 999)}@example.org"

    def has_room(self, queue):
        """1 with an empty failed registry and a short queue, towards 0 at the caps; looked up every 5 s."""
        if time.monotonic() - self.looked_at > 5:
            self.room.clear()
            self.looked_at = time.monotonic()
        if queue not in self.room:
            failed = self.redis.zcard(FailedJobRegistry(queue=self.queue(queue)).key)
            waiting = self.queue(queue).count
            self.room[queue] = max(0.0, 1 - failed / FAILED_CAP) * (1 if waiting < WAITING_CAP else 0)
        return self.room[queue]

    # Each kind: what one job of it is. Rates stand in KINDS.

    def receipt(self):
        self.put("default", "shop.mail.send_receipt", self.person(), locale=random.choice(["pt-BR", "en"]),
                 options={"meta": {"request_id": uuid.uuid4().hex, "shop": random.choice(SHOPS)}})

    def digest(self):
        people = [self.person() for _ in range(random.randint(1, 4))]
        self.put("low", "shop.mail.send_digest", people, f"Your week {random.randint(1, 52)}")

    def push(self):
        self.put("high", "shop.mail.push", uuid.uuid4().hex, "Your order is on its way",
                 options={"description": "Push: order on its way"})

    def charge(self):
        order = {"id": random.randint(10_000, 99_999), "cents": random.randint(990, 250_000),
                 "customer": {"name": self.person(), "tax_id": f"{random.randint(10**10, 10**11 - 1)}"}}
        self.put("default", "shop.billing.charge", order, options={"meta": {"tenant": random.choice(SHOPS)}})

    def charge_without_tax_id(self):
        if random.random() > self.has_room("default"):
            return
        order = {"id": random.randint(10_000, 99_999), "cents": 4_990, "customer": {"name": self.person()}}
        self.put("default", "shop.billing.charge", order, options={"meta": {"tenant": random.choice(SHOPS)}})

    def rate_lookup(self):
        self.put("high", "shop.billing.fetch_exchange_rate", random.choice(["BRL", "EUR", "USD"]), reliability=0.6,
                 options={"retry": Retry(max=5, interval=[2, 5, 10, 20, 30])})

    def scan(self):
        self.put("document_processing", "shop.documents.upload_scan", f"doc-{random.randint(10**5, 10**6)}",
                 pages=random.randint(1, 8))

    def scan_in_outage(self):
        if random.random() > self.has_room("document_processing"):
            return
        self.put("document_processing", "shop.documents.upload_scan", f"doc-{random.randint(10**5, 10**6)}",
                 pages=random.randint(1, 8), outage=True)

    def chain(self):
        document = f"doc-{random.randint(10**5, 10**6)}"
        text = self.put("document_processing", "shop.documents.extract_text", document, seconds=random.randint(8, 25))
        index = self.put("document_processing", "shop.documents.index_text", document, options={"depends_on": text})
        self.put("high", "shop.documents.notify_owner", document, options={"depends_on": index})

    def blocked(self):
        """Its parent fails, so it stays deferred until somebody retries the parent."""
        if self.has_room("document_processing") > 0.1:
            parent = self.put("document_processing", "shop.documents.upload_scan", "doc-blocked", pages=2, outage=True)
            self.put("document_processing", "shop.documents.index_text", "doc-blocked", options={"depends_on": parent})

    def thumbnail(self):
        if self.has_room("thumbnails") > 0:
            self.put("thumbnails", "shop.documents.make_thumbnail", f"doc-{random.randint(10**5, 10**6)}")

    def catalogue(self):
        if self.queue("atacadao").count < 400:
            self.put("atacadao", "shop.housekeeping.sync_catalogue", random.choice(SHOPS), page=random.randint(1, 90))

    def later(self):
        self.queue("cleanup_tasks").enqueue_in(
            timedelta(seconds=random.randint(30, 900)), "shop.housekeeping.purge_sessions",
            kwargs={"older_than_days": random.choice([7, 30, 90])}, result_ttl=RESULT_TTL_S)

    def rotate(self):
        self.put("cleanup_tasks", "shop.housekeeping.rotate_logs", random.choice(["api", "web", "mail"]))

    def report(self):
        if self.queue("reports").count < 12:
            self.put("reports", "shop.reports.build_month", f"2026-{random.randint(1, 12):02}",
                     seconds=random.randint(120, 400), options={"job_timeout": 900})

    def overdue(self):
        if self.has_room("reports") > 0:
            self.put("reports", "shop.reports.reconcile", [random.randint(1, 99) for _ in range(3)],
                     options={"job_timeout": 4, "at_front": True})

    def abandoned(self):
        if self.queue("imports").count < 5:
            self.put("imports", "shop.reports.build_month", "2026-01", seconds=600, options={"job_timeout": 900})

    def canceled(self):
        self.put("low", "shop.mail.send_digest", [self.person()], "Never mind").cancel()


# Jobs a second of each kind, before the waves.
KINDS = {
    "receipt": 3.0, "charge": 1.5, "charge_without_tax_id": 0.06, "digest": 1.2, "push": 3.0, "rate_lookup": 0.25,
    "scan": 1.2, "scan_in_outage": 0.3, "chain": 0.03, "blocked": 0.01, "thumbnail": 1.4, "catalogue": 0.05, "later": 0.04,
    "rotate": 0.1, "report": 0.03, "overdue": 0.008, "abandoned": 0.02, "canceled": 0.01,
}
# What somebody who opens the page at once should see.
FIRST_BATCH = {"catalogue": 38, "thumbnail": 60, "scan_in_outage": 25, "charge_without_tax_id": 6, "later": 12,
               "report": 5, "chain": 2, "blocked": 2, "abandoned": 3, "receipt": 10, "push": 10, "digest": 40, "canceled": 2}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--rate", type=float, default=1.0, help="factor on all rates")
    options = parser.parse_args()
    going = {"on": True}
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: going.update(on=False))

    producer = Producer(options.url, options.rate)
    for kind, count in FIRST_BATCH.items():
        for _ in range(count):
            getattr(producer, kind)()

    owed = dict.fromkeys(KINDS, 0.0)
    began = time.monotonic()
    while going["on"]:
        time.sleep(TICK_S)
        # Two slow waves, so that charts have a shape.
        elapsed = time.monotonic() - began
        wave = 1 + 0.35 * math.sin(elapsed / 40) + 0.2 * math.sin(elapsed / 11)
        try:
            for kind, rate in KINDS.items():
                owed[kind] += rate * options.rate * TICK_S * wave * random.uniform(0.5, 1.5)
                while owed[kind] >= 1:
                    owed[kind] -= 1
                    getattr(producer, kind)()
        except RedisGone as error:
            # The server may be stopped on purpose while somebody watches: go on when it is back.
            print(f"producer: {error}", file=sys.stderr, flush=True)
            time.sleep(1)


if __name__ == "__main__":
    main()
