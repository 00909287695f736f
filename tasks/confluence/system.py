"""How Confluence Cloud speaks: REST v2 wherever it has the endpoint, v1 for the rest."""

import re

from blocks.confluence import ConfluenceCredentials
from tasks.confluence.events import CommentEvent, PageEvent, webhook
from tieline import Api, ConnectorError, HttpRules, Identity, Model, http_connector
from tieline.errors import Conflict
from tieline.transport.answers import peek
from tieline.transport.paging import linked_cursor
from tieline.transport.rules import Answer

_INVALID, _CONFLICT = 400, 409
_CURRENT = re.compile(r"current version(?: is)?:? *\[?(\d+)", re.IGNORECASE)
_TAKEN = re.compile(r"already exists", re.IGNORECASE)


def read_error(answer: Answer) -> ConnectorError | None:
    """The two refusals that a flow can do something about; all others go by their status.

    A conflict says in `fields["version"]` which version is the current one, where Confluence tells it.
    """
    status = answer.status_code
    if status == _CONFLICT:
        found = _CURRENT.search(str(peek(answer) or ""))
        now = f": version {found[1]} is the current one" if found else ""
        return Conflict(
            f"Somebody else changed it meanwhile{now}.",
            hint="Read it again, make the change on what it says now, and give that version.",
            status=status,
            code="conflict",
            fields={"version": found[1]} if found else {},
        )
    if status == _INVALID and _TAKEN.search(str(peek(answer) or "")):
        return Conflict(
            "There is one of that name already.",
            hint="Choose another title, or update the one that is there.",
            status=status,
            code="exists",
        )
    return None


connector = http_connector(
    "confluence",
    block=ConfluenceCredentials,
    docs="https://developer.atlassian.com/cloud/confluence/rest/v2/intro/",
    # The addresses of next pages leave out the gateway that tokens with scopes go through.
    # Atlassian counts points and not calls, and says when it has had enough; this keeps us well below.
    rules=HttpRules(paginate=linked_cursor("_links.next"), rate="10/second", error=read_error),
    webhook=webhook,
)

connector.event(PageEvent, "page_created", "page_updated")
connector.event(CommentEvent, "comment_created")


class _Me(Model):
    accountId: str = ""  # noqa: N815 - Atlassian's word
    displayName: str = ""  # noqa: N815 - as above
    email: str = ""


@connector.health
async def check(api: Api) -> Identity:
    """Who the API token belongs to."""
    me = await api.get("/rest/api/user/current", into=_Me)
    return Identity(name=me.displayName or me.accountId, detail=me.email)
