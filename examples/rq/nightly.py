"""
The cleanup of every night, on any RQ: a scheduled job per night, and each one schedules the next.

RQ 2.6 brought `rq cron`, a process of its own that must run exactly once. This works without it, as often as it is
called and wherever: the job's id is the night's date, and a job that exists is left as it is, whatever became of it.
"""

import os
import sys
from datetime import datetime, timedelta, timezone

from redis.exceptions import RedisError
from rq.job import Job

from queues import connect, queue

# So close to the hour tonight's job may be moved to its queue while it is looked for: then it is left alone.
MARGIN = timedelta(minutes=1)


def next_night(now, at):
    """The next time, at least MARGIN away, that the clock shows `at` (HH:MM, local time)."""
    hour, minute = (int(part) for part in at.split(":"))
    night = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    # Without a zone until the end: a day is not always 24 hours long.
    while night < now + MARGIN:
        night += timedelta(days=1)
    return night


def schedule(connection, now=None):
    """
    Schedules the next night's cleanup unless it is there already.
    Returns the job's id, when it runs (local time) and whether it was scheduled by this call.
    """
    night = next_night(now or datetime.now(), os.environ.get("NIGHTLY_AT") or "03:00")
    job_id = f"nightly-cleanup-{night:%Y-%m-%d}"
    if Job.exists(job_id, connection=connection):
        return job_id, night, False
    # Two that come here at the same time write the same job under the same id: it still runs once.
    queue("cleanup_tasks", connection).enqueue_at(
        night.astimezone(timezone.utc), "tasks.nightly_cleanup", job_id=job_id, description="nightly cleanup"
    )
    return job_id, night, True


def told(scheduled):
    """What `schedule` found, in words."""
    job_id, night, made = scheduled
    return f"{job_id}: {'scheduled for' if made else 'is there already, for'} {night:%Y-%m-%d %H:%M}"


if __name__ == "__main__":
    try:
        print(told(schedule(connect())))
    except RedisError as error:
        sys.exit(f"Redis: {error}")
