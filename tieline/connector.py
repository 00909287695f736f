"""Connectors, and the actions and events that they declare."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Concatenate,
    Generic,
    Literal,
    ParamSpec,
    TypeVar,
    cast,
    get_type_hints,
    overload,
)

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.utilities.callables import parameter_docstrings
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from tieline import connections, observe
from tieline.credentials import Credentials, HttpCredentials
from tieline.errors import AuthFailed, ConfigError, UnknownName
from tieline.feeds.model import EVENTS, NAMED, Feed, FileEvent, Page, only
from tieline.inbox import scope
from tieline.transport.api import Api
from tieline.transport.rules import HttpRules
from tieline.webhooks import Facts, Webhook

if TYPE_CHECKING:
    from tieline.subscriptions import Subscriptions

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=Credentials)
H = TypeVar("H", bound=HttpCredentials)
S = TypeVar("S")

Kind = Literal["read", "write", "delete"]
Body = Callable[Concatenate[S, P], Coroutine[Any, Any, R]]
Made = Task[Concatenate[C | str, P], Coroutine[Any, Any, R]]
#: Opens what the body of an action sees: `(credentials, action's name)`.
Opener = Callable[[C, str], AbstractAsyncContextManager[S]]

_READS = ("get", "find", "list", "search", "read", "query", "download", "check", "compare")
_DELETES = ("delete", "remove")


class Identity(BaseModel):
    """Who we are logged in as, as a health check tells it."""

    name: str
    detail: str = ""


@dataclass(frozen=True)
class Action:
    """The registry's card for one action. The action itself is `task`."""

    system: str
    fn: Callable[..., Awaitable[Any]]
    task: Task[..., Any]
    kind: Kind
    scopes: tuple[str, ...]

    @property
    def name(self) -> str:
        """Such as "freshdesk.get_ticket"."""
        return f"{self.system}.{self.fn.__name__}"

    @property
    def docs(self) -> str:
        """The whole docstring."""
        return inspect.getdoc(self.fn) or ""

    @property
    def summary(self) -> str:
        """The docstring's first line."""
        return self.docs.partition("\n")[0]

    @functools.cached_property
    def input(self) -> type[BaseModel]:
        """The keyword arguments as a model, described by the docstring."""
        hints, said = get_type_hints(self.fn, include_extras=True), parameter_docstrings(self.docs)
        fields: dict[str, Any] = {}
        for p in list(inspect.signature(self.fn).parameters.values())[1:]:
            described = Annotated[hints[p.name], Field(description=said[p.name])] if p.name in said else hints[p.name]
            fields[p.name] = (described, ... if p.default is p.empty else p.default)
        return create_model(self.name, __config__=ConfigDict(extra="forbid", protected_namespaces=()), **fields)

    @functools.cached_property
    def output(self) -> TypeAdapter[Any]:
        """What comes back."""
        return TypeAdapter(get_type_hints(self.fn, include_extras=True).get("return", Any))

    @property
    def input_schema(self) -> dict[str, Any]:
        """JSON Schema of the keyword arguments."""
        return self.input.model_json_schema()

    @property
    def output_schema(self) -> dict[str, Any]:
        """JSON Schema of the result."""
        return self.output.json_schema(mode="serialization")

    def check(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters as the action takes them, read from JSON.

        Raises:
            UnknownName: There is no such parameter.
            ConfigError: One is missing, or has a value that cannot be used.
        """
        for name in params:
            if name not in self.input.model_fields:
                raise UnknownName(f"parameter of {self.name}", name, self.input.model_fields)
        try:
            checked = self.input.model_validate(dict(params))
        except ValidationError as exc:
            wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors())
            raise ConfigError(f"{self.name} cannot be called like this: {wrong}.", hint="Nothing was sent.") from None
        return {name: getattr(checked, name) for name in checked.model_fields_set}

    async def execute(self, connection: Any, params: Mapping[str, Any]) -> Any:
        """Run from JSON to JSON: what the command line, REST and rules call.

        Args:
            connection: A block, or the name of one.
            params: The keyword arguments.

        Raises:
            ConfigError: The parameters are wrong; nothing was sent.
            ConnectorError: See `tieline.errors`.
        """
        result = await self.task.fn(connection, **self.check(params))
        return self.output.dump_python(result, mode="json")


@dataclass
class Connector(Generic[C, S]):
    """One connected system: how to log in, how it speaks, what it can do and what it can tell us.

    Args:
        name: The system's one word, the same in all folders.
        block: Its credentials.
        open: Opens the session that the body of an action sees.
        docs: The vendor's documentation.
        load: Finds a saved block by name, where a system has blocks of several types.
        webhook: How its webhooks are read.
        title: How people write its name.
    """

    name: str
    block: type[C]
    open: Opener[C, S]
    docs: str
    load: Callable[[str], Awaitable[C]] | None = None
    webhook: Webhook | None = None
    title: str = ""
    actions: dict[str, Action] = field(default_factory=dict)
    events: dict[str, type[BaseModel]] = field(default_factory=dict)
    check: Callable[[S], Awaitable[Identity]] | None = None
    #: How the vendor is asked to tell us of events, where its API can be asked.
    subscriptions: Subscriptions[Any] | None = None
    #: How what has changed is found, where somebody has to look.
    changes: Feed[S] | None = None

    def __post_init__(self) -> None:
        self.title = self.title or self.name.capitalize()

    @overload
    def action(self, fn: Body[S, P, R], /) -> Made[C, P, R]: ...
    @overload
    def action(
        self, /, *, kind: Kind | None = ..., scopes: Sequence[str] = ...
    ) -> Callable[[Body[S, P, R]], Made[C, P, R]]: ...
    def action(self, fn: Any = None, /, *, kind: Kind | None = None, scopes: Sequence[str] = ()) -> Any:
        """Make a Prefect task of a function, and list it in the registry.

        Args:
            fn: An asynchronous function `(session, *, …)`. Callers give a block, or the name of one, for the session.
            kind: Whether it reads, writes or deletes, where its first word does not say so.
            scopes: What the credentials must be allowed to do, in the vendor's words.
        """
        if fn is None:
            return lambda body: self._add(body, kind, scopes)
        return self._add(fn, kind, scopes)

    def health(self, fn: Callable[[S], Awaitable[Identity]]) -> Callable[[S], Awaitable[Identity]]:
        """Declare the cheapest call that shows whether the credentials work."""
        self.check = fn
        return fn

    def event(self, model: type[BaseModel], *names: str) -> None:
        """Declare webhook events that carry `model`."""
        self.events.update(dict.fromkeys(names, model))

    def feed(
        self,
        model: type[FileEvent],
        *,
        places: Callable[[S], Awaitable[Sequence[str]]] = only,
        facts: Facts = NAMED,
    ) -> Callable[[Callable[[S, str, str], Awaitable[Page]]], Callable[[S, str, str], Awaitable[Page]]]:
        """Declare how to find out what has changed: a function `(session, place, cursor)`; see `tieline.feeds.Feed`.

        Args:
            model: The payload of its events.
            places: Lists the drives; a system that has none is one place.
            facts: Where a payload says who, what and when.
        """

        def declare(fn: Callable[[S, str, str], Awaitable[Page]]) -> Callable[[S, str, str], Awaitable[Page]]:
            self.changes = Feed(fn, model, places, facts)
            return fn

        return declare

    @property
    def told(self) -> dict[str, type[BaseModel]]:
        """All events: those of webhooks, and those that the feed finds."""
        return self.events | (dict.fromkeys(EVENTS, self.changes.model) if self.changes else {})

    async def credentials(self, connection: C | str) -> C:
        """The block, loaded if only its name is given.

        Raises:
            UnknownName: There is no such connection.
            ConfigError: It is a block of something else, or Prefect cannot be reached.
        """
        if isinstance(connection, str):
            return await (self.load(connection) if self.load else connections.load(self.block, connection))
        if isinstance(connection, self.block):
            return connection
        raise ConfigError(
            f"{self.title} cannot use a {type(connection).__name__}.",
            hint=f"Give a {self.block.__name__} block, or the name of a saved one.",
        )

    async def identity(self, connection: C | str) -> Identity:
        """Run the health check.

        Raises:
            ConfigError: See `credentials`.
            ConnectorError: The system did not answer, or refused.
        """
        if self.check is None:
            raise ConfigError(f"{self.title} has no health check.")
        async with self._session(connection, "check") as session:
            return await self.check(session)

    async def look(self, connection: C | str, place: str, cursor: str) -> Page:
        """Ask the feed for a page; see `tieline.feeds.look`.

        Raises:
            ConfigError: See `credentials`, or it has no feed.
            ConnectorError: The system did not answer, or refused.
        """
        feed = self._feed()
        async with self._session(connection, "look") as session:
            return await feed.look(session, place, cursor)

    async def places(self, connection: C | str) -> Sequence[str]:
        """Where the feed is to look; see `look`."""
        feed = self._feed()
        async with self._session(connection, "look") as session:
            return await feed.places(session)

    def _feed(self) -> Feed[S]:
        if self.changes is None:
            raise ConfigError(f"{self.title} has no feed.")
        return self.changes

    def _add(self, fn: Body[S, P, R], kind: Kind | None, scopes: Sequence[str]) -> Made[C, P, R]:
        async def send(connection: C | str, *args: P.args, **kwargs: P.kwargs) -> R:
            async with self._session(connection, fn.__name__) as session:
                return await fn(session, *args, **kwargs)

        @functools.wraps(fn)
        async def run(connection: C | str, /, *args: P.args, **kwargs: P.kwargs) -> R:
            card = self.actions[fn.__name__]
            written_for = None if card.kind == "read" else await scope.of_write()
            if written_for is None:
                return await send(connection, *args, **kwargs)
            from tieline.inbox import journal  # noqa: PLC0415 - only runs that events start have one

            bound = signature.bind(None, *args, **kwargs)
            # As a task run it is called with all defaults, as a plain call without them: it is the same write.
            bound.apply_defaults()
            name = connection if isinstance(connection, str) else connection.digest()
            again = functools.partial(send, connection, *args, **kwargs)
            made: R = await journal.once(written_for, card, name, bound.arguments, again)
            return made

        signature = inspect.signature(fn)
        first, *rest = signature.parameters.values()
        # Prefect reads the signature; `connection` is a name to it, or a block.
        run.__signature__ = inspect.Signature([first.replace(name="connection", annotation=Any), *rest])  # type: ignore[attr-defined]
        made = _ActionTask(
            run,
            name=f"{self.name}.{fn.__name__}",
            # No tags: for each task run that has any, Prefect asks its server for a slot.
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=0,
        )
        self.actions[fn.__name__] = Action(
            self.name, fn, cast("Task[..., Any]", made), kind or _kind(fn.__name__), tuple(scopes)
        )
        return made

    @asynccontextmanager
    async def _session(self, connection: C | str, action: str) -> AsyncIterator[S]:
        credentials = await self.credentials(connection)
        if credentials.read_only and action in self.actions and self.actions[action].kind != "read":
            raise ConfigError(
                f"{credentials.title} is for reading only: {self.name}.{action} was not sent.",
                hint="Use a connection that may write, or save this one with read_only off.",
            )
        scope = observe.begin_action()
        try:
            async with self.open(credentials, action) as session:
                yield session
        except AuthFailed:
            # The next call reads the block again: somebody may just have put the new key there.
            connections.forget(connection)
            raise
        finally:
            observe.end_action(scope)


def http_connector(
    name: str,
    *,
    block: type[H],
    docs: str,
    rules: HttpRules | None = None,
    webhook: Webhook | None = None,
    title: str = "",
) -> Connector[H, Api]:
    """A connector of a system that is reached over HTTP: the body of an action sees an `Api`.

    Args:
        name: The system's one word.
        block: Its credentials.
        docs: The vendor's documentation.
        rules: How it speaks HTTP.
        webhook: How its webhooks are read.
        title: How people write its name.
    """
    spoken = rules or HttpRules()

    @asynccontextmanager
    async def open_api(credentials: H, action: str) -> AsyncIterator[Api]:
        yield Api(name, action, credentials, spoken)

    return Connector(name, block=block, open=open_api, docs=docs, webhook=webhook, title=title)


class _ActionTask(Task[P, R]):
    """A task that is a plain call where there are so many that a task run for each would cost more than the work."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it, as a task run unless the scope is lean."""
        working_for = scope.current()
        if working_for is not None and working_for.lean:
            return self.fn(*args, **kwargs)
        return super().__call__(*args, **kwargs)


def _kind(name: str) -> Kind:
    verb = name.partition("_")[0]
    if verb in _READS:
        return "read"
    return "delete" if verb in _DELETES else "write"
