"""How Linear is asked: queries and mutations, which are all sent to one address.

https://linear.app/developers/graphql
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from tieline import Api

T = TypeVar("T")

PATH = "/graphql"
#: Items of a page. A query may cost 10,000 points, and each issue brings its labels along.
PAGE = 50

PERSON = "id name email"
TEAM = "id key name"
STATE = "id name type"
LABEL = "id name color"
ISSUE = (
    "id identifier title description url branchName priority estimate dueDate createdAt updatedAt"
    f" state {{ {STATE} }} team {{ {TEAM} }} project {{ id name }} assignee {{ {PERSON} }} creator {{ {PERSON} }}"
    f" labels {{ nodes {{ {LABEL} }} }}"
)
COMMENT = f"id body url createdAt updatedAt user {{ {PERSON} }} issue {{ id identifier title }}"
PROJECT = f"id name description content url progress startDate targetDate status {{ id name type }} lead {{ {PERSON} }}"
ATTACHMENT = "id title subtitle url metadata issue { id identifier title }"
HOOK = f"id label url enabled resourceTypes allPublicTeams team {{ {TEAM} }}"


async def ask(
    api: Api, query: str, variables: Mapping[str, Any], *, into: type[T], at: str, repeatable: bool = True
) -> T:
    """Send one query or mutation.

    Args:
        api: The connection.
        query: With its variables declared.
        variables: Their values; what is None is left out.
        into: The model of the result.
        at: Where that stands below `data`.
        repeatable: Whether doing it twice is as good as once.
    """
    body = {"query": query, "variables": variables}
    return await api.post(PATH, body, into=into, at=f"data.{at}", repeatable=repeatable)


async def listed(api: Api, query: str, variables: Mapping[str, Any], *, into: type[T], at: str, limit: int) -> list[T]:
    """The first items of a connection, page by page; the query takes `$first` and `$after`.

    See https://linear.app/developers/pagination
    """
    body = {"query": query, "variables": {**variables, "first": min(limit, PAGE)}}
    return await api.query(
        PATH,
        body,
        into=into,
        limit=limit,
        parameter="variables.after",
        at=f"data.{at}.nodes",
        cursor=f"data.{at}.pageInfo.endCursor",
        more=f"data.{at}.pageInfo.hasNextPage",
    )


def page(fields: str) -> str:
    """A page of a connection, whose items have these fields."""
    return f"{{ nodes {{ {fields} }} pageInfo {{ hasNextPage endCursor }} }}"
