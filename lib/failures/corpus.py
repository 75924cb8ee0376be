"""Prints tracebacks of real failures, one JSON record a line: {"bug", "variant", "text"}.

Records with the same `bug` are the same mistake in the code met on another machine, by another release, with other
data: the module lies elsewhere, its lines are shifted, ids and times differ. Records with different `bug` are
different mistakes, some of them in the same function or of the same type.
"""

import importlib.util
import json
import os
import random
import sys
import tempfile
import traceback
import uuid

CODE = '''
import asyncio, ast, datetime, decimal, io, json, socket, sqlite3, subprocess, sys, urllib.error
from concurrent.futures import ThreadPoolExecutor


class Refused(Exception):
    pass


class ServiceError(Exception):
    pass


def mean(values):
    return sum(values) / len(values)


def median(values):
    return sorted(values)[0] / (len(values) - len(values))


def field(record, name):
    return record[name]


def lookup(table, key):
    return table[key]


def amount(text):
    return int(text)


def pay(order, reason):
    if reason == "state":
        raise RuntimeError(f"order {order} is not payable (attempt {order % 7 + 1} after {order % 90}.5 seconds)")
    raise RuntimeError("the payment gateway answered with nonsense")


def check(expected, got):
    assert expected == got, f"expected {expected} rows, got {got}"


def upload(document):
    store(document)


def store(document):
    raise TimeoutError(f"S3 upload timed out after {document % 60} s (document {document})")


def read(path):
    with open(path) as handle:
        return handle.read()


def name_of(user):
    return user.name


def total(count, label):
    return count + label


def charge(card):
    raise Refused(f"card {card} was refused")


def refund(card):
    raise Refused(f"card {card} was refused")


def text(data):
    return data.decode("utf-8")


def parse(body):
    return json.loads(body)


def connect(port):
    socket.create_connection(("127.0.0.1", port), timeout=1)


def wrapped(order):
    try:
        mean([])
    except ZeroDivisionError as error:
        raise ServiceError(f"cannot settle {order}") from error


def while_handling(order):
    try:
        mean([])
    except ZeroDivisionError:
        field({"a": order}, "settings")


def group(count):
    raise ExceptionGroup("batch", [ValueError(n) for n in range(count)] + [TypeError(str(count))])


def other_group(count):
    raise ExceptionGroup("batch", [KeyError(n) for n in range(count)])


def nested_group(count):
    try:
        group(count)
    except* TypeError as error:
        raise LookupError(f"{count} were not found") from error


def deep(n):
    return deep(n + 1)


def fetch(status):
    raise urllib.error.HTTPError("https://api.example.com/v1/7", status, "no", {}, io.BytesIO())


def run(code):
    subprocess.run([sys.executable, "-c", f"import sys; sys.exit({code})"], check=True)


def insert(email):
    base = sqlite3.connect(":memory:")
    base.execute("create table users (email text unique)")
    for _ in range(2):
        base.execute("insert into users values (?)", (email,))


def price(value):
    return decimal.Decimal(value)


def first(items):
    return next(iter(items))


def in_thread(order):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(charge, order).result()


async def late(seconds):
    await asyncio.wait_for(asyncio.sleep(5), seconds)


def slow(order):
    asyncio.run(late(0.001 + order % 3 / 1000))


def doubled(orders):
    return [charge(order) for order in orders]


def mapped(orders):
    return list(map(lambda order: charge(order), orders))


def literal(source):
    return ast.literal_eval(source)


def moved():
    import a_module_that_is_gone


def renamed():
    import another_module_that_is_gone


def outer(order):
    def inner():
        raise LookupError(f"no {order}")
    inner()


def expired(order):
    raise ValueError(f"token of {order} expired at {datetime.datetime(2024, 1, 1 + order % 28)}")


def unknown(address):
    raise ValueError(f"unknown customer {address}")


def denied(host):
    raise ConnectionError(f"{host} closed the connection")


def multiline(order):
    raise Refused(f"could not settle\\n  order {order}\\nTraceback of the other side:\\n  none")


def noted(order):
    error = Refused(f"order {order}")
    error.add_note(f"seen at {order}")
    raise error


def operation(key, op):
    raise ClientError(f"An error occurred ({op}) when calling the GetObject operation: no {key}")


class ClientError(Exception):
    pass
'''

random.seed(9)


def uid():
    return str(uuid.UUID(int=random.getrandbits(128)))


