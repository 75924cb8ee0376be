"""`python worker.py --all`: one or several workers that listen to the queues, until Ctrl-C or SIGTERM."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import uuid

from redis.exceptions import RedisError
from rq import Queue, SimpleWorker, Worker
from rq.registry import FailedJobRegistry, ScheduledJobRegistry, StartedJobRegistry

import nightly
from queues import QUEUES, connect

USUAL = ("high", "default", "low")


def parse(arguments=None):
    """The command line, with the environment behind it: WORKER_QUEUES, WORKER_COUNT, WORKER_NAME, WORKER_VERBOSE."""
    setting = os.environ.get
    parser = argparse.ArgumentParser(description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--queues", metavar="A,B", help=f"listen to these, in this order ({','.join(USUAL)})")
    which.add_argument("--all", action="store_true", help=f"listen to {', '.join(QUEUES)}")
    parser.add_argument("--workers", metavar="N", help="how many processes (1)")
    parser.add_argument("--name", help="of the worker; several have -1, -2, ... behind it")
    parser.add_argument("--burst", action="store_true", help="end when the queues are empty")
    parser.add_argument("--verbose", action="store_true", help="tell every step")
    parser.add_argument("--status", action="store_true", help="print workers and queues, and end")
    options = parser.parse_args(arguments)

    workers = options.workers or setting("WORKER_COUNT") or "1"
    if not workers.isdecimal() or int(workers) < 1:
        parser.error(f"the number of workers must be 1 or more, not {workers!r}")
    options.workers = int(workers)
    named = options.queues or setting("WORKER_QUEUES") or ",".join(USUAL)
    options.queues = list(QUEUES) if options.all else [name.strip() for name in named.split(",") if name.strip()]
    if not options.queues:
        parser.error("no queue is named")
    # The host's name alone is not enough: a container keeps it over a restart, and RQ refuses a name that is in use.
    options.name = options.name or setting("WORKER_NAME") or f"{socket.gethostname()}-{uuid.uuid4().hex[:6]}"
    options.verbose = options.verbose or setting("WORKER_VERBOSE") in ("1", "true")
    return options


def run_one(options):
    """Works in this process. RQ ends it between two jobs when asked to, and at once when asked again."""
    connection = connect()
    key = Worker.redis_worker_namespace_prefix + options.name
    if connection.exists(key) and not connection.hexists(key, "death"):
        return f"A worker named {options.name} is there already, or died less than 8 minutes ago: use another --name."
    if "cleanup_tasks" in options.queues:
        # This worker's scheduler moves the job into the queue when its time has come.
        print(nightly.told(nightly.schedule(connection)), flush=True)
    # Windows has no fork: there a job runs in the worker itself, and cannot be stopped.
    kind = Worker if hasattr(os, "fork") else SimpleWorker
    worker = kind(options.queues, connection=connection, name=options.name)
    worker.work(burst=options.burst, with_scheduler=True, logging_level="DEBUG" if options.verbose else "INFO")
    # RQ logs why it gives up, but does not raise it.
    asked = options.burst or worker._shutdown_requested_date is not None
    return None if asked else f"worker {options.name} gave up"


def run_many(options):
    """Starts a process for each worker and waits. One that ends by itself is told of, and not started again."""
    asked = 0

    def ask(*_):
        nonlocal asked
        asked += 1

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), ask)

    flags = [flag for flag in ("burst", "verbose") if getattr(options, flag)]
    running = {}
    for number in range(1, options.workers + 1):
        name = f"{options.name}-{number}"
        command = [sys.executable, __file__, "--name", name, "--workers", "1", "--queues", ",".join(options.queues)]
        # In a session of its own: a Ctrl-C reaches it once, through this process.
        running[name] = subprocess.Popen(command + [f"--{flag}" for flag in flags], start_new_session=True)
    passed_on = 0
    died = False
    while running:
        if asked > passed_on:
            passed_on = asked
            for process in running.values():
                process.terminate()
        for name in [name for name, process in running.items() if process.poll() is not None]:
            code = running.pop(name).returncode
            # One that was asked before it was ready ends by the signal itself.
            if code != 0 and not (asked and code == -signal.SIGTERM):
                died = True
                print(f"worker {name} ended with {code} and is not started again; {len(running)} left", file=sys.stderr)
        time.sleep(0.1)
    return 1 if died else None


def table(rows):
    widths = [max(len(str(cell)) for cell in column) for column in zip(*rows)]
    return "\n".join("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def print_status():
    connection = connect()
    workers = sorted(Worker.all(connection=connection), key=lambda worker: worker.name)
    who = [("WORKER", "STATE", "DONE", "FAILED", "QUEUES")]
    for worker in workers:
        listens = ", ".join(worker.queue_names())
        who.append((worker.name, worker.get_state(), worker.successful_job_count, worker.failed_job_count, listens))
    nobody = "" if workers else "\nnobody works: start one with python worker.py --all"
    rows = [("QUEUE", "WAITING", "RUNNING", "SCHEDULED", "FAILED", "WORKERS")]
    others = {queue.name for queue in Queue.all(connection=connection)} - set(QUEUES)
    for name in [*QUEUES, *sorted(others)]:
        # ZCARD, not the registry's own `count`: that one cleans up while it counts.
        registries = (StartedJobRegistry, ScheduledJobRegistry, FailedJobRegistry)
        counts = [connection.zcard(registry(name, connection=connection).key) for registry in registries]
        listening = sum(name in worker.queue_names() for worker in workers)
        rows.append((name, Queue(name, connection=connection).count, *counts, listening))
    print(f"{table(who)}{nobody}\n\n{table(rows)}")


def main():
    options = parse()
    try:
        if options.status:
            return print_status()
        return run_one(options) if options.workers == 1 else run_many(options)
    except RedisError as error:
        return f"Redis: {error}"


if __name__ == "__main__":
    sys.exit(main())
