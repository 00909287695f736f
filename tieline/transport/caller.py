"""One call with all its tries: budget, breaker, wire, errors, record."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

import httpx
from pydantic_core import to_json

from tieline import observe
from tieline.errors import BadAnswer, ConfigError, ConnectorError, Unavailable
from tieline.settings import settings
from tieline.transport import answers, clients, retry, wire
from tieline.transport.governor import governor
from tieline.transport.rules import HttpRules, Json, Options, Params

if TYPE_CHECKING:
    from tieline.credentials import HttpCredentials

_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})


@dataclass(slots=True)
class _Tally:
    """What the record of a call says."""

    status: int | None = None
    tries: int = 0
    sent: int = 0
    received: int = 0


class Caller:
    """Makes the calls of one action on one connection.

    Args:
        system: Such as "freshdesk".
        action: Such as "get_ticket".
        credentials: The connection.
        rules: How the vendor speaks HTTP.
    """

    def __init__(self, system: str, action: str, credentials: HttpCredentials, rules: HttpRules) -> None:
        self._system, self._action, self._credentials, self._rules = system, action, credentials, rules
        self._digest, self._secrets = credentials.digest(), credentials.secrets()
        named = credentials.connection != "unsaved"
        self._key = f"{system}/{credentials.connection if named else self._digest}"
        self._governor = governor(self._key, credentials.rate or rules.rate)

    async def send(
        self,
        method: str,
        path: str | httpx.URL,
        json: Json | None = None,
        *,
        cap: int | None = None,
        login: bool = True,
        options: Options | None = None,
    ) -> httpx.Response:
        """Send a request as often as needed; the answer is a success.

        Args:
            method: Such as "GET".
            path: Below the API's address, or a whole address on the same host.
            json: The body; what is None is left out.
            cap: Most bytes of the answer; by default `TIELINE_MAX_ANSWER_BYTES`.
            login: False for an address that carries its own permission; no credentials go there, whatever host it is.
            options: What else the request carries.

        Raises:
            ConnectorError: See `tieline.errors`.
        """
        options = options or {}
        line = await clients.line(f"{self._key}/{self._digest}", self._credentials)
        request_id, flow_run_id = observe.next_request_id()
        headers = self._headers(request_id, options)
        repeatable = options.get("repeatable", method in _REPEATABLE or options.get("keyed", False))
        seconds, tally, outcome = settings().call_seconds, _Tally(), "ok"
        began = time.perf_counter()
        try:
            self._same_host(path, login=login)
            async with asyncio.timeout(seconds):
                async for attempt in retry.retrying(repeatable=repeatable, seconds=seconds):
                    with attempt:
                        request = _request(line.http, method, path, json, headers, options)
                        answer = await self._once(line, request, cap or settings().max_answer_bytes, tally, login=login)
        except TimeoutError:
            outcome = "Unavailable"
            late = Unavailable(f"It took longer than {seconds:g} s.", hint="TIELINE_CALL_SECONDS sets the limit.")
            late.may_have_happened = tally.tries > 0
            raise self.at(late, request_id) from None
        except ConnectorError as exc:
            outcome = type(exc).__name__
            raise self.at(exc, request_id) from None
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        else:
            return answer
        finally:
            observe.record(
                observe.Call(
                    request_id=request_id,
                    system=self._system,
                    connection=self._credentials.connection,
                    action=self._action,
                    outcome=outcome,
                    status=tally.status,
                    tries=tally.tries,
                    milliseconds=(time.perf_counter() - began) * 1000,
                    bytes_sent=tally.sent,
                    bytes_received=tally.received,
                    flow_run_id=flow_run_id,
                )
            )

    def at(self, exc: ConnectorError, request_id: str = "") -> ConnectorError:
        """The error, with the place where it happened."""
        exc.system, exc.connection, exc.action = self._system, self._credentials.connection, self._action
        exc.request_id = exc.request_id or request_id
        return exc

    async def _once(
        self, line: clients.Line, request: httpx.Request, cap: int, tally: _Tally, *, login: bool
    ) -> httpx.Response:
        await self._governor.admit(settings().call_seconds)
        tally.tries += 1
        tally.sent += int(request.headers.get("content-length", 0))
        if login:
            line.validators.ask(request)
        try:
            answer = await wire.exchange(line.http, request, cap=cap, login=login)
        except Unavailable:
            self._governor.breaker.failure()
            raise
        except httpx.HTTPError as exc:
            raise Unavailable(f"It failed on the way ({type(exc).__name__}).") from None
        tally.status = answer.status_code
        tally.received += len(answer.content)
        if login:
            answer = line.validators.answer(answer)
        error = self._rules.error(answer) or (None if answer.is_success else answers.error_of(answer, self._secrets))
        self._governor.learn(error)
        if error:
            raise error
        return answer

    def _headers(self, request_id: str, options: Options) -> dict[str, str]:
        headers = {self._rules.trace: request_id} | dict(options.get("headers") or {})
        if options.get("keyed"):
            if not self._rules.idempotency:
                raise ConfigError(f"{self._system} has no header for idempotency keys.", hint="See its HttpRules.")
            headers[self._rules.idempotency] = str(uuid.uuid4())
        return headers

    def _same_host(self, path: str | httpx.URL, *, login: bool) -> None:
        """Credentials go to the block's own host only."""
        url, home = httpx.URL(path), httpx.URL(self._credentials.address)
        if login and url.host and (url.scheme, url.host, url.port) != (home.scheme, home.host, home.port):
            raise BadAnswer(f"It led us to another host ({url.host}); nothing was sent there.")


def _request(  # noqa: PLR0917 - one call, just below `send`
    http: httpx.AsyncClient,
    method: str,
    path: str | httpx.URL,
    json: Json | None,
    headers: Mapping[str, str],
    options: Options,
) -> httpx.Request:
    """A fresh request, because a body that streams can be sent only once."""
    headers, content, form = dict(headers), options.get("content"), options.get("form")
    body: Any = None
    if json is not None:
        body = to_json(drop_none(json))
        headers.setdefault("content-type", "application/json")
    elif isinstance(content, bytes):
        body = content
    elif content is not None:
        body = wire.chunks(content)
        headers["content-length"] = str(wire.size(content))
    fields = None if form is None else query(form)
    return http.build_request(
        method, path, params=query(options.get("params")), content=body, data=fields, headers=headers
    )


def query(params: Params | None) -> dict[str, Any] | None:
    """Parameters as they stand in a query or a form: without None, times in ISO 8601, words for the rest."""
    if not params:
        return None
    return {name: _word(value) for name, value in params.items() if value is not None}


def _word(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        # A time without a zone is taken as UTC: a vendor would guess.
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, list | tuple):
        return [_word(item) for item in value]
    return value


def drop_none(data: Any) -> Any:
    """What the caller left out is not sent."""
    if isinstance(data, Mapping):
        return {name: drop_none(value) for name, value in data.items() if value is not None}
    return [drop_none(item) for item in data] if isinstance(data, list) else data
