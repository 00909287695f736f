"""What is known about every call: a row in the store, metrics, logs. Never a body, never a secret."""

from __future__ import annotations

import atexit
import json
import logging
import queue
import re
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from tieline.errors import TielineError

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram
    from structlog.typing import EventDict, FilteringBoundLogger

FLUSH_SECONDS = 0.25
FLUSH_ROWS = 500
#: Rows kept in memory while the store cannot be written to; older ones are let go.
BACKLOG = 10_000
#: Pause before the store is tried again after it could not be written to.
RETRY_SECONDS = 5.0

HIDDEN = "[hidden]"
_SECRET_NAMES = re.compile(
    r"secret|password|passwd|token|api_?key|authorization|cookie|signature|response_url", re.IGNORECASE
)
_SECRET_TEXT = re.compile(
    r"(?i)\b(?:bearer|basic)\s+(?:[\w.~+/=-]{20,}|(?-i:(?=\S*(?:[\d=]|[a-z][A-Z])))[\w.~+/=-]{8,})|\b(xox[abeprs]-[\w-]+|sk-[\w-]{16,}|gh[opsu]_\w{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]+)"
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a connected system, with all its tries."""

    request_id: str
    system: str
    connection: str
    action: str
    outcome: str
    status: int | None
    tries: int
    milliseconds: float
    bytes_sent: int
    bytes_received: int
    flow_run_id: str | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


# ---------------------------------------------------------------- request ids


@dataclass(slots=True)
class _Scope:
    prefix: str
    flow_run_id: str | None
    numbers: count[int]


_scope: ContextVar[_Scope | None] = ContextVar("tieline_scope", default=None)


@lru_cache(maxsize=4096)
def _numbers(_: str) -> count[int]:
    """The numbers of one task run: it may run several actions, or the same one again."""
    return count(1)


def begin_action() -> object:
    """Begin the request ids of one action; give the result to `end_action`.

    Inside a Prefect task run the ids are the run's own id and a number, so that a vendor's log, our rows and the
    Prefect UI name the same thing.
    """
    contexts = sys.modules.get("prefect.context")
    if contexts is not None:
        task = contexts.TaskRunContext.get()
        if task is not None:
            prefix, flow_run_id = str(task.task_run.id), task.task_run.flow_run_id
            return _scope.set(_Scope(prefix, str(flow_run_id) if flow_run_id else None, _numbers(prefix)))
        flow = contexts.FlowRunContext.get()
        if flow is not None and flow.flow_run is not None:
            return _scope.set(_Scope(uuid.uuid4().hex, str(flow.flow_run.id), count(1)))
    return _scope.set(_Scope(uuid.uuid4().hex, None, count(1)))


def end_action(token: Any) -> None:
    """End what `begin_action` began."""
    _scope.reset(token)


def next_request_id() -> tuple[str, str | None]:
    """The id for the next call, and the id of the flow run that it belongs to."""
    scope = _scope.get()
    if scope is None:
        return f"{uuid.uuid4().hex}.1", None
    return f"{scope.prefix}.{next(scope.numbers)}", scope.flow_run_id


# ---------------------------------------------------------------- rows


class _Writer:
    """Writes rows from a thread of its own, many in one transaction, so that calls never wait for a disk."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Call | threading.Event] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._complained = False

    def put(self, item: Call | threading.Event) -> None:
        self._queue.put(item)
        if self._thread is None or not self._thread.is_alive():
            with self._lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, name="tieline-observe", daemon=True)
                    self._thread.start()

    def flush(self, seconds: float = 5.0) -> None:
        """Wait until everything put so far is written."""
        done = threading.Event()
        self.put(done)
        done.wait(seconds)

    def _run(self) -> None:
        rows: deque[Call] = deque(maxlen=BACKLOG)
        again_at = 0.0
        while True:
            waiting = self._collect(rows, again_at)
            if rows and (waiting or time.monotonic() >= again_at):
                if self._write(list(rows)):
                    rows.clear()
                else:
                    again_at = time.monotonic() + RETRY_SECONDS
            for event in waiting:
                event.set()

    def _collect(self, rows: deque[Call], again_at: float) -> list[threading.Event]:
        """Add what comes in within a moment to the rows; somebody who waits for us ends the moment."""
        until = None
        if rows:  # they could not be written the last time
            until = max(again_at, time.monotonic() + FLUSH_SECONDS)
        for taken in count(1):
            try:
                item = self._queue.get(timeout=None if until is None else max(0.0, until - time.monotonic()))
            except queue.Empty:
                break
            if isinstance(item, threading.Event):
                return [item]
            rows.append(item)
            if taken >= FLUSH_ROWS:
                break
            until = until or time.monotonic() + FLUSH_SECONDS
        return []

    def _write(self, rows: list[Call]) -> bool:
        try:
            from tieline import store  # noqa: PLC0415 - SQLAlchemy only when there is something to write

            store.add_calls(rows)
        except Exception as exc:  # noqa: BLE001 - whatever ails the store, calls go on
            if not self._complained:
                reason = str(exc) if isinstance(exc, TielineError) else type(exc).__name__
                log().warning("rows about calls cannot be written", reason=reason, waiting=len(rows))
            self._complained = True
            return False
        self._complained = False
        return True


