"""
How a web application uses RQ: it answers at once with the job's id, and whoever asked comes back for the result.

    curl -H 'Content-Type: application/json' -d '{"pages": ["first page", "second page"]}' localhost:8000/documents
    curl localhost:8000/jobs/ID
    curl -X POST localhost:8000/jobs/ID/reprocess
"""

import json
import os
import signal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from redis.exceptions import RedisError

from jobs import document, facts
from queues import connect
from vigia import NotReprocessed, reprocess

BODY_MAX = 1_000_000
# One for all requests: redis-py hands each thread a connection of its pool.
REDIS = connect()


class Refused(Exception):
    """The request is answered with this status and these words."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(self.get)

    def do_POST(self):
        self.answer(self.post)

    def answer(self, work):
        try:
            status, body = work([unquote(part) for part in self.path.split("?")[0].strip("/").split("/")])
        except Refused as error:
            status, body = error.status, {"error": str(error)}
        except NotReprocessed as error:
            # That Vigia is away, or wants a password, is not the caller's fault.
            status, body = (error.status if error.status in (404, 409) else 503), {"error": str(error)}
        except RedisError as error:
            self.log_error("Redis: %s", error)
            status, body = 503, {"error": "The queue is not available. Try again later."}
        content = json.dumps(body, ensure_ascii=False, default=str).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def get(self, path):
        if len(path) != 2 or path[0] != "jobs":
            raise Refused(404, "There is nothing here.")
        found = facts(REDIS, path[1])
        if found is None:
            raise Refused(404, f"There is no job {path[1]}, or no more.")
        return 200, found

    def post(self, path):
        if path == ["documents"]:
            job = document(REDIS, self.pages())
            return 202, {"id": job.id, "status": f"/jobs/{job.id}"}
        if len(path) == 3 and path[0] == "jobs" and path[2] == "reprocess":
            return 202, reprocess(path[1])
        raise Refused(404, "There is nothing here.")

    def pages(self):
        """The document in the request's body. What a web form would also send is not JSON, and is refused."""
        length = self.headers.get("Content-Length") or "0"
        if self.headers.get_content_type() != "application/json":
            raise Refused(415, "Send JSON, with Content-Type: application/json.")
        if not length.isdecimal() or int(length) > BODY_MAX:
            raise Refused(413, f"A document has at most {BODY_MAX} bytes.")
        try:
            pages = json.loads(self.rfile.read(int(length)))["pages"]
        except (ValueError, KeyError, TypeError):
            pages = None
        if not isinstance(pages, list) or not pages or not all(isinstance(page, str) for page in pages):
            raise Refused(400, 'A document looks like this: {"pages": ["text of a page", ...]}')
        return pages


def main():
    # Loopback: whoever reaches it may enqueue.
    host, port = os.environ.get("WEB_HOST") or "127.0.0.1", int(os.environ.get("WEB_PORT") or 8000)
    server = ThreadingHTTPServer((host, port), Handler)
    # In a container SIGTERM would otherwise go unheard.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(f"listening on http://{host}:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
