"""
Asks Vigia to run a job again, by its API: it answers with a reason when that cannot be done, and keeps a report of what
was. Where it is: VIGIA_URL; its password, if it has one: VIGIA_PASSWORD.
"""

import json
import os
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

import queues  # noqa: F401  reads .env


class NotReprocessed(Exception):
    """Why not, in words; `status` is that of HTTP, 503 when Vigia is not there."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def reprocess(job_id):
    """Puts a failed, stopped or canceled job back into its queue; raises NotReprocessed."""
    url = (os.environ.get("VIGIA_URL") or "http://localhost:9181").rstrip("/")
    headers = {}
    if os.environ.get("VIGIA_PASSWORD"):
        headers["Authorization"] = f"Bearer {os.environ['VIGIA_PASSWORD']}"
    request = Request(f"{url}/api/v1/queue/job/{quote(job_id, safe='')}/retry", method="POST", headers=headers)
    try:
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except HTTPError as error:
        raise NotReprocessed(error.code, refusal(error, job_id)) from error
    except (URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise NotReprocessed(503, f"No Vigia answers at {url} ({reason}): start it, or set VIGIA_URL.") from error


def refusal(error, job_id):
    """Errors of Vigia are `application/problem+json`."""
    try:
        problem = json.load(error)
    except ValueError:
        problem = {}
    detail = problem.get("detail") or error.reason
    if error.code == 404:
        return f"There is no job {job_id}, or no more."
    if error.code == 409:
        return f"{detail} It runs now; stop it first." if problem.get("next") == "stop" else detail
    if error.code == 401:
        return "Vigia wants a password: set VIGIA_PASSWORD."
    return f"Vigia answered {error.code}: {detail}"
