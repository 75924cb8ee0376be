"""Enqueues a few jobs into the queue "default" of the Redis that REDIS_URL names."""

import os

from redis import Redis
from rq import Queue

queue = Queue("default", connection=Redis.from_url(os.environ.get("REDIS_URL", "redis://localhost:6379/0")))

for job in (
    queue.enqueue("tasks.greet", "Ada"),
    queue.enqueue("tasks.charge", {"id": 41, "customer": "Ada"}),
    queue.enqueue("tasks.charge", {"id": 42}),
    queue.enqueue("tasks.count_slowly"),
):
    print(f"enqueued {job.description} as {job.id}")
