"""How Confluence Cloud speaks: basic authentication, errors, cursors.

Pages: https://developer.atlassian.com/cloud/confluence/basic-auth-for-rest-apis/,
https://developer.atlassian.com/cloud/confluence/rest/v2/intro/ (cursors),
https://developer.atlassian.com/cloud/confluence/rate-limiting/
"""

import base64
import binascii
import json
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.happening import Record
from tieline.sandbox.limits import Budget
from tieline.sandbox.vendor import base_url, state_of

LOGIN = {"email": "wiki@sandbox.test", "api_token": "sandbox-confluence-token"}

MOST = 250


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure of ours
    """Confluence says no: the status, its word and its sentence."""

    def __init__(self, status: int, code: str, title: str) -> None:
        super().__init__(title)
        self.status, self.code, self.title = status, code, title


def refusal(request: Request, error: Exception) -> Response:
    """The answer for a refused request, in the form of the version of the API."""
    assert isinstance(error, Refused)  # noqa: S101 - registered for this class only
    if "/rest/api/" in request.url.path:
        return JSONResponse(
            {
                "statusCode": error.status,
                "data": {"authorized": error.status not in (401, 403)},
                "message": error.title,
            },
            error.status,
        )
    listed = [{"status": error.status, "code": error.code, "title": error.title, "detail": None}]
    return JSONResponse({"errors": listed}, error.status)


def not_found(what: str) -> Refused:
    """404: there is none, or not for this account."""
    return Refused(404, "NOT_FOUND", f"{what} not found")


def invalid(title: str) -> Refused:
    """400: it cannot be read."""
    return Refused(400, "INVALID_REQUEST_PARAMETER", title)


def conflict(current: int, given: Any) -> Refused:
    """409: somebody else was faster. The sentence is told by users of the API; no page of the vendor's shows it."""
    title = f"Version must be incremented on update. Current Version: [{current}]. Provided version: [{given}]"
    return Refused(409, "CONFLICT", title)


def no_endpoint(request: Request, _error: Exception) -> Response:
    """404: no such address, or not with this verb."""
    return refusal(request, not_found("Resource"))


def limited(seconds: int) -> Response:
    """429 with the wait in `Retry-After`."""
    return JSONResponse({"code": 429, "message": "Rate limit exceeded"}, 429, {"retry-after": str(seconds)})


def broken() -> Response:
    """500, as a page of the server before the application says it."""
    return JSONResponse({"statusCode": 500, "message": "Internal server error"}, 500)


def budget_headers(_budget: Budget, _scope: Scope) -> dict[str, str]:
    """Confluence says what is left in points, which are not simulated."""
    return {}


def wiki_of(request: Request) -> Wiki:
    """The wiki, for somebody who is logged in. Errors: 401."""
    if request.scope.get("sandbox_app"):
        return state_of(request)[Wiki]
    expected = f"{LOGIN['email']}:{LOGIN['api_token']}"
    given = request.headers.get("authorization", "").removeprefix("Basic ")
    try:
        login = base64.b64decode(given, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        login = ""
    if login != expected:
        raise Refused(401, "UNAUTHORIZED", "Unauthorized")
    return state_of(request)[Wiki]


def page_of(request: Request) -> Record:
    """The page that the address names. Errors: 401, 404."""
    return find_page(wiki_of(request), request.path_params["id"])


def file_of(request: Request) -> Record:
    """The file that the address names. Errors: 401, 404."""
    return find_file(wiki_of(request), request.path_params["attachment"])


def content_of(request: Request) -> Record:
    """The page or the file that the address names; v1 has one address for both. Errors: 401, 404."""
    if "attachment" in request.path_params:
        return file_of(request)
    number = request.path_params["id"]
    return find_file(wiki_of(request), number) if number.startswith("att") else page_of(request)


def find_page(wiki: Wiki, number: Any) -> Record:
    """A page by its id. Errors: 404."""
    page = wiki.pages.get(str(number))
    if page is None:
        raise not_found("Page")
    return page


def find_file(wiki: Wiki, number: Any) -> Record:
    """A file by its id, with or without the letters before the number. Errors: 404."""
    found = wiki.attachments.get(f"att{str(number).removeprefix('att')}")
    if found is None:
        raise not_found("Attachment")
    return found


async def json_body(request: Request) -> Any:
    """The JSON of a request. Errors: 400, 415."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type")
    try:
        return json.loads(await request.body())
    except ValueError:
        raise invalid("Request body is not valid JSON") from None


async def json_object(request: Request) -> Record:
    """The JSON object of a request. Errors: 400, 415."""
    value = await json_body(request)
    if not isinstance(value, dict):
        raise invalid("Request body must be an object")
    return value


def version_of(values: Record) -> int:
    """The number of the version that is to be made. Errors: 400."""
    version = values.get("version")
    number = version.get("number") if isinstance(version, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise invalid("version.number must be given")
    return number


def listed(request: Request, records: list[Record]) -> Response:
    """A page of a list that begins at the cursor, with the address of the next one."""
    limit = _number(request.query_params.get("limit", "25"))
    start = _start(request.query_params.get("cursor", ""))
    site = base_url(request)
    links = {"base": f"{site}/wiki"}
    if start + limit < len(records):
        following = base64.urlsafe_b64encode(f"from:{start + limit}".encode()).decode()
        kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
        # Without the host and what may stand before `/wiki`: so it is there, too.
        links["next"] = f"{request.url.path}?{urlencode([*kept, ('cursor', following)])}"
    return JSONResponse({"results": [shown(record) for record in records[start : start + limit]], "_links": links})


def shown(record: Record) -> Record:
    """A record without what the sandbox notes beside it."""
    return {name: value for name, value in record.items() if not name.startswith("sandbox_")}


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST:
        raise invalid(f"limit must be between 1 and {MOST}")
    return int(text)


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor).decode().removeprefix("from:")
    except ValueError:
        text = ""
    if not text.isdecimal():
        raise invalid("The provided cursor is not valid")
    return int(text)
