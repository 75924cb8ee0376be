"""Jobs that the tests' real workers run."""

import os
import signal
import time


def add(a, b=0):
    return a + b


def echo(value=None, **kwargs):
    return {"value": value, **kwargs}


def nap(seconds):
    """Runs long enough to be stopped or to lose its worker."""
    time.sleep(seconds)
    return seconds


def hang_once(marker):
    """Hangs the first time, until its worker is lost; runs through after. `marker` is a path: one line a run."""
    with open(marker, "a") as handle:
        handle.write("run\n")
    with open(marker) as handle:
        first = len(handle.readlines()) == 1
    if first:
        time.sleep(600)
    return "mended"


def fail(message="it broke", kind="RuntimeError"):
    exceptions = {"RuntimeError": RuntimeError, "ValueError": ValueError, "TimeoutError": TimeoutError, "KeyError": KeyError}
    raise exceptions[kind](message)


def fail_once(marker):
    """Fails the first time, succeeds after: what a retry is for. `marker` is a path that it leaves behind."""
    if not os.path.exists(marker):
        with open(marker, "w") as handle:
            handle.write("seen")
        raise ConnectionError("the service was not there")
    return "mended"


def upload(document_id):
    _store(document_id)


def _store(document_id):
    raise TimeoutError(f"S3 upload timed out after 30 s (document {document_id})")


def die():
    """The work-horse is killed, as by the OOM killer."""
    os.kill(os.getpid(), signal.SIGKILL)


def dawdle(job, connection):
    """A callback for stopped jobs that takes its time: the work-horse is gone, and the job has not been moved yet."""
    time.sleep(1)
