"""`/approvals/{id}?token=…`: the page on which the person that a link was made for decides.

Looking never decides: programs that show previews of links look, too. Nobody is logged in here, so there is nothing
that another site could borrow: whoever sends the form must know the token.
"""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any, cast
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse

from tieline import approvals
from tieline.approvals import AlreadyDecided, Approval, Decision
from tieline.approvals.links import PATH, person_of
from tieline.errors import ConfigError, SignatureInvalid, UnknownName

#: Of a form, which holds a text at most.
LARGEST_BYTES = 2 * 2**20
#: Our form has three; to read many would take long.
MOST_FIELDS = 10
_SOURCES = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
_HEADERS = {
    "content-security-policy": _SOURCES,
    # The address is a key: it is told to no other site, and kept nowhere.
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}

router = APIRouter()


class _Closed(Exception):  # noqa: N818 - reads as what happened
    """The link opens nothing. Why is not told to strangers."""


@router.api_route(PATH + "{id}", methods=["GET", "HEAD"])
async def look(id: str, token: str = "") -> Response:  # noqa: A002 - the address's word
    """Show what there is to decide, or what was decided."""
    try:
        found, person = await _opened(id, token)
    except _Closed:
        return _closed()
    return _page(found, person)


@router.post(PATH + "{id}")
async def take(request: Request, id: str, token: str = "") -> Response:  # noqa: A002 - as above
    """Decide."""
    said: dict[str, str] = {}
    try:
        found, person = await _opened(id, token)
        said = await _form(request)
        await asyncio.to_thread(_decide, found, person, said)
    except _Closed:
        return _closed()
    except AlreadyDecided as exc:
        return _page(exc.approval, person, trouble=str(exc), status=409)
    except ConfigError as exc:
        return _page(found, person, trouble=str(exc), said=said, status=422)
    # A reload of the page must not send the form again. Relative: a proxy may show the page under another path.
    return RedirectResponse(f"?{request.url.query}", 303, headers=_HEADERS)


async def _opened(id: str, token: str) -> tuple[Approval, str]:  # noqa: A002 - as above
    """The approval, and who has the link."""
    try:
        person = person_of(id, token)
        found = await asyncio.to_thread(approvals.get, id)
    except (SignatureInvalid, UnknownName):
        raise _Closed from None
    if person not in found.approvers:
        raise _Closed
    return found, person


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BYTES:
            raise ConfigError("That is too much text; nothing was decided.")
    try:
        said = parse_qs(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        raise ConfigError("That is not the form of this page; nothing was decided.") from None
    return {name: values[-1] for name, values in said.items()}


def _decide(found: Approval, person: str, said: dict[str, str]) -> None:
    decision, text = said.get("decision", ""), None
    if decision == "edit":
        text = said.get("text", "").replace("\r\n", "\n")  # browsers send lines like this
    reason = said.get("reason", "")
    approvals.decide(found.id, cast("Decision", decision), by=person, via="page", reason=reason, text=text)


def _closed() -> Response:
    return _html("closed.html", 403)


def _page(
    found: Approval, person: str, *, trouble: str = "", said: dict[str, str] | None = None, status: int = 200
) -> Response:
    summary = Markup(_markdown().render(found.summary))  # noqa: S704 - HTML in it was escaped by the renderer
    return _html("approval.html", status, it=found, person=person, summary=summary, trouble=trouble, said=said or {})


def _html(template: str, status: int, **values: Any) -> Response:
    return HTMLResponse(_templates().get_template(template).render(values), status, _HEADERS)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _markdown() -> MarkdownIt:
    # Pictures are not shown: they would tell another site that somebody looks.
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
