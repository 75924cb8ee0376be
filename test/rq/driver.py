"""One JSON request a line in, one JSON answer a line out: RQ's own Python, for the tests to compare with."""

import base64
import importlib
import json
import os
import sys
import traceback
from datetime import datetime, timedelta, timezone

from redis import Redis
from rq import Queue, Retry, VERSION
from rq.job import Job
from rq.registry import (
    CanceledJobRegistry,
    DeferredJobRegistry,
    FailedJobRegistry,
    FinishedJobRegistry,
    ScheduledJobRegistry,
    StartedJobRegistry,
)

connection = Redis.from_url(os.environ["VIGIA_TEST_REDIS"])

REGISTRIES = {
    "failed": FailedJobRegistry,
    "canceled": CanceledJobRegistry,
    "deferred": DeferredJobRegistry,
    "finished": FinishedJobRegistry,
    "scheduled": ScheduledJobRegistry,
    "started": StartedJobRegistry,
}


def serializer(name):
    if name is None:
        return None
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def ping():
    return VERSION


def enqueue(queue="default", func="vigia_jobs.add", args=(), kwargs=None, count=1, retry=None, at_in=None,
            depends_on=None, at_front=False, serializer_name=None, job_ids=None, **options):
    """Enqueues `count` jobs and gives their ids. `at_in`: seconds from now. `retry`: {max, interval}."""
    target = Queue(queue, connection=connection, serializer=serializer(serializer_name))
    if retry is not None:
        options["retry"] = Retry(max=retry["max"], interval=retry.get("interval", 0))
    if depends_on is not None:
        options["depends_on"] = depends_on
    ids = []
    for index in range(count):
        extra = dict(options)
        if job_ids is not None:
            extra["job_id"] = job_ids[index]
        if at_in is not None:
            when = datetime.now(timezone.utc) + timedelta(seconds=at_in)
            job = target.enqueue_at(when, func, args=args, kwargs=kwargs or {}, at_front=at_front, **extra)
        else:
            job = target.enqueue(func, args=args, kwargs=kwargs or {}, at_front=at_front, **extra)
        ids.append(job.id)
    return ids


def requeue(job_id, at_front=False, registry="failed"):
    job = Job.fetch(job_id, connection=connection)
    REGISTRIES[registry](job.origin, connection=connection).requeue(job_id, at_front=at_front)


def enqueue_elsewhere(job_id, to, at_front=False):
    """RQ has no move: what its own API offers to whoever wants one."""
    job = Job.fetch(job_id, connection=connection)
    Queue(job.origin, connection=connection).remove(job)
    Queue(to, connection=connection).enqueue_job(job, at_front=at_front)


def cleanup_started(queue, ahead=3600):
    """RQ's maintenance of started jobs, as it will be in `ahead` seconds."""
    import time

    StartedJobRegistry(queue, connection=connection).cleanup(timestamp=int(time.time()) + ahead)


def whereabouts(job_id):
    """Where RQ itself takes a waiting job to be."""
    job = Job.fetch(job_id, connection=connection)
    return {
        "origin": job.origin,
        "position": job.get_position(),
        "listed": Queue(job.origin, connection=connection).job_ids,
        "queues": sorted(queue.name for queue in Queue.all(connection=connection)),
    }


def cancel(job_id):
    Job.fetch(job_id, connection=connection).cancel()


def stop(job_id):
    from rq.command import send_stop_job_command

    send_stop_job_command(connection, job_id)


def status(job_id):
    found = Job.fetch(job_id, connection=connection).get_status(refresh=True)
    return getattr(found, "value", found)


def fetch(job_id):
    """What RQ itself reads from the job's hash: proves that it is still loadable."""
    job = Job.fetch(job_id, connection=connection)
    result = job.latest_result()
    return {
        "status": getattr(job.get_status(), "value", job.get_status()),
        "func_name": job.func_name,
        "args": repr(job.args),
        "kwargs": repr(job.kwargs),
        "meta": repr(job.meta),
        "retries_left": job.retries_left,
        "exc": result.exc_string if result is not None else None,
        "return": repr(result.return_value) if result is not None else None,
    }


def registry_ids(queue, name):
    """Members of a registry's sorted set, without RQ's clean-up."""
    return [member.decode() for member in connection.zrange(REGISTRIES[name](queue, connection=connection).key, 0, -1)]


def counts(queue):
    target = Queue(queue, connection=connection)
    answer = {"queued": target.count}
    for name, registry in REGISTRIES.items():
        answer[name] = connection.zcard(registry(queue, connection=connection).key)
    return answer


def dumps(value_source, protocol=None):
    """Pickles the value of a Python expression; base64. Only for building test data."""
    import pickle

    value = eval(value_source, {"datetime": datetime, "timedelta": timedelta, "timezone": timezone,
                                **{name: importlib.import_module(name) for name in ("decimal", "uuid", "collections", "pathlib")}})
    data = pickle.dumps(value) if protocol is None else pickle.dumps(value, protocol)
    return base64.b64encode(data).decode()


OPS = {function.__name__: function for function in
       (ping, enqueue, requeue, enqueue_elsewhere, cleanup_started, whereabouts, cancel, stop, status, fetch, registry_ids,
        counts, dumps)}

for line in sys.stdin:
    try:
        request = json.loads(line)
        answer = {"ok": OPS[request["op"]](**request.get("args", {}))}
    except Exception:
        answer = {"error": traceback.format_exc(limit=3)}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
