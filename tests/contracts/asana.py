"""Asana, as of https://developers.asana.com/reference/rest-api-reference on 2026-11-22."""

import hashlib
import hmac
import tempfile
from pathlib import Path
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

BASE = "https://app.asana.com/api/1.0"
EVENTS = "https://developers.asana.com/reference/events"
HOOK = "secret-hook-789"
HERE = "https://hooks.acme.test/hooks/asana/main"
PLACE = str(Path(tempfile.gettempdir()) / "tieline-contract-asana.png")
STORE = "https://asana-user-private-us-east-1.s3.amazonaws.com/assets/1/lamp.png"
MOMENT = "2026-01-02T03:04:05.000Z"
LATER = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9"

ANN = {"gid": "12", "resource_type": "user", "name": "Ann", "email": "ann@acme.test"}
WORKSPACE = {"gid": "31", "resource_type": "workspace", "name": "Acme"}
SECTION = {"gid": "41", "resource_type": "section", "name": "To do"}
PROJECT: dict[str, Any] = {
    "gid": "51",
    "resource_type": "project",
    "name": "Light",
    "notes": "More of it",
    "archived": False,
    "completed": False,
    "created_at": MOMENT,
    "modified_at": MOMENT,
    "due_on": "2026-02-03",
    "permalink_url": "https://app.asana.com/1/31/project/51",
    "team": {"gid": "61", "resource_type": "team", "name": "Engineering"},
    "workspace": WORKSPACE,
}
TASK: dict[str, Any] = {
    "gid": "71",
    "resource_type": "task",
    "resource_subtype": "default_task",
    "name": "The lamp does not light",
    "notes": "It is dark.",
    "completed": False,
    "completed_at": None,
    "created_at": MOMENT,
    "modified_at": MOMENT,
    "due_on": "2026-02-03",
    "due_at": None,
    "permalink_url": "https://app.asana.com/1/31/project/51/task/71",
    "assignee": {"gid": "12", "name": "Ann", "resource_type": "user"},
    "parent": None,
    "tags": [{"gid": "81", "name": "docs", "resource_type": "tag"}],
    "projects": [{"gid": "51", "name": "Light", "resource_type": "project"}],
    "memberships": [{"project": {"gid": "51", "name": "Light"}, "section": {"gid": "41", "name": "To do"}}],
}
SEEN = {"gid": "71", "due_on": "2026-02-03", "tags": [{"name": "docs"}], "assignee": {"name": "Ann"}}
STORY = {
    "gid": "91",
    "resource_type": "story",
    "resource_subtype": "comment_added",
    "type": "comment",
    "text": "Me too",
    "created_at": MOMENT,
    "created_by": {"gid": "12", "name": "Ann", "resource_type": "user"},
}
FILE = {
    "gid": "95",
    "resource_type": "attachment",
    "resource_subtype": "asana",
    "name": "lamp.png",
    "host": "asana",
    "size": 4,
    "download_url": f"{STORE}?X-Amz-Signature=abc",
    "view_url": None,
    "permanent_url": "https://app.asana.com/app/asana/-/get_asset?asset_id=95",
}
LINK = {
    "gid": "96",
    "resource_type": "attachment",
    "resource_subtype": "external",
    "name": "Pull request 7",
    "host": "external",
    "download_url": None,
    "view_url": "https://github.com/acme/app/pull/7",
}
WEBHOOK: dict[str, Any] = {
    "gid": "43214",
    "resource_type": "webhook",
    "resource": {"gid": "51", "name": "Light", "resource_type": "project"},
    "target": HERE,
    "active": True,
    "filters": [{"resource_type": "task", "action": "added"}],
    "last_failure_content": None,
}

# What is asked for of each kind of thing.
OF_TASK = {
    "opt_fields": "name,resource_subtype,notes,completed,completed_at,created_at,modified_at,due_on,due_at,"
    "permalink_url,assignee.name,parent.name,tags.name,projects.name,memberships.project.name,memberships.section.name"
}
OF_STORY = {"opt_fields": "text,type,resource_subtype,created_at,created_by.name"}
OF_PROJECT = {
    "opt_fields": "name,notes,archived,completed,created_at,modified_at,due_on,permalink_url,team.name,workspace.name"
}
OF_FILE = {"opt_fields": "name,resource_subtype,created_at,download_url,permanent_url,host,size,view_url"}
OF_HOOK = {
    "opt_fields": "active,target,resource.name,filters,filters.resource_subtype,filters.action,last_failure_content"
}


def data(found: Any, after: str | None = None) -> dict[str, Any]:
    """An answer."""
    if not isinstance(found, list):
        return {"data": found}
    following = {"offset": after, "path": f"/x?offset={after}", "uri": f"{BASE}/x?offset={after}"} if after else None
    return {"data": found, "next_page": following}


def sign(raw: bytes, _now: float) -> dict[str, str]:
    """https://developers.asana.com/docs/webhooks-guide#security."""
    return {"X-Hook-Signature": hmac.new(HOOK.encode(), raw, hashlib.sha256).hexdigest()}


