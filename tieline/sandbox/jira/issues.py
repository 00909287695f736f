"""Issues: fetch, create, change, and move from status to status.

Page: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.happening import Change, Record
from tieline.sandbox.jira.memory import Site
from tieline.sandbox.jira.talk import add_comment
from tieline.sandbox.jira.wire import Refused, api_url, is_document, issue_at, object_body, site_of

TYPES = ("Task", "Bug", "Story", "Sub-task")
PRIORITIES = ("Highest", "High", "Medium", "Low", "Lowest")
STATUSES = {"To Do": "10000", "In Progress": "10001", "Done": "10002"}
#: The steps from each status: number, name, and where they lead.
STEPS = {
    "To Do": (("11", "Start work", "In Progress"), ("21", "Close issue", "Done")),
    "In Progress": (("31", "Stop work", "To Do"), ("21", "Close issue", "Done")),
    "Done": (("41", "Reopen issue", "To Do"),),
}
SETTABLE = {"summary", "description", "priority", "labels", "assignee", "parent", "duedate"}
DEFAULT = "*all"
_DOCUMENT = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"


def status(name: str) -> Record:
    """A status in wire form."""
    return {"id": STATUSES[name], "name": name}


def shown(request: Request, issue: Record, fields: str) -> Record:
    """An issue with the fields that were asked for."""
    wanted = {name.strip() for name in fields.split(",")}
    every = bool(wanted & {"*all", "*navigable"})
    kept = {name: value for name, value in issue["fields"].items() if every or name in wanted}
    return {"id": issue["id"], "key": issue["key"], "self": api_url(request, f"issue/{issue['id']}"), "fields": kept}


async def get_issue(request: Request) -> Response:
    """GET /issue/{issue}."""
    issue = issue_at(request)
    answer = shown(request, issue, request.query_params.get("fields", DEFAULT))
    if wanted := request.query_params.get("properties"):
        held = site_of(request).properties[issue["key"]]
        names = set(wanted.split(","))
        answer["properties"] = {name: value for name, value in held.items() if "*all" in names or name in names}
    return JSONResponse(answer)


async def create_issue(request: Request) -> Response:
    """POST /issue. Errors: 400 with what is wrong with each field."""
    site, values = site_of(request), _fields(await object_body(request))
    project, kind = values.pop("project", None), values.pop("issuetype", None)
    wrong = _wrong(site, values)
    key = project.get("key") if isinstance(project, dict) else None
    if not isinstance(key, str) or key not in site.projects:
        wrong["project"] = "Specify a valid project ID or key"
    if not isinstance(kind, dict) or kind.get("name") not in TYPES:
        wrong["issuetype"] = "Specify a valid issue type"
    if not values.get("summary"):
        wrong["summary"] = "You must specify a summary of the issue."
    if wrong:
        raise Refused(400, **wrong)
    assert isinstance(kind, dict)  # noqa: S101 - checked above
    issue = add_issue(site, str(key), kind["name"], values)
    site.tell("issue.created", issue)
    answer = {"id": issue["id"], "key": issue["key"], "self": api_url(request, f"issue/{issue['id']}")}
    return JSONResponse(answer, 201)


def add_issue(site: Site, project: str, kind: str, values: Record) -> Record:
    """Open an issue."""
    now = site.now()
    fields: Record = {
        "description": None, "assignee": None, "labels": [], "priority": {"name": "Medium"}, "status": status("To Do"),
        "issuetype": {"name": kind}, "project": site.projects[project], "reporter": site.people[site.me],
        "created": now, "updated": now, "attachment": [],
    }  # fmt: skip
    issue = {"id": site.next_id(), "key": site.next_key(project), "fields": {**fields, **_full(site, values)}}
    site.keep(issue)
    return issue


async def update_issue(request: Request) -> Response:
    """PUT /issue/{issue}: 204, or the issue with `returnIssue`. Errors: 400."""
    site, issue, body = site_of(request), issue_at(request), await object_body(request)
    values, update = _fields(body), body.get("update") or {}
    if not isinstance(update, dict) or update.keys() - {"labels"}:
        raise Refused(400, "The sandbox takes no other update than that of labels.")
    if update:
        if "labels" in values:
            raise Refused(400, labels="Field 'labels' cannot appear in both 'fields' and 'update'")
        values["labels"] = _labels(issue["fields"]["labels"], update["labels"])
    if wrong := _wrong(site, values):
        raise Refused(400, **wrong)
    change(site, issue, _full(site, values))
    if request.query_params.get("returnIssue") == "true":
        return JSONResponse(shown(request, issue, DEFAULT))
    return Response(status_code=204)


def change(site: Site, issue: Record, values: Record) -> None:
    """Set fields of an issue, and tell who listens what really changed."""
    fields = issue["fields"]
    changes = [
        Change(name, fields.get(name), value, site.clock(), "")
        for name, value in values.items()
        if fields.get(name) != value
    ]
    if changes:
        fields.update(values, updated=site.now())
        site.tell("issue.updated", issue, tuple(changes))


async def delete_issue(request: Request) -> Response:
    """DELETE /issue/{issue}: 204; nobody can take it back."""
    site, key = site_of(request), issue_at(request)["key"]
    for kept in (site.issues, site.comments, site.properties):
        kept.pop(key, None)
    return Response(status_code=204)


async def list_transitions(request: Request) -> Response:
    """GET /issue/{issue}/transitions: the steps from where it stands."""
    here = issue_at(request)["fields"]["status"]["name"]
    steps = [{"id": number, "name": name, "to": status(to)} for number, name, to in STEPS[here]]
    return JSONResponse({"expand": "transitions", "transitions": steps})


async def do_transition(request: Request) -> Response:
    """POST /issue/{issue}/transitions. Errors: 400 for a step that cannot be taken from here."""
    site, issue, body = site_of(request), issue_at(request), await object_body(request)
    step = body.get("transition")
    number = step.get("id") if isinstance(step, dict) else None
    to = {one: to for one, _, to in STEPS[issue["fields"]["status"]["name"]]}.get(str(number))
    if to is None:
        raise Refused(
            400, f"It seems that you have tried to perform a workflow operation ({number}) that is not valid."
        )
    values = _fields(body)
    said = _said(body)
    if wrong := _wrong(site, {name: value for name, value in values.items() if name != "resolution"}):
        raise Refused(400, **wrong)
    change(site, issue, {**values, "status": status(to)})
    if said is not None:
        site.tell("comment.created", add_comment(site, issue, said), parent=issue)
    return Response(status_code=204)


def _said(body: Record) -> Any:
    """The comment in `update`, if there is one. Errors: 400."""
    update = body.get("update") or {}
    comments = update.get("comment") if isinstance(update, dict) else None
    if not comments:
        return None
    first = comments[0] if isinstance(comments, list) else None
    add = first.get("add") if isinstance(first, dict) else None
    said = add.get("body") if isinstance(add, dict) else None
    if not is_document(said):
        raise Refused(400, comment=_DOCUMENT)
    return said


def _fields(body: Record) -> Record:
    fields = body.get("fields") or {}
    if not isinstance(fields, dict):
        raise Refused(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return dict(fields)


def _labels(labels: list[str], operations: Any) -> Any:
    """Labels after `[{"add": "x"}, {"remove": "y"}]`. Errors: 400."""
    if not isinstance(operations, list) or not all(isinstance(one, dict) and len(one) == 1 for one in operations):
        raise Refused(400, labels="data was not an array")
    made: list[Any] = list(labels)
    for operation in operations:
        ((verb, label),) = operation.items()
        if verb not in {"add", "remove"}:
            raise Refused(400, labels=f"Unrecognized operation '{verb}'")
        made = [one for one in made if one != label] + ([label] if verb == "add" else [])
    return made


def _wrong(site: Site, values: Record) -> dict[str, str]:
    """What is wrong with each field."""
    wrong = {
        name: f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
        for name in values.keys() - SETTABLE
        if not name.startswith("customfield_")
    }
    labels, person, level = values.get("labels"), values.get("assignee"), values.get("priority")
    summary = values.get("summary", "x")
    if not isinstance(summary, str) or not summary or "\n" in summary:
        wrong["summary"] = "The summary is invalid because it contains newline characters or is empty."
    if values.get("description") is not None and not is_document(values["description"]):
        wrong["description"] = _DOCUMENT
    if labels is not None and not (isinstance(labels, list) and all(map(_is_label, labels))):
        wrong["labels"] = "The label contains spaces which is invalid."
    if person is not None and not (isinstance(person, dict) and str(person.get("accountId")) in site.people):
        wrong["assignee"] = "Specify a valid value for assignee"
    if level is not None and not (isinstance(level, dict) and level.get("name") in PRIORITIES):
        wrong["priority"] = "Specify a valid 'id' or 'name' for priority"
    return wrong


def _is_label(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and not any(sign.isspace() for sign in value)


def _full(site: Site, values: Record) -> Record:
    """People with their names, as answers show them."""
    person = values.get("assignee")
    return {**values, "assignee": site.people[person["accountId"]]} if person else values


ROUTES = [
    Route("/issue", create_issue, methods=["POST"]),
    Route("/issue/{issue}", get_issue, methods=["GET"]),
    Route("/issue/{issue}", update_issue, methods=["PUT"]),
    Route("/issue/{issue}", delete_issue, methods=["DELETE"]),
    Route("/issue/{issue}/transitions", list_transitions, methods=["GET"]),
    Route("/issue/{issue}/transitions", do_transition, methods=["POST"]),
]