def number():
    return random.randrange(10_000, 9_000_000)


# bug: what makes it happen, with other data each time
BUGS = {
    "mean of nothing": lambda m: m.mean([]),
    "median of nothing": lambda m: m.median([1]),
    "no user id": lambda m: m.field({"n": number()}, "user_id"),
    "no email": lambda m: m.field({"n": number()}, "email"),
    "id not in table": lambda m: m.lookup({}, random.choice([number(), uid()])),
    "amount is no number": lambda m: m.amount(f"{number()},{number()}"),
    "order not payable": lambda m: m.pay(number(), "state"),
    "gateway nonsense": lambda m: m.pay(number(), "gateway"),
    "row count": lambda m: m.check(number(), number()),
    "upload timeout": lambda m: m.upload(number()),
    "file missing": lambda m: m.read(f"/var/data/{uid()}/{number()}.csv"),
    "not a file": lambda m: m.read(tempfile.gettempdir()),
    "no user": lambda m: m.name_of(None),
    "text plus number": lambda m: m.total(number(), "x"),
    "card refused": lambda m: m.charge(uid()),
    "refund refused": lambda m: m.refund(uid()),
    "not utf-8": lambda m: m.text(b"x" * random.randrange(1, 50) + b"\xff"),
    "no json": lambda m: m.parse("{" + "\n" * random.randrange(5)),
    "refused connection": lambda m: m.connect(random.choice([1, 2, 3])),
    "cause": lambda m: m.wrapped(number()),
    "context": lambda m: m.while_handling(number()),
    "group": lambda m: m.group(random.randrange(1, 4)),
    "other group": lambda m: m.other_group(random.randrange(1, 4)),
    "group as a cause": lambda m: m.nested_group(random.randrange(1, 4)),
    "recursion": lambda m: m.deep(0),
    "http 503": lambda m: m.fetch(503),
    "http 404": lambda m: m.fetch(404),
    "exit code": lambda m: m.run(3),
    "duplicate": lambda m: m.insert(f"user{number()}@example.com"),
    "no price": lambda m: m.price(f"x{number()}"),
    "nothing first": lambda m: m.first([]),
    "in a thread": lambda m: m.in_thread(uid()),
    "asyncio timeout": lambda m: m.slow(number()),
    "in a comprehension": lambda m: m.doubled([number()]),
    "in a lambda": lambda m: m.mapped([number()]),
    "syntax": lambda m: m.literal(f"[{number()}"),
    "module gone": lambda m: m.moved(),
    "other module gone": lambda m: m.renamed(),
    "closure": lambda m: m.outer(number()),
    "token expired": lambda m: m.expired(number()),
    "unknown customer": lambda m: m.unknown(f"c{number()}@shop{number()}.example.com"),
    "closed": lambda m: m.denied(f"10.0.{random.randrange(255)}.{random.randrange(255)}:{number() % 60000}"),
    "several lines": lambda m: m.multiline(number()),
    "with a note": lambda m: m.noted(number()),
    "no such key": lambda m: m.operation(uid(), "NoSuchKey"),
    "access denied": lambda m: m.operation(uid(), "AccessDenied"),
}

# Where one application lies on different machines and in different releases.
PLACES = [
    "app/shop/jobs.py",
    "srv/app/shop/jobs.py",
    "home/ana/src/shop/jobs.py",
    "opt/app/20240107093000/shop/jobs.py",
    "opt/app/1f3a9c7e2b/shop/jobs.py",
]


def load(root, place, shift):
    path = os.path.join(root, place)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as handle:
        handle.write("# a comment\n" * shift + CODE)
    spec = importlib.util.spec_from_file_location("shop.jobs", path)
    module = importlib.util.module_from_spec(spec)
    # Classes are named by the module that a worker imports, wherever it lies.
    sys.modules["shop.jobs"] = module
    spec.loader.exec_module(module)
    return module


with tempfile.TemporaryDirectory() as root:
    for variant, place in enumerate(PLACES):
        module = load(root, place, variant * 7)
        for bug, run in BUGS.items():
            try:
                run(module)
                raise SystemExit(f"{bug} did not fail")
            except Exception:
                # The first two frames are this file's: not part of what a worker would print.
                kind, error, trace = sys.exc_info()
                text = "".join(traceback.format_exception(kind, error, trace.tb_next.tb_next))
                print(json.dumps({"bug": bug, "variant": variant, "text": text}))
