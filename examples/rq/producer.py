"""Puts jobs into the queues of the shop, asks what became of them, and has failed ones run again."""

import argparse
import json
import math
import os
import random
import signal
import sys
import threading
import time

import rq
from redis.exceptions import RedisError

from jobs import ENDED, KINDS, Repeat, facts
from queues import QUEUES, connect, queue
from vigia import NotReprocessed, reprocess

# Without a worker nothing is gained by more.
WAITING_MAX = 1_000


def add(connection, kinds):
    for kind in kinds:
        make, _ = KINDS[kind]
        job = make(connection)
        print(f"{kind:15} {job.id}  {job.get_status(refresh=False).value:9}  {job.origin}")
        if kind == "repeated" and Repeat is None:
            print(f"{'':15} RQ {rq.VERSION} cannot repeat jobs (2.3 and later can): this one runs once")


def status(connection, job_id, wait):
    """Prints the job's facts; with `wait` again whenever its status changes, until it has ended."""
    seen = None
    while True:
        found = facts(connection, job_id)
        if found is None:
            return f"There is no job {job_id}, or no more."
        if found["status"] != seen:
            print(json.dumps(found, indent=2, ensure_ascii=False, default=str), flush=True)
            seen = found["status"]
        if not wait or seen in ENDED:
            return None
        time.sleep(0.5)


def forever(connection, rate):
    """Adds `rate` jobs a second on average until it is asked to end, in waves of two minutes."""
    end = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: end.set())
    kinds, weights = list(KINDS), [weight for _, weight in KINDS.values()]
    added, trouble = 0, None
    while not end.is_set():
        wave = 1 + 0.8 * math.sin(time.time() / 120 * 2 * math.pi)
        seconds = random.expovariate(rate * wave)
        try:
            waiting = sum(queue(name, connection).count for name in QUEUES)
            if waiting < WAITING_MAX:
                KINDS[random.choices(kinds, weights)[0]][0](connection)
                added += 1
                now = None
            else:
                now = f"{WAITING_MAX} jobs wait: no more are added before a worker comes"
        except RedisError as error:
            # It comes back: the producer of a web application must live through that too.
            now, seconds = f"Redis: {error}", 1
        # Once for each kind of trouble, not at every attempt.
        if now not in (None, trouble):
            print(now, file=sys.stderr, flush=True)
        trouble = now
        end.wait(seconds)
    print(f"added {added} jobs")


def positive(text):
    value = float(text)
    if not 0 < value <= 1_000:
        raise ValueError
    return value


positive.__name__ = "number from above 0 to 1000"  # argparse shows it for a wrong value


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog="Without a command: one job of each kind.")
    commands = parser.add_subparsers(dest="command", metavar="command")
    one = commands.add_parser("add", help="jobs of the given kinds")
    one.add_argument("kinds", nargs="+", choices=KINDS, metavar="kind", help=", ".join(KINDS))
    ask = commands.add_parser("status", help="what became of a job")
    ask.add_argument("id")
    ask.add_argument("--wait", action="store_true", help="until it has ended")
    again = commands.add_parser("reprocess", help="a failed job runs again, by Vigia's API")
    again.add_argument("id")
    living = commands.add_parser("forever", help="jobs of all kinds, in waves, until Ctrl-C")
    rate = os.environ.get("PRODUCER_RATE") or "1"
    living.add_argument("--rate", type=positive, default=rate, help=f"jobs a second, on average ({rate})")
    options = parser.parse_args()
    try:
        if options.command == "reprocess":
            print(f"{options.id} is {reprocess(options.id)['status']} again")
        elif options.command == "status":
            return status(connect(), options.id, options.wait)
        elif options.command == "forever":
            forever(connect(), options.rate)
        else:
            add(connect(), options.kinds if options.command == "add" else KINDS)
    except NotReprocessed as error:
        return str(error)
    except RedisError as error:
        return f"Redis: {error}"
    except KeyboardInterrupt:
        return 130
    return None


if __name__ == "__main__":
    sys.exit(main())
