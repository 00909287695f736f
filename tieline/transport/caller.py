"""One call with all its tries: budget, breaker, wire, errors, record."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from pydantic_core import to_json

from tieline import observe
from tieline.errors import AuthFailed, BadAnswer, ConfigError, ConnectorError, Transient, Unavailable
from tieline.settings import settings
from tieline.transport import again, answers, clients, clock, retry, wire
from tieline.transport.governor import governor
from tieline.transport.multipart import Multipart
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
    #: A try may have been carried out though no answer said so.
    uncertain: bool = False


@dataclass(slots=True)
class _Plan:
    """What each try of a call sends."""

    method: str
    path: str | httpx.URL
    json: Json | None
    headers: Mapping[str, str]
    options: Options
    login: bool
    to: Path | None
    cap: int | None = None
    #: Whether a redirect is an answer, which the caller follows without the login.
    redirect: bool = False

    def request(self, http: httpx.AsyncClient, credentials: HttpCredentials) -> httpx.Request:
        """A fresh request, because a body that streams can be sent only once."""
        headers, content, form = dict(self.headers), self.options.get("content"), self.options.get("form")
        body: Any = None
        # Without any file it is still a form of that kind.
        if (files := self.options.get("files")) is not None:
            body, form = Multipart(query(form) or {}, files), None
            headers |= body.headers
        elif self.json is not None:
            body = to_json(drop_none(self.json))
            headers.setdefault("content-type", "application/json")
        elif isinstance(content, bytes):
            body = content
        elif content is not None:
            headers["content-length"] = str(wire.size(content))
            body = wire.FileBody(content)
        fields = None if form is None else query(form)
        params = query(self.options.get("params"))
        made = http.build_request(self.method, self.path, params=params, content=body, data=fields, headers=headers)
        if not self.login:
            # The block's own headers may name the account: they stay at home like the login.
            for name in credentials.headers().keys() - headers.keys():
                made.headers.pop(name, None)
        return made


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
        rates = (credentials.rate, "") if credentials.rate else (rules.rate, rules.writes)
        self._governor = governor(self._key, *rates)

    async def send(
        self,
        method: str,
        path: str | httpx.URL,
        json: Json | None = None,
        *,
        cap: int | None = None,
        to: Path | None = None,
        login: bool = True,
        redirect: bool = False,
        options: Options | None = None,
    ) -> httpx.Response:
        """Send a request as often as needed; the answer is a success.

        Args:
            method: Such as "GET".
            path: Below the API's address, or a whole address on the same host.
            json: The body; what is None is left out.
            cap: Most bytes of the answer; by default `TIELINE_MAX_ANSWER_BYTES`, or no limit into a file.
            to: The file that the answer goes into.
            login: False for an address that carries its own permission; no credentials go there, whatever host it is.
            redirect: Whether the answer may also be a redirect.
            options: What else the request carries.

        Raises:
            ConnectorError: See `tieline.errors`.
            ConfigError: The request cannot be made like this; nothing was sent.
        """
        request_id, flow_run_id = observe.next_request_id()
        plan = _Plan(method, path, json, self._headers(request_id, options or {}), options or {}, login, to)
        plan.redirect = redirect
        plan.cap = cap or plan.options.get("cap") or (None if to else settings().max_answer_bytes)
        tally, outcome, began = _Tally(), "ok", time.perf_counter()
        try:
            self._same_host(path, login=login)
            answer = await self._tries(plan, tally)
        except ConnectorError as exc:
            outcome = type(exc).__name__
            raise self.at(exc, request_id) from None
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        except BaseException as exc:
            outcome = type(exc).__name__
            raise
        else:
            if method != "GET":
                again.made()
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

    @staticmethod
    def repeatable(method: str, options: Options) -> bool:
        """Whether doing it twice is as good as once."""
        return options.get("repeatable", method in _REPEATABLE or options.get("keyed", False))

    def at(self, exc: ConnectorError, request_id: str = "") -> ConnectorError:
        """The error, with the place where it happened."""
        exc.system, exc.connection, exc.action = self._system, self._credentials.connection, self._action
        exc.request_id = exc.request_id or request_id
        self._hide_secrets(exc)
        if isinstance(exc, AuthFailed) and not exc.hint:
            exc.hint = self._login_hint()
        return exc

    def _hide_secrets(self, exc: ConnectorError) -> None:
        """A vendor may say our own credentials back to us, also in words that a connector reads itself."""
        exc.args = tuple(observe.redact(str(said), self._secrets) for said in exc.args)
        exc.hint, exc.code = (observe.redact(said, self._secrets) for said in (exc.hint, exc.code))
        exc.fields = {name: observe.redact(said, self._secrets) for name, said in exc.fields.items()}

    def _login_hint(self) -> str:
        """Which fields of which block to look at, where the vendor says nothing better."""
        fields = " and ".join(self._credentials.logins()) or "the credentials"
        name = self._credentials.connection
        again = f" Then: tieline connect {self._system} --name {name} --replace" if name != "unsaved" else ""
        return f"Check {fields} on the block {self._credentials.title}, and what it is allowed to do.{again}"

    async def _tries(self, plan: _Plan, tally: _Tally) -> httpx.Response:
        seconds, options = settings().call_seconds, plan.options
        repeatable = self.repeatable(plan.method, options)
        until = clock.now() + seconds
        try:
            async with (
                asyncio.timeout(seconds),
                clients.line(self._key, self._digest, self._credentials) as line,
            ):
                async for attempt in retry.retrying(repeatable=repeatable, seconds=seconds):
                    with attempt:
                        await self._governor.admit(until - clock.now(), writing=plan.method != "GET")
                        answer = await self._once(line, plan, tally)
        except TimeoutError:
            error: ConnectorError = Unavailable(
                f"It took longer than {seconds:g} s.", hint="TIELINE_CALL_SECONDS sets the limit."
            )
            tally.uncertain |= tally.tries > 0
        except Transient as exc:
            error = exc
        else:
            return answer
        if isinstance(error, Unavailable):
            # Whatever the last try came to, an earlier one may have been carried out.
            error.may_have_happened |= tally.uncertain
        raise error

    async def _once(self, line: clients.Line, plan: _Plan, tally: _Tally) -> httpx.Response:
        request = plan.request(line.http, self._credentials)
        tally.tries += 1
        tally.sent += int(request.headers.get("content-length", 0))
        kept = line.validators.ask(request) if plan.login and not plan.to else None
        try:
            answer = await wire.exchange(line.http, request, cap=plan.cap, login=plan.login, to=plan.to)
        except ConnectorError as exc:
            self._governor.learn(exc)
            tally.uncertain |= isinstance(exc, Unavailable) and exc.may_have_happened
            raise
        tally.status = answer.status_code
        tally.received += answer.extensions["size"]
        if plan.login and not plan.to:
            answer = line.validators.answer(answer, kept)
        followed = plan.redirect and answer.has_redirect_location
        fine = answer.is_success or followed or answer.status_code in self._rules.accepts
        error = self._rules.error(answer) or (None if fine else answers.error_of(answer, self._secrets))
        self._governor.learn(error)
        if error:
            tally.uncertain |= isinstance(error, Unavailable) and error.may_have_happened
            raise error
        return answer

    def _headers(self, request_id: str, options: Options) -> dict[str, str]:
        headers = {self._rules.trace: request_id} | dict(options.get("headers") or {})
        if options.get("keyed"):
            if not self._rules.idempotency:
                raise ConfigError(f"{self._system} has no header for idempotency keys.", hint="See its HttpRules.")
            headers[self._rules.idempotency] = again.idempotency_key()
        return headers

    def _same_host(self, path: str | httpx.URL, *, login: bool) -> None:
        """Credentials go to the block's own host only, and to those that the vendor documents."""
        try:
            url, home = httpx.URL(path), httpx.URL(self._credentials.address)
        except httpx.InvalidURL:
            raise BadAnswer("It led us to something that is not an address; nothing was sent.") from None
        if url.scheme == "https" and url.host in self._rules.hosts and url.port is None:
            return
        if login and url.host and (url.scheme, url.host, url.port) != (home.scheme, home.host, home.port):
            raise BadAnswer(f"It led us to another host ({url.host}); nothing was sent there.")


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