_writer = _Writer()


@dataclass(slots=True)
class Tally:
    """How many calls were made, and how many bytes went to and fro."""

    calls: int = 0
    bytes: int = 0


_tally: ContextVar[Tally | None] = ContextVar("tieline_tally", default=None)


@contextmanager
def counting() -> Iterator[Tally]:
    """Count the calls of connected systems that are made in here, also by what is started in here."""
    made = Tally()
    token = _tally.set(made)
    try:
        yield made
    finally:
        _tally.reset(token)


def record(call: Call) -> None:
    """Note one call: a row in the store, soon; metrics and a log line, now."""
    if (tally := _tally.get()) is not None:
        tally.calls += 1
        tally.bytes += call.bytes_sent + call.bytes_received
    calls, seconds, sizes = _metrics()
    calls.labels(call.system, call.connection, call.action, call.outcome).inc()
    seconds.labels(call.system, call.action).observe(call.milliseconds / 1000)
    sizes.labels(call.system, "sent").inc(call.bytes_sent)
    sizes.labels(call.system, "received").inc(call.bytes_received)
    _writer.put(call)
    logger = logging.getLogger("tieline")
    if logger.isEnabledFor(logging.DEBUG):
        log().debug(
            f"{call.system}.{call.action}",
            outcome=call.outcome,
            status=call.status,
            tries=call.tries,
            milliseconds=round(call.milliseconds, 1),
            request_id=call.request_id,
        )


def flush() -> None:
    """Wait until the rows of all calls so far are in the store; at most five seconds."""
    _writer.flush()


def _flush_at_exit() -> None:
    if _writer._thread is not None:  # noqa: SLF001 - same module
        _writer.flush()


atexit.register(_flush_at_exit)


# ---------------------------------------------------------------- metrics


_counting = threading.Lock()


def _metrics() -> tuple[Counter, Histogram, Counter]:
    with _counting:  # or two threads that start at once would register each twice, which is an error
        return _make_metrics()


@cache
def _make_metrics() -> tuple[Counter, Histogram, Counter]:
    from prometheus_client import Counter, Histogram  # noqa: PLC0415 - only where calls are made

    calls = Counter("tieline_calls", "Calls of connected systems.", ["system", "connection", "action", "outcome"])
    buckets = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
    seconds = Histogram(
        "tieline_call_seconds",
        "Seconds for a call with all its tries.",
        ["system", "action"],
        buckets=buckets,
    )
    sizes = Counter("tieline_bytes", "Bytes on the wire.", ["system", "direction"])
    return calls, seconds, sizes


# ---------------------------------------------------------------- logs


def is_secret_name(name: str) -> bool:
    """Whether a field, header or parameter of that name is likely to hold a secret."""
    return _SECRET_NAMES.search(name) is not None


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without these secrets, in any form they have in URLs and JSON, and without what looks like one."""
    # Longer ones first, because one may begin with another; shorter ones would blot out ordinary words.
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) > 3:  # noqa: PLR2004 - see above
            for form in dict.fromkeys((secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1])):
                text = text.replace(form, HIDDEN)
    return _SECRET_TEXT.sub(HIDDEN, text)


def hide(value: Any) -> Any:
    """A value from JSON without what looks like a secret, by its name or by its form."""
    return _redact_value("", value)


def _redact_event(_: Any, __: str, event: EventDict) -> EventDict:
    return {name: _redact_value(name, value) for name, value in event.items()}


def _redact_value(name: str, value: Any) -> Any:
    """A value as it may be logged. Numbers are never secrets: "tokens" are often counted."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if _SECRET_NAMES.search(name):
        return HIDDEN
    if isinstance(value, Mapping):
        return {str(key): _redact_value(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redact_value("", item) for item in value]
    return redact(value if isinstance(value, str) else str(value))


@cache
def log() -> FilteringBoundLogger:
    """The project's log. Structured, redacted, and passed on to `logging` under the name `tieline`."""
    import structlog  # noqa: PLC0415 - only where something is logged

    from tieline.settings import settings  # noqa: PLC0415

    text = structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    shape: Any = structlog.processors.JSONRenderer() if settings().log_json else text
    logger: FilteringBoundLogger = structlog.wrap_logger(
        logging.getLogger("tieline"),
        processors=[_redact_event, shape],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return logger
