"""Whatever is sent: an answer that the vendor could give, never a crash."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.conftest import F, Z, client
from tieline.sandbox import create_app, logins
from tieline.sandbox.front import Front
from tieline.sandbox.notion.memory import Notebook
from tieline.sandbox.slack import METHODS

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 10**12)
    | st.text(max_size=5)
    | st.sampled_from((3001, Z, F, "open", 61_001)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("id", "body", "type", "text")), inner, max_size=3)
    ),
    max_leaves=6,
)
TICKET = st.dictionaries(
    st.sampled_from(
        (
            "subject",
            "status",
            "priority",
            "type",
            "group_id",
            "assignee_id",
            "requester_id",
            "requester",
            "tags",
            "comment",
            "additional_tags",
            "remove_tags",
            "custom_fields",
            "due_at",
            "external_id",
            "safe_update",
            "updated_stamp",
            "email",
            "description",
            "responder_id",
            "source",
            "cc_emails",
            "attachments",
            "due_by",
            "company_id",
            "phone",
            "name",
            "body",
            "user_id",
            "time_spent",
            "agent_id",
            "organization_id",
            "role",
            "other_emails",
            "ids",
            "properties",
            "reply",
            "title",
            "endpoint",
            "subscriptions",
            "request_format",
            "http_method",
        )
    ),
    VALUES,
    max_size=4,
)
ARGUMENTS = st.dictionaries(
    st.sampled_from(
        (
            "channel",
            "text",
            "blocks",
            "attachments",
            "thread_ts",
            "ts",
            "name",
            "users",
            "user",
            "profile",
            "view",
            "trigger_id",
            "files",
            "channel_id",
            "channels",
            "limit",
            "cursor",
            "types",
            "oldest",
            "latest",
            "email",
            "filename",
            "length",
            "value",
        )
    ),
    VALUES | st.sampled_from(("general", "#random", "U0SBX000003")),
    max_size=5,
)
ZENDESK = (
    ("POST", "/tickets", "ticket"),
    ("PUT", f"/tickets/{Z}", "ticket"),
    ("POST", "/tickets/create_many", "tickets"),
    ("PUT", "/tickets/update_many", "tickets"),
    ("POST", f"/tickets/{Z}/tags", "tags"),
    ("POST", "/users", "user"),
    ("POST", "/users/create_or_update", "user"),
    ("POST", "/webhooks", "webhook"),
)
FRESHDESK = (
    ("POST", "/tickets", ""),
    ("PUT", f"/tickets/{F}", ""),
    ("POST", f"/tickets/{F}/notes", ""),
    ("POST", f"/tickets/{F}/reply", ""),
    ("POST", f"/tickets/{F}/time_entries", ""),
    ("POST", "/tickets/bulk_update", "bulk_action"),
    ("POST", "/contacts", ""),
)
LOGINS: dict[str, Any] = {
    "zendesk": {"auth": (f"{logins('zendesk')['email']}/token", logins("zendesk")["api_token"])},
    "freshdesk": {"auth": (logins("freshdesk")["api_key"], "X")},
    "slack": {"headers": {"authorization": f"Bearer {logins('slack')['user_token']}"}},
    "notion": {"headers": {"authorization": f"Bearer {logins('notion')['token']}", "notion-version": "2025-09-03"}},
}


@pytest.fixture(scope="module")
def world() -> Front:
    return create_app(tickets=10)


def ask(app: Front, system: str, method: str, path: str, **options: Any) -> httpx.Response:
    async def once() -> httpx.Response:
        async with client(app, f"/{system}", **LOGINS[system]) as http:
            answer = await http.request(method, path, **options)
            await asyncio.sleep(0)
            return answer

    return asyncio.run(once())


@settings(max_examples=150, deadline=None)
@given(where=st.sampled_from(ZENDESK), values=TICKET | VALUES)
def test_zendesk(world: Front, where: tuple[str, str, str], values: object) -> None:
    method, path, key = where
    body = [values] if key == "tickets" else values
    assert ask(world, "zendesk", method, f"/api/v2{path}", json={key: body}).status_code < 500


@settings(max_examples=150, deadline=None)
@given(where=st.sampled_from(FRESHDESK), values=TICKET | VALUES)
def test_freshdesk(world: Front, where: tuple[str, str, str], values: object) -> None:
    method, path, key = where
    body = {key: values} if key else values
    assert ask(world, "freshdesk", method, f"/api/v2{path}", json=body).status_code < 500


@settings(max_examples=200, deadline=None)
@given(method=st.sampled_from(sorted(METHODS)), args=ARGUMENTS, as_form=st.booleans())
def test_slack(world: Front, method: str, args: dict[str, Any], *, as_form: bool) -> None:
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in args.items()}
    body: dict[str, Any] = {"data": texts} if as_form else {"json": args}
    answer = ask(world, "slack", "POST", f"/api/{method}", **body)
    assert answer.status_code == 200
    assert answer.json()["ok"] or answer.json()["error"]


@settings(max_examples=100, deadline=None)
@given(
    path=st.sampled_from(
        (
            "zendesk/api/v2/tickets",
            "zendesk/api/v2/search",
            "zendesk/api/v2/search/export",
            "zendesk/api/v2/users/search",
            "freshdesk/api/v2/tickets",
            "freshdesk/api/v2/search/tickets",
            "freshdesk/api/v2/contacts",
        )
    ),
    query=st.dictionaries(
        st.sampled_from(
            (
                "page",
                "per_page",
                "page[size]",
                "page[after]",
                "query",
                "sort",
                "sort_by",
                "filter[type]",
                "include",
                "updated_since",
                "order_by",
                "email",
                "requester_id",
            )
        ),
        st.text(max_size=6)
        | st.sampled_from(
            (
                "ticket",
                '"priority:1"',
                "type:ticket",
                "created>1hour",
                "-1",
                "99999",
                "٣",
            )
        ),
        max_size=3,
    ),
)
def test_queries(world: Front, path: str, query: dict[str, str]) -> None:
    system, _, rest = path.partition("/")
    assert ask(world, system, "GET", f"/{rest}", params=query).status_code < 500


NOTION = (
    ("POST", "/pages", ("parent", "properties", "children")),
    ("PATCH", "/pages/PAGE", ("properties", "in_trash", "icon")),
    ("PATCH", "/blocks/PAGE/children", ("children",)),
    ("PATCH", "/data_sources/SOURCE", ("properties",)),
    ("POST", "/data_sources/SOURCE/query", ("filter", "sorts", "page_size", "start_cursor")),
    ("POST", "/comments", ("parent", "rich_text", "discussion_id")),
    ("POST", "/search", ("query", "filter", "page_size")),
    ("POST", "/file_uploads", ("mode", "filename", "number_of_parts")),
)
NOTION_VALUES = st.recursive(
    VALUES | st.sampled_from(("multi_part", "Summary", "title")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from((
                "type", "paragraph", "rich_text", "text", "content", "page_id", "data_source_id", "property", "and",
                "is_empty", "equals", "contains", "Summary", "Tags", "multi_select", "name", "table", "children",
                "direction", "timestamp", "link", "equation", "annotations", "Due", "date", "start",
            )),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(where=st.sampled_from(NOTION), values=st.lists(NOTION_VALUES, min_size=4, max_size=4))
def test_notion(world: Front, where: tuple[str, str, tuple[str, ...]], values: list[object]) -> None:
    method, path, keys = where
    page, source = list(world.state[Notebook].pages)[1], next(iter(world.state[Notebook].data_sources))
    path = path.replace("PAGE", page).replace("SOURCE", source)
    answer = ask(world, "notion", method, f"/v1{path}", json=dict(zip(keys, values, strict=False)))
    assert answer.status_code < 500
    assert answer.json()["object"]