def event(name: str) -> Event:
    """A delivery of one event."""
    kind, _, action = name.partition(".")
    told: dict[str, Any] = {
        "user": {"gid": "12", "resource_type": "user"},
        "created_at": MOMENT,
        "action": action,
        "resource": {"gid": "71", "resource_type": kind},
        "parent": {"gid": "51", "resource_type": "project"} if action in {"added", "removed"} else None,
    }
    if action == "changed":
        told["change"] = {"field": "assignee", "action": "changed", "new_value": {"gid": "12", "resource_type": "user"}}
    return Event({"events": [told]}, docs=EVENTS)


DONE = ("added", "changed", "removed", "deleted")
NAMES = (
    *(f"{kind}.{done}" for kind in ("task", "story", "project", "section") for done in DONE),
    "task.undeleted",
    "attachment.added",
    "attachment.deleted",
)

contract = Contract(
    base=BASE,
    checked_with="Asana's OpenAPI description, as of 2026-06-11",
    credentials={"token": "secret-token-123", "webhook_secret": HOOK},
    health=Exchange("GET /users/me", response=data(ANN)),
    sign=sign,
    logins={"token": ({"token": "abc"}, {"authorization": "Bearer abc"})},
    actions={
        "get_task": Case({"task_gid": "71"}, (Exchange("GET /tasks/71", query=OF_TASK, response=data(TASK)),), SEEN),
        "list_tasks": Case(
            {"project": "51", "open_only": True, "modified_since": "2026-01-01T00:00:00Z", "limit": 3},
            (
                Exchange(
                    "GET /tasks",
                    query={
                        "project": "51",
                        "completed_since": "now",
                        "modified_since": "2026-01-01T00:00:00Z",
                        "limit": "3",
                        **OF_TASK,
                    },
                    response=data([TASK, TASK], LATER),
                ),
                Exchange(
                    "GET /tasks",
                    query={
                        "project": "51",
                        "completed_since": "now",
                        "modified_since": "2026-01-01T00:00:00Z",
                        "limit": "3",
                        "offset": LATER,
                        **OF_TASK,
                    },
                    response=data([TASK]),
                ),
            ),
            [SEEN, SEEN, SEEN],
            docs="https://developers.asana.com/reference/gettasks: completed_since may be now.",
        ),
        "list_tasks: of a person": Case(
            {"assignee": "me", "workspace": "31"},
            (
                Exchange(
                    "GET /tasks",
                    query={"assignee": "me", "workspace": "31", "limit": "100", **OF_TASK},
                    response=data([TASK]),
                ),
            ),
            [SEEN],
        ),
        "search_tasks": Case(
            {"workspace": "31", "text": "lamp", "project": "51", "completed": False},
            (
                Exchange(
                    "GET /workspaces/31/tasks/search",
                    query={
                        "text": "lamp",
                        "projects.any": "51",
                        "completed": "false",
                        "sort_by": "modified_at",
                        "limit": "20",
                        **OF_TASK,
                    },
                    response=data([TASK]),
                ),
            ),
            [SEEN],
            docs="https://developers.asana.com/reference/searchtasksforworkspace: the prose has `limit`.",
        ),
        "create_task": Case(
            {"name": "The lamp does not light", "projects": ["51"], "notes": "It is dark.", "due_on": "2026-02-03"},
            (
                Exchange(
                    "POST /tasks",
                    query=OF_TASK,
                    json={
                        "data": {
                            "name": "The lamp does not light",
                            "projects": ["51"],
                            "notes": "It is dark.",
                            "due_on": "2026-02-03",
                        }
                    },
                    response=data(TASK),
                    status=201,
                ),
            ),
            SEEN,
        ),
        "update_task": Case(
            {"task_gid": "71", "completed": True, "custom_fields": {"5678904321": "On Hold"}},
            (
                Exchange(
                    "PUT /tasks/71",
                    query=OF_TASK,
                    json={"data": {"completed": True, "custom_fields": {"5678904321": "On Hold"}}},
                    response=data({**TASK, "completed": True}),
                ),
            ),
            {"completed": True},
        ),
        "delete_task": Case({"task_gid": "71"}, (Exchange("DELETE /tasks/71", response=data({})),)),
        "move_task": Case(
            {"task_gid": "71", "section": "41"},
            (Exchange("POST /sections/41/addTask", json={"data": {"task": "71"}}, response=data({})),),
        ),
        "add_tag": Case(
            {"task_gid": "71", "tag": "81"},
            (Exchange("POST /tasks/71/addTag", json={"data": {"tag": "81"}}, response=data({})),),
        ),
        "remove_tag": Case(
            {"task_gid": "71", "tag": "81"},
            (Exchange("POST /tasks/71/removeTag", json={"data": {"tag": "81"}}, response=data({})),),
        ),
        "list_stories": Case(
            {"task_gid": "71", "limit": 200},
            (Exchange("GET /tasks/71/stories", query={"limit": "100", **OF_STORY}, response=data([STORY])),),
            [{"text": "Me too", "type": "comment", "created_by": {"name": "Ann"}}],
        ),
        "add_comment": Case(
            {"task_gid": "71", "text": "Me too"},
            (
                Exchange(
                    "POST /tasks/71/stories",
                    query=OF_STORY,
                    json={"data": {"text": "Me too"}},
                    response=data(STORY),
                    status=201,
                ),
            ),
            {"text": "Me too"},
        ),
        "list_workspaces": Case(
            {},
            (Exchange("GET /workspaces", query={"limit": "100"}, response=data([WORKSPACE])),),
            [{"gid": "31", "name": "Acme"}],
        ),
        "get_project": Case(
            {"project": "51"},
            (Exchange("GET /projects/51", query=OF_PROJECT, response=data(PROJECT)),),
            {"name": "Light", "team": {"name": "Engineering"}},
        ),
        "list_projects": Case(
            {"workspace": "31"},
            (
                Exchange(
                    "GET /projects",
                    query={"workspace": "31", "archived": "false", "limit": "100", **OF_PROJECT},
                    response=data([PROJECT]),
                ),
            ),
            [{"name": "Light"}],
        ),
        "create_project": Case(
            {"name": "Light", "workspace": "31", "team": "61"},
            (
                Exchange(
                    "POST /projects",
                    query=OF_PROJECT,
                    json={"data": {"name": "Light", "workspace": "31", "team": "61"}},
                    response=data(PROJECT),
                    status=201,
                ),
            ),
            {"gid": "51"},
            docs="https://developers.asana.com/reference/createproject: `team` goes away one day, and an organization "
            "must name one until then.",
        ),
        "update_project": Case(
            {"project": "51", "archived": True},
            (
                Exchange(
                    "PUT /projects/51",
                    query=OF_PROJECT,
                    json={"data": {"archived": True}},
                    response=data({**PROJECT, "archived": True}),
                ),
            ),
            {"archived": True},
        ),
        "list_sections": Case(
            {"project": "51"},
            (Exchange("GET /projects/51/sections", query={"limit": "100"}, response=data([SECTION])),),
            [{"gid": "41", "name": "To do"}],
        ),
        "create_section": Case(
            {"project": "51", "name": "To do"},
            (
                Exchange(
                    "POST /projects/51/sections", json={"data": {"name": "To do"}}, response=data(SECTION), status=201
                ),
            ),
            {"gid": "41"},
        ),
        "list_attachments": Case(
            {"parent": "71"},
            (
                Exchange(
                    "GET /attachments", query={"parent": "71", "limit": "100", **OF_FILE}, response=data([FILE, LINK])
                ),
            ),
            [{"host": "asana", "size": 4}, {"view_url": LINK["view_url"]}],
        ),
        "upload_attachment": Case(
            {"parent": "71", "file": "iVBO", "filename": "lamp.png"},
            (
                Exchange(
                    "POST /attachments",
                    query=OF_FILE,
                    parts={"parent": "71", "file": ("lamp.png", "image/png", b"iVBO")},
                    response=data(FILE),
                ),
            ),
            {"gid": "95"},
        ),
        "add_link": Case(
            {"parent": "71", "url": LINK["view_url"], "name": "Pull request 7"},
            (
                Exchange(
                    "POST /attachments",
                    query=OF_FILE,
                    parts={
                        "parent": "71",
                        "resource_subtype": "external",
                        "url": str(LINK["view_url"]),
                        "name": "Pull request 7",
                    },
                    response=data(LINK),
                ),
            ),
            {"gid": "96"},
        ),
        "download_attachment": Case(
            {"attachment": "95", "file": PLACE},
            (
                Exchange("GET /attachments/95", query=OF_FILE, response=data(FILE)),
                Exchange(
                    f"GET {STORE}", query={"X-Amz-Signature": "abc"}, sends={"authorization": None}, response=b"iVBO"
                ),
            ),
            PLACE,
            docs="https://developers.asana.com/reference/getattachment: download_url is another host's.",
        ),
        "delete_attachment": Case({"attachment": "95"}, (Exchange("DELETE /attachments/95", response=data({})),)),
        "list_webhooks": Case(
            {"workspace": "31"},
            (
                Exchange(
                    "GET /webhooks", query={"workspace": "31", "limit": "100", **OF_HOOK}, response=data([WEBHOOK])
                ),
            ),
            [{"gid": "43214", "target": HERE}],
        ),
        "create_webhook": Case(
            {"resource": "51", "url": HERE, "events": ["task.added"]},
            (
                Exchange(
                    "POST /webhooks",
                    query=OF_HOOK,
                    json={
                        "data": {
                            "resource": "51",
                            "target": HERE,
                            "filters": [{"resource_type": "task", "action": "added"}],
                        }
                    },
                    response={"data": {**WEBHOOK, "active": False}, "X-Hook-Secret": HOOK},
                    status=201,
                ),
            ),
            {"gid": "43214", "resource": {"name": "Light"}},
        ),
        "delete_webhook": Case({"webhook": "43214"}, (Exchange("DELETE /webhooks/43214", response=data({})),)),
    },
    events={name: event(name) for name in NAMES},
)
