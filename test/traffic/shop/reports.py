"""Long jobs: long enough to be watched, stopped, timed out, or left by their worker."""

import time

from rq import get_current_job


def build_month(month, seconds=240):
    """Counts its progress in the job's meta."""
    job = get_current_job()
    for step in range(10):
        if job is not None:
            job.meta["progress"] = step * 10
            job.save_meta()
        time.sleep(seconds / 10)
    return f"{month}: done"


def reconcile(accounts):
    """Takes longer than its job_timeout allows."""
    time.sleep(60)
    return accounts
