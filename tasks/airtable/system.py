"""How Airtable speaks, and who we are there."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from pydantic_core import to_json

from blocks.airtable import AirtableCredentials
from tasks.airtable import events
from tieline import Api, ConnectorError, HttpRules, Identity, Model, http_connector, segment
from tieline.errors import RateLimited
from tieline.transport.paging import cursor
from tieline.transport.retry import retry_after
from tieline.transport.rules import Answer

T = TypeVar("T")

#: Most records of a call that writes: https://airtable.com/developers/web/api/update-multiple-records
BATCH = 10
#: Most records of a page: https://airtable.com/developers/web/api/list-records
PAGE = 100
#: "You will need to wait 30 seconds before subsequent requests will succeed": https://airtable.com/developers/web/api/rate-limits
PENALTY_SECONDS = 30.0
TOO_MANY = 429
JSON = {"content-type": "application/json"}


def read_error(answer: Answer) -> ConnectorError | None:
    """The wait after too many requests, of which only the documentation tells: five quick tries would all fail."""
    if answer.status_code != TOO_MANY or retry_after(answer) is not None:
        return None
    return RateLimited(
        "Airtable takes no more requests for now.",
        hint="All programs together have five a second for each base, and a month's calls where the plan limits those.",
        status=TOO_MANY,
        retry_after=PENALTY_SECONDS,
    )


connector = http_connector(
    "airtable",
    block=AirtableCredentials,
    docs="https://airtable.com/developers/web/api/introduction",
    # Five a second for each base. A connection may reach several, and what is common to them counts, too.
    rules=HttpRules(paginate=cursor("offset", "offset"), rate="5/second", error=read_error),
    webhook=events.webhook,
)

connector.event(events.Ping, "base.changed")


class Account(Model):
    """Whose token it is; the address is there with the scope `user.email:read` alone."""

    id: str
    email: str = ""


@connector.health
async def check(api: Api) -> Identity:
    """Whose token it is. See https://airtable.com/developers/web/api/get-user-id-scopes."""
    account = await api.get("/meta/whoami", into=Account)
    return Identity(name=account.email or account.id, detail=account.id)


def path_of(base_id: str, *rest: str) -> str:
    """A base in the API for records, and what is below it."""
    return "/".join(["", segment(base_id), *(segment(part) for part in rest)])


def batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many at a time as one call takes, in their order: the same list is always cut in the same places."""
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def exact(body: dict[str, Any]) -> bytes:
    """A body that is sent as it is, with `JSON`: to Airtable, null means "make it blank"."""
    return to_json({name: value for name, value in body.items() if value is not None})
