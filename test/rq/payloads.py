"""Prints real pickles and JSON texts of this Python and this RQ, one JSON record a line, with what they mean.

`expect` is the value in the notation of Vigia's ValueNode, made from the Python value itself: the decoder is compared
with it. A record with `call` holds a job's `data` field as RQ writes it.
"""

import base64
import collections
import datetime as dt
import decimal
import json
import math
import pathlib
import pickle
import uuid
import zlib
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rq.job import Job
from rq.serializers import JSONSerializer


def zones(*names):
    """Named zones, on a machine that has their data."""
    try:
        return [ZoneInfo(name) for name in names]
    except ZoneInfoNotFoundError:
        return []


class Point:
    """A plain object: the decoder shows its class and its state."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def move(self, by):
        return by

    @classmethod
    def origin(cls, by):
        return by

    def __call__(self, by):
        return by


class Slotted:
    __slots__ = ("a",)

    def __init__(self):
        self.a = 1


class ListOf(list):
    pass


def text_of(value):
    """What the decoder says about an object it knows; None for the others."""
    if isinstance(value, dt.datetime):
        if isinstance(value.tzinfo, ZoneInfo):
            return f"{value.replace(tzinfo=None).isoformat()} [{value.tzinfo.key}]"
        return value.isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, dt.timezone):
        return "UTC" if value == dt.timezone.utc else str(value).removeprefix("UTC")
    if isinstance(value, ZoneInfo):
        return value.key
    if isinstance(value, complex):
        return f"{value.real!r}{value.imag:+}j" if value.imag != int(value.imag) else f"{value.real!r}+{value.imag!r}j"
    if isinstance(value, (dt.timedelta, decimal.Decimal, uuid.UUID, pathlib.PurePath)):
        return str(value)
    return None


def node(value):
    if value is None:
        return {"t": "null"}
    if isinstance(value, bool):
        return {"t": "bool", "v": value}
    if type(value) is int:
        return {"t": "int", "v": str(value)}
    if type(value) is float:
        return {"t": "float", "v": "nan" if math.isnan(value) else repr(value)}
    if type(value) is str:
        return {"t": "str", "v": value}
    if type(value) in (bytes, bytearray):
        return {"t": "bytes", "hex": bytes(value[:256]).hex(), "size": len(value)}
    if type(value) in (list, tuple, set, frozenset):
        return {"t": type(value).__name__, "items": [node(item) for item in value]}
    if type(value) is dict:
        return {"t": "dict", "entries": [[node(key), node(item)] for key, item in value.items()]}
    if isinstance(value, type) or callable(value) and hasattr(value, "__name__"):
        return {"t": "global", "name": value.__qualname__}
    return {"t": "object", "text": text_of(value)}


VALUES = {
    "none": None,
    "booleans": [True, False],
    "small integers": [0, 1, 255, 256, 65535, 65536, -1, -128, -129, 2**31 - 1, -(2**31)],
    "big integers": [2**31, 2**53 + 1, -(2**63), 2**64, 10**40, -(10**40), 2**2000, -(2**2048)],
    "floats": [0.0, -0.0, 1.0, 1.5, -2.25, 1e16, 1e22, 1e-5, 5e-324, 1.7976931348623157e308, 0.1],
    "odd floats": [float("inf"), float("-inf"), float("nan")],
    "texts": ["", "plain", "with 'quotes' and \"double\"", "new\nline\ttab\\slash", "\0\r\x1a", "ção", "日本語", "😀 astral"],
    "a longer text": "é" * 300,
    "bytes": [b"", b"abc", bytes(range(256)), b"\xff" * 300],
    "bytearrays": [bytearray(), bytearray(b"abc\xff")],
    "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((9,), [2])],
    "lists": [[], [1], list(range(50)), [[[[1]]]]],
    "sets": [set(), {1, 2, 3}, frozenset(), frozenset({"a"})],
    "dicts": [{}, {"a": 1}, {1: "x", None: 2, (1, 2): 3, 1.5: True}, {"__proto__": {"polluted": 1}, "constructor": 2}],
    "nested": {"user": {"id": 7, "tags": ["a", "b"], "limits": (1.5, None)}},
    "datetimes": [
        dt.datetime(2024, 2, 29, 13, 5, 9),
        dt.datetime(1, 1, 1),
        dt.datetime(9999, 12, 31, 23, 59, 59, 999999),
        dt.datetime(2024, 10, 27, 1, 30, fold=1),
        dt.datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=dt.timezone.utc),
        dt.datetime(2024, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=-3, minutes=-30))),
        *(dt.datetime(2024, 7, 1, 12, tzinfo=zone) for zone in zones("Europe/Lisbon")),
    ],
    "dates and times": [dt.date(2024, 2, 29), dt.time(1, 2, 3), dt.time(1, 2, 3, 4, tzinfo=dt.timezone.utc), dt.time(5, fold=1)],
    "timedeltas": [dt.timedelta(0), dt.timedelta(days=1, seconds=5), dt.timedelta(days=-3, hours=2, microseconds=7), dt.timedelta(days=400)],
    "zones": [dt.timezone.utc, dt.timezone(dt.timedelta(hours=5, minutes=45)), *zones("America/Sao_Paulo")],
    "decimals": [decimal.Decimal("1.10"), decimal.Decimal("NaN"), decimal.Decimal("-1E+400")],
    "uuids": [uuid.UUID("12345678-1234-5678-1234-567812345678"), uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)],
    "complex numbers": [1 + 2j, -1.5 - 0.5j],
    "paths": [pathlib.PurePosixPath("/a/b/c.txt"), pathlib.PurePosixPath("a/b"), pathlib.PurePosixPath("."), pathlib.PureWindowsPath("C:\\a\\b"), pathlib.Path("/x")],
    "objects": [Point(1, "y"), Slotted(), ListOf([1, 2]), collections.OrderedDict(a=1), collections.Counter("aab"), collections.deque([1]), ValueError("no"), Point, len],
}


def emit(**record):
    print(json.dumps(record))


def b64(data):
    return base64.b64encode(data).decode()


for name, value in VALUES.items():
    # Protocols 0 and 1 refuse classes with __slots__.
    for protocol in range(2 if name == "objects" else 0, 6):
        emit(name=name, protocol=protocol, data=b64(pickle.dumps(value, protocol)), expect=node(value))

JSON_VALUES = {
    "scalars": [None, True, False, 0, -1, 2**70, 1.5, 1e400, float("nan"), -float("inf"), "é\n\"\\", "😀"],
    "objects": {"__proto__": {"polluted": 1}, "a": [{}, []], "": {"b": {"c": [1]}}},
}
for name, value in JSON_VALUES.items():
    emit(name=f"json {name}", json=True, data=b64(JSONSerializer.dumps(value)), expect=node(value))
    emit(name=f"json {name}, ascii off", json=True, data=b64(json.dumps(value, ensure_ascii=False, indent=1).encode()), expect=node(value))


def call(name, func, args=(), kwargs=None, serializer=None, shown=None):
    """`data` exactly as this RQ stores it."""
    job = Job.create(func, args=args, kwargs=kwargs or {}, connection=object(), serializer=serializer)
    # Without args RQ keeps its defaults, so the expectation is read back from the job.
    data = zlib.compress(job.data)
    emit(name=name, call=True, data=b64(data), func=shown or job.func_name,
         args=[node(arg) for arg in job.args], kwargs=[[key, node(item)] for key, item in job.kwargs.items()])




call("plain function", "jobs.add", (1, "x"), {"b": 3})
call("no arguments", "jobs.tick")
call("one big argument", "jobs.bulk", ([f"id-{n}" for n in range(900)],), {"dry": True})
call("json serializer", "jobs.add", [1, "x"], {"b": None}, serializer=JSONSerializer)
call("method of an object", Point(1, 2).move, (5,), shown="Point.move")
call("class method", Point.origin, (5,), shown="Point.origin")
call("callable object", Point(1, 2), (5,), shown="Point.__call__")

shared = ["shared"]
cycle = []
cycle.append(cycle)
for protocol in range(6):
    emit(name="shared", protocol=protocol, shape=True, data=b64(pickle.dumps([shared, shared, {"k": shared}], protocol)))
    emit(name="cycle", protocol=protocol, shape=True, data=b64(pickle.dumps(cycle, protocol)))
    for name, data in (("plain", ("jobs.add", None, (1,), {"b": 2})), ("method", ("move", Point(1, 2), (5,), {}))):
        emit(name=f"tuple {name}", protocol=protocol, call=True, data=b64(zlib.compress(pickle.dumps(data, protocol))),
             func="jobs.add" if name == "plain" else "Point.move", args=[node(arg) for arg in data[2]],
             kwargs=[[key, node(item)] for key, item in data[3].items()])
