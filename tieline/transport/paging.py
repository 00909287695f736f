"""How vendors continue a list. A paginator looks at an answer and says what to ask for next, or None at the end.

The next page must be on the host that the first was on: a list must not be able to send our credentials elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from tieline.errors import BadAnswer

Ask = httpx.Request
Page = httpx.Response
#: From the answer to the URL of the next page.
Paginator = Callable[[Page], httpx.URL | None]

_PARAMETER = r'\s*;\s*([^\s=;,"<>]+)\s*(?:=\s*(?:"([^"]*)"|([^\s;,"<>]*)))?'
_LINK = re.compile(rf"<([^<>]*)>((?:{_PARAMETER})*)")
_PARAMETERS = re.compile(_PARAMETER)


def dig(data: Any, path: str) -> Any:
    """The value at a dotted path such as `meta.after_cursor`, or None."""
    for key in path.split("."):
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def same_host(page: Page, target: str | None) -> httpx.URL | None:
    """The target as an absolute URL.

    Raises:
        BadAnswer: It is on another host.
    """
    if not target:
        return None
    here = page.request.url
    url = here.join(target)
    if (url.scheme, url.host, url.port) != (here.scheme, here.host, here.port):
        raise BadAnswer(f"The next page is on another host ({url.host}).", hint="It was not fetched.")
    return url


def link_header(page: Page) -> httpx.URL | None:
    """`Link: <...>; rel="next"` (RFC 8288)."""
    for link in _LINK.finditer(page.headers.get("link", "")):
        for name, quoted, plain in _PARAMETERS.findall(link[2]):
            if name.lower() == "rel" and "next" in (quoted or plain).lower().split():
                return same_host(page, link[1])
    return None


def next_url(path: str, *, more: str | None = None) -> Paginator:
    """The body holds the whole address of the next page.

    Args:
        path: Where it stands, such as `links.next`.
        more: Where the body says whether there is more, if the address is given on the last page too.
    """

    def paginate(page: Page) -> httpx.URL | None:
        body = page.json()
        return None if more and not dig(body, more) else same_host(page, dig(body, path))

    return paginate


def odata(page: Page) -> httpx.URL | None:
    """The whole address of the next page in `@odata.nextLink`, as Microsoft Graph and other OData services give it."""
    body = page.json()
    return same_host(page, body.get("@odata.nextLink")) if isinstance(body, Mapping) else None


def cursor(path: str, parameter: str, *, more: str = "", end: str = "", replaces: str = "") -> Paginator:
    """The body holds a cursor that goes into a parameter of the next request.

    Args:
        path: Where the cursor stands, such as `response_metadata.next_cursor`.
        parameter: The query parameter it goes into.
        more: Where the body says whether there is more, if a cursor is given on the last page too.
        end: Or where it says that there is none.
        replaces: A parameter of the first page that the cursor stands for.
    """

    def paginate(page: Page) -> httpx.URL | None:
        body = page.json()
        last = (more and not dig(body, more)) or (end and dig(body, end))
        found = None if last else dig(body, path)
        if not found:
            return None
        following = _with(page, parameter, found)
        return following.copy_remove_param(replaces) if replaces else following

    return paginate


def linked_cursor(path: str, parameter: str = "cursor") -> Paginator:
    """The body holds the address of the next page, of which only the cursor is taken.

    For vendors whose addresses leave out where the page was asked for, such as a proxy or a prefix of the path.

    Args:
        path: Where the address stands, such as `_links.next`.
        parameter: The query parameter with the cursor.
    """

    def paginate(page: Page) -> httpx.URL | None:
        target = dig(page.json(), path)
        found = httpx.URL(target).params.get(parameter) if target else None
        return same_host(page, str(_with(page, parameter, found))) if found else None

    return paginate


def page_number(
    parameter: str = "page",
    *,
    items: str = "",
    size: str | int = "per_page",
    first: int = 1,
    last: int | None = None,
    total: str = "",
) -> Paginator:
    """Pages are counted; a page that is not full is the last, unless the body says how many there are.

    Args:
        parameter: The query parameter with the page's number.
        items: Where the items stand in the body; empty when the body is the list.
        size: The query parameter with the page's size, or the size itself.
        first: The number of the first page.
        last: The last page that the vendor gives out.
        total: Where the body says how many pages there are, such as `pages.total_pages`.
    """

    def paginate(page: Page) -> httpx.URL | None:
        asked = page.request.url.params
        number = int(asked.get(parameter, first))
        if total:
            there = number < int(dig(page.json(), total) or 0)
        else:
            full = size if isinstance(size, int) else int(asked.get(size, 1))
            there = len(_items(page, items)) >= full
        if not there or (last is not None and number >= last):
            return None
        return _with(page, parameter, number + 1)

    return paginate


def offset(parameter: str = "offset", *, items: str = "", size: str = "limit") -> Paginator:
    """The next page starts after the items seen; a page that is not full is the last."""

    def paginate(page: Page) -> httpx.URL | None:
        asked, found = page.request.url.params, len(_items(page, items))
        if not found or found < int(asked.get(size, 1)):
            return None
        return _with(page, parameter, int(asked.get(parameter, 0)) + found)

    return paginate


def last_id(parameter: str = "before", *, size: str = "limit") -> Paginator:
    """The next page begins behind the id of the last item seen; a page that is not full is the last."""

    def paginate(page: Page) -> httpx.URL | None:
        found = _items(page, "")
        if not found or len(found) < int(page.request.url.params.get(size, 1)):
            return None
        return _with(page, parameter, found[-1]["id"])

    return paginate


def _items(page: Page, path: str) -> list[Any]:
    body = page.json()
    found = dig(body, path) if path else body
    return found if isinstance(found, list) else []


def _with(page: Page, parameter: str, value: Any) -> httpx.URL:
    return page.request.url.copy_set_param(parameter, str(value))
