"""What the body of an action sees: a logged-in client of one connection."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, overload
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from tieline.errors import BadAnswer, ConfigError, ConnectorError, NotFound, Unavailable, Unclear
from tieline.transport import again, answers, clock
from tieline.transport.caller import Caller
from tieline.transport.paging import Paginator, dig
from tieline.transport.rules import Check, HttpRules, Json, Options, Params
from tieline.transport.wire import Content

if TYPE_CHECKING:
    from tieline.credentials import HttpCredentials

T = TypeVar("T")

POLL_FIRST_SECONDS = 0.1
POLL_LONGEST_SECONDS = 5.0


def segment(value: str | int) -> str:
    """A value as one segment of a path, so that it cannot change the path.

    Raises:
        ConfigError: It would change the path whatever we do: it is empty, or dots.
    """
    text = str(value)
    if text in {"", ".", ".."}:
        raise ConfigError(f"{text!r} cannot name anything in an address.", hint="Nothing was sent.")
    return quote(text, safe="")


class Api:
    """A logged-in client for one connection. Actions get one; nobody else makes one.

    Login, retries, budget, breaker, errors, records and redaction happen behind it.
    """

    def __init__(self, system: str, action: str, credentials: HttpCredentials, rules: HttpRules) -> None:
        self.credentials = credentials
        self._paginate = rules.paginate
        self._caller = Caller(system, action, credentials, rules)

    @overload
    async def get(self, path: str, *, into: type[T], **options: Unpack[Options]) -> T: ...
    @overload
    async def get(self, path: str, *, into: None = None, **options: Unpack[Options]) -> Any: ...
    async def get(self, path: str, *, into: Any = None, **options: Unpack[Options]) -> Any:
        """GET something; see `Options`. Without `into` the plain JSON is returned."""
        return await self._call("GET", path, None, into, options)

    async def find(self, path: str, *, into: type[T], missing: str, **options: Unpack[Options]) -> T | None:
        """GET something that may not be there; see `Options`.

        Args:
            path: Below the API's address.
            into: Its model.
            missing: The vendor's word for "there is none", which becomes None here instead of `NotFound`.
            options: What else the request carries.
        """
        try:
            return await self.get(path, into=into, **options)
        except NotFound as exc:
            if exc.code != missing:
                raise
            return None

    @overload
    async def post(self, path: str, json: Json | None = None, *, into: type[T], **options: Unpack[Options]) -> T: ...
    @overload
    async def post(
        self, path: str, json: Json | None = None, *, into: None = None, **options: Unpack[Options]
    ) -> Any: ...
    async def post(self, path: str, json: Json | None = None, *, into: Any = None, **options: Unpack[Options]) -> Any:
        """POST something; see `Options`. Without `into` the plain JSON is returned."""
        return await self._call("POST", path, json, into, options)

    @overload
    async def put(self, path: str, json: Json | None = None, *, into: type[T], **options: Unpack[Options]) -> T: ...
    @overload
    async def put(
        self, path: str, json: Json | None = None, *, into: None = None, **options: Unpack[Options]
    ) -> Any: ...
    async def put(self, path: str, json: Json | None = None, *, into: Any = None, **options: Unpack[Options]) -> Any:
        """PUT something; see `Options`. Without `into` the plain JSON is returned."""
        return await self._call("PUT", path, json, into, options)

    @overload
    async def patch(self, path: str, json: Json | None = None, *, into: type[T], **options: Unpack[Options]) -> T: ...
    @overload
    async def patch(
        self, path: str, json: Json | None = None, *, into: None = None, **options: Unpack[Options]
    ) -> Any: ...
    async def patch(self, path: str, json: Json | None = None, *, into: Any = None, **options: Unpack[Options]) -> Any:
        """PATCH something; see `Options`. Without `into` the plain JSON is returned."""
        return await self._call("PATCH", path, json, into, options)

    @overload
    async def delete(self, path: str, json: Json | None = None, *, into: type[T], **options: Unpack[Options]) -> T: ...
    @overload
    async def delete(
        self, path: str, json: Json | None = None, *, into: None = None, **options: Unpack[Options]
    ) -> Any: ...
    async def delete(self, path: str, json: Json | None = None, *, into: Any = None, **options: Unpack[Options]) -> Any:
        """DELETE something; see `Options`. Without `into` the plain JSON is returned."""
        return await self._call("DELETE", path, json, into, options)

    async def query(
        self,
        path: str,
        json: Mapping[str, Any],
        *,
        into: type[T],
        limit: int,
        cursor: str,
        parameter: str = "start_cursor",
        at: str = "",
        more: str = "",
    ) -> list[T]:
        """The first items of a list that is asked for with POST, page by page.

        Args:
            path: Below the API's address.
            json: The body of the first page.
            into: The model of one item.
            limit: Most items; pages are read as long as there are fewer.
            cursor: Where each page says how it goes on; nothing there ends the list.
            parameter: Where the next body says it, such as "variables.after".
            at: Where the items stand in each page.
            more: Where each page says whether there is more, if a cursor is given on the last page too.

        Raises:
            BadAnswer: The list leads back to a page that was read.
        """
        items: list[T] = []
        seen: set[str] = set()
        following: Any = None
        while len(items) < limit:
            body = _put(json, parameter, following)
            page = await self._caller.send("POST", path, body, options={"repeatable": True})
            items += self._read(page, list[into], at)  # type: ignore[valid-type]
            said = answers.peek(page)
            following = dig(said, cursor) if not more or dig(said, more) else None
            if not following:
                break
            if str(following) in seen:
                again = BadAnswer("The list leads back to a page that was read.", hint="It was not read further.")
                raise self._caller.at(again)
            seen.add(str(following))
        return items[:limit]

    async def list(
        self,
        path: str,
        *,
        into: type[T],
        limit: int,
        at: str = "",
        params: Params | None = None,
        paginate: Paginator | None = None,
    ) -> list[T]:
        """The first items of a list, page by page.

        Args:
            path: Below the API's address.
            into: The model of one item.
            limit: Most items; pages are read as long as there are fewer.
            at: Where the items stand in each page, such as "tickets"; empty when the page is the list.
            params: The query of the first page.
            paginate: How this list continues, if not like the vendor's others.
        """
        items: list[T] = []
        if limit < 1:
            return items
        async for page in self.pages(path, params=params, paginate=paginate):
            items += self._read(page, list[into], at)  # type: ignore[valid-type]
            if len(items) >= limit:
                break
        return items[:limit]

    async def pages(
        self, path: str, *, params: Params | None = None, paginate: Paginator | None = None
    ) -> AsyncIterator[httpx.Response]:
        """The pages of a list, as long as there are more; see `list`.

        Raises:
            BadAnswer: The list leads to another host, or back to a page that was read.
        """
        following = paginate or self._paginate
        page = await self._caller.send("GET", path, options={"params": params})
        yield page
        seen = {page.request.url}
        while url := self._next(page, following):
            if url in seen:
                again = BadAnswer("The list leads back to a page that was read.", hint="It was not read further.")
                raise self._caller.at(again)
            seen.add(url)
            page = await self._caller.send("GET", url)
            yield page

    def read(self, page: httpx.Response, *, into: type[T], at: str = "") -> T:
        """What stands in a page of `pages`.

        Args:
            page: The page.
            into: Its model.
            at: Where it stands there, such as "tickets".

        Raises:
            BadAnswer: It is something else.
        """
        found: T = self._read(page, into, at)
        return found

    async def poll(
        self,
        path: str,
        *,
        into: type[T],
        until: Callable[[T], bool],
        seconds: float,
        at: str = "",
        longest: float = POLL_LONGEST_SECONDS,
    ) -> T:
        """GET something again and again until it is ready, such as a job.

        Args:
            path: Below the API's address, or a whole address on the same host.
            into: The model of the job.
            until: Whether it is ready.
            seconds: How long to wait for it.
            at: Where it stands in the answer.
            longest: Seconds between two looks at most; they begin close together.

        Raises:
            Unavailable: It was not ready in time; what was asked for may still be done.
        """
        pause, end = POLL_FIRST_SECONDS, clock.now() + seconds
        while not until(job := await self.get(path, into=into, at=at)):
            left = end - clock.now()
            if left <= 0:
                late = Unavailable(
                    f"A job was not ready after {seconds:g} s.",
                    hint="It may still be done: look before you repeat it.",
                )
                late.may_have_happened = True
                raise self._caller.at(late)
            await clock.sleep(min(pause, left))
            pause = min(2 * pause, longest)
        return job

    async def download(
        self, path: str, *, params: Params | None = None, cap: int | None = None, login: bool = True
    ) -> bytes:
        """A file's bytes. Where the vendor redirects to its store of files, the credentials do not go there.

        Args:
            path: Below the API's address.
            params: The query.
            cap: Most bytes; by default `TIELINE_MAX_ANSWER_BYTES`.
            login: False for a whole address that carries its own permission; no credentials go there.
        """
        options: Options = {"params": params, "headers": {"accept": "*/*"}}
        return (await self._fetch(path, options, cap, login=login)).content

    async def download_to(
        self, path: str, file: Path, *, params: Params | None = None, cap: int | None = None, login: bool = True
    ) -> Path:
        """A file of any size, streamed to the disk; it appears there only when it is complete.

        Args:
            path: Below the API's address.
            file: Where it goes; what is there is replaced.
            params: The query.
            cap: Most bytes; by default there is no limit.
            login: False for a whole address that carries its own permission; no credentials go there.
        """
        options: Options = {"params": params, "headers": {"accept": "*/*"}}
        await self._fetch(path, options, cap, file, login=login)
        return file

    async def upload(
        self, url: str, content: Content, *, method: str = "POST", headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a file to an address that the vendor gave us for it.

        No credentials go there, because the address itself carries the permission.

        Args:
            url: The whole address.
            content: The bytes, or the path of a file, which is streamed.
            method: POST or PUT, as the vendor says.
            headers: More headers.
        """
        options: Options = {"content": content, "headers": headers}
        return await self._caller.send(method, url, login=False, options=options)

    async def send(
        self, method: str, path: str, json: Json | None = None, **options: Unpack[Options]
    ) -> httpx.Response:
        """The whole answer, where the vendor says in a header what matters; see `Options`."""
        return await self._caller.send(method, path, json, login=options.get("login", True), options=options)

    async def _fetch(
        self, path: str, options: Options, cap: int | None, to: Path | None = None, *, login: bool = True
    ) -> httpx.Response:
        """A file. The address that a vendor redirects to carries its own permission, so it gets no login of ours."""
        answer = await self._caller.send("GET", path, cap=cap, to=to, login=login, redirect=True, options=options)
        if not answer.has_redirect_location:
            return answer
        there = answer.request.url.join(answer.headers["location"])
        if there.scheme not in {"https", answer.request.url.scheme} or not there.host:
            raise self._caller.at(BadAnswer("It redirects to an address that is not safe; nothing was fetched."))
        plain: Options = {"headers": options.get("headers")}
        return await self._caller.send("GET", there, cap=cap, to=to, login=False, options=plain)

    async def _call(self, method: str, path: str, json: Json | None, into: Any, options: Options) -> Any:
        check, at, login = options.get("check"), options.get("at", ""), options.get("login", True)
        if again.unclear() and not self._caller.repeatable(method, options):
            done = await self._looked(check)
            if done is not None:
                return done
        try:
            return self._read(await self._caller.send(method, path, json, login=login, options=options), into, at)
        except Unavailable as exc:
            if check is None or not exc.may_have_happened:
                raise
            try:
                done = await check()
            except ConnectorError:
                # Still nobody knows; that the question failed, too, says nothing about the write.
                raise exc from None
            if done is not None:
                return done
        # It surely did not happen, so it may be asked for again.
        return self._read(await self._caller.send(method, path, json, login=login, options=options), into, at)

    async def _looked(self, check: Check | None) -> Any:
        """What an earlier try has done, if a look at the vendor tells."""
        if check is None:
            raise self._caller.at(
                Unclear(
                    "An earlier try may have been carried out, and nothing tells whether it was; nothing was sent now.",
                    hint="Look at the vendor. If it is not there, `tieline inbox replay` sends it.",
                )
            )
        return await check()

    def _next(self, page: httpx.Response, following: Paginator | None) -> httpx.URL | None:
        try:
            return following(page) if following else None
        except ConnectorError as exc:
            raise self._caller.at(exc) from None
        except (ValueError, TypeError, httpx.InvalidURL) as exc:
            raise self._caller.at(BadAnswer(f"Its list cannot be continued ({type(exc).__name__}).")) from None

    def _read(self, response: httpx.Response, into: Any, at: str) -> Any:
        try:
            data = answers.body_of(response)
        except ConnectorError as exc:
            raise self._caller.at(exc) from None
        found = dig(data, at) if at else data
        if into is None:
            return found
        try:
            return _adapter(into).validate_python(found)
        except ValidationError as exc:
            raise self._caller.at(_unexpected(exc, at)) from None


def _put(json: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The same with a value at a dotted path."""
    name, _, below = path.partition(".")
    return {**json, name: _put(json.get(name) or {}, below, value) if below else value}


@lru_cache(maxsize=1024)
def _adapter(into: Any) -> TypeAdapter[Any]:
    return TypeAdapter(into)


def _unexpected(exc: ValidationError, at: str) -> BadAnswer:
    """Where the answer differs from what the vendor documents; never what it says there."""
    places = [
        "{}: {}".format(".".join(map(str, filter(None, [at, *e["loc"]]))) or "the answer", e["msg"])
        for e in exc.errors()
    ]
    return BadAnswer(
        f"The answer is not what the vendor documents ({'; '.join(places[:3])}).",
        hint="The address may lead elsewhere, or the vendor changed its API: check the field `url` of the block.",
    )
