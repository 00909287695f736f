"""What GitLab's webhooks send.

Pages: https://docs.gitlab.com/user/project/integrations/webhook_events/,
https://docs.gitlab.com/user/project/integrations/webhooks/
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Iterator

from tieline.sandbox.git.repos import HEADS, NOWHERE
from tieline.sandbox.gitlab import shown
from tieline.sandbox.gitlab.memory import ME, GitLab, Project
from tieline.sandbox.happening import Event, Record
from tieline.sandbox.hooks.delivery import Delivery, Manner, Message, Subscription

DOCS = "https://docs.gitlab.com/user/project/integrations/webhook_events/"
#: GitLab waits this long, and does not try again by itself.
TIMEOUT = 10.0
MOST_COMMITS = 20
SIGNING = "whsec_"
#: What each kind is called in the header.
TITLES = {
    "push": "Push Hook", "tag_push": "Tag Push Hook", "merge_requests": "Merge Request Hook", "issues": "Issue Hook",
    "note": "Note Hook", "pipeline": "Pipeline Hook",
}  # fmt: skip


def messages(event: Event, gitlab: GitLab) -> Iterator[Message]:
    """One message for what happened in a project."""
    where = event.parent or event.record
    repo = gitlab.repos.get(where.get("repo", ""))
    make = _MAKERS.get(event.name)
    if repo is not None and make is not None:
        kind, body = make(event, repo)
        whole = {**body, "project": shown.project(None, repo), "project_id": repo.about["id"]}
        yield Message(kind, json.dumps(whole).encode(), str(uuid.uuid4()))


def _push(event: Event, repo: Project) -> tuple[str, Record]:
    before, after, ref = (event.record[name] for name in ("before", "after", "ref"))
    kind = "push" if ref.startswith(HEADS) else "tag_push"
    told: Record = {
        "object_kind": kind, "event_name": kind, "before": before, "after": after, "ref": ref, "user_name": ME["name"],
        "user_username": ME["username"], "checkout_sha": after if after != NOWHERE else None,
    }  # fmt: skip
    if after == NOWHERE:
        return kind, {**told, "commits": [], "total_commits_count": 0}
    # Of a new branch, those that the default branch has not.
    main = repo.branches().get(repo.about["default_branch"], NOWHERE)
    known = before if before != NOWHERE else main if main != after else NOWHERE
    old = set(repo.objects.history(known)) if known != NOWHERE else set()
    new = [sha for sha in reversed(repo.objects.history(after)) if sha not in old]
    commits = [_commit(repo, sha) for sha in new[-MOST_COMMITS:]]
    return kind, {**told, "commits": commits, "total_commits_count": len(new)}


def _commit(repo: Project, sha: str) -> Record:
    one, changes = repo.objects.commits[sha], repo.changes(sha)
    return {
        "id": sha,
        "message": one.message,
        "title": one.message.partition("\n")[0],
        "timestamp": one.at,
        "url": f"{shown.place(None, repo)}/-/commit/{sha}",
        "author": {"name": one.name, "email": one.email},
        "added": [change.path for change in changes if change.status in ("added", "renamed")],
        "modified": [change.path for change in changes if change.status == "modified"],
        "removed": [change.previous or change.path for change in changes if change.status in ("removed", "renamed")],
    }


def _labels(repo: Project, names: list[str]) -> list[Record]:
    return [{"id": repo.labels[name]["id"], "title": name, "color": repo.labels[name]["color"]} for name in names]


def _merge_now(repo: Project, iid: int) -> Record:
    view = shown.merge(None, repo, repo.merges[iid])
    names = ("id", "iid", "title", "description", "state", "draft", "source_branch", "target_branch")
    now = {name: view[name] for name in (*names, "merge_commit_sha", "created_at", "updated_at")}
    return {**now, "url": view["web_url"], "last_commit": _commit(repo, view["sha"])}


def _merge(event: Event, repo: Project) -> tuple[str, Record]:
    now = {**_merge_now(repo, event.record["iid"]), "action": event.record["action"]}
    if "oldrev" in event.record:
        now["oldrev"] = event.record["oldrev"]
    labels = _labels(repo, repo.merges[event.record["iid"]]["labels"])
    told: Record = {"object_kind": "merge_request", "event_type": "merge_request", "user": ME, "changes": {}}
    return "merge_requests", {**told, "object_attributes": now, "labels": labels}


def _issue_now(repo: Project, iid: int) -> Record:
    view = shown.issue(None, repo, repo.issues[iid])
    names = ("id", "iid", "title", "description", "state", "confidential", "created_at", "updated_at")
    return {**{name: view[name] for name in names}, "url": view["web_url"]}


def _issue(event: Event, repo: Project) -> tuple[str, Record]:
    one, said = repo.issues[event.record["iid"]], event.record["changes"]
    changes = {field: {side: _labels(repo, names) for side, names in sides.items()} for field, sides in said.items()}
    now = {**_issue_now(repo, one["iid"]), "action": event.record["action"]}
    told: Record = {"object_kind": "issue", "event_type": "issue", "user": ME, "changes": changes}
    return "issues", {
        **told,
        "object_attributes": now,
        "labels": _labels(repo, one["labels"]),
        "assignees": one["assignees"],
    }


def _note(event: Event, repo: Project) -> tuple[str, Record]:
    assert event.parent is not None  # noqa: S101 - a comment belongs to something
    note, iid = event.record, event.parent["iid"]
    about = (
        {"issue": _issue_now(repo, iid)}
        if event.parent["kind"] == "issues"
        else {"merge_request": _merge_now(repo, iid)}
    )
    now = {**{name: note[name] for name in ("id", "noteable_type", "system", "created_at")}, "note": note["body"]}
    link = next(iter(about.values()))["url"]
    now |= {"action": "create", "url": f"{link}#note_{note['id']}"}
    return "note", {"object_kind": "note", "event_type": "note", "user": ME, "object_attributes": now, **about}


def _pipeline(event: Event, _repo: Project) -> tuple[str, Record]:
    names = ("id", "iid", "ref", "sha", "status", "source", "created_at")
    now = {**{name: event.record[name] for name in names}, "url": event.record["web_url"]}
    return "pipeline", {"object_kind": "pipeline", "object_attributes": now, "user": ME, "builds": []}


_MAKERS = {
    "branch.pushed": _push,
    "merge.changed": _merge,
    "issue.changed": _issue,
    "note.created": _note,
    "pipeline.completed": _pipeline,
}


def new_secret() -> str:
    """A signing token."""
    return SIGNING + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(delivery: Delivery, now: float) -> dict[str, str]:
    """The headers: what happened, the delivery's number, and the signature, or else the secret token as it is."""
    number, secret = delivery.message.number, delivery.subscription.secret
    told = {
        "content-type": "application/json",
        "user-agent": "GitLab/sandbox",
        "x-gitlab-event": TITLES[delivery.message.event],
        "x-gitlab-instance": "http://sandbox",
        "x-gitlab-event-uuid": number,
        "x-gitlab-webhook-uuid": delivery.subscription.id,
        "idempotency-key": number,
        "webhook-id": number,
        "webhook-timestamp": str(int(now)),
    }
    if delivery.subscription.record.get("sandbox_open"):
        return told
    if not secret.startswith(SIGNING):
        return {**told, "x-gitlab-token": secret}
    try:
        key = base64.b64decode(secret.removeprefix(SIGNING), validate=True)
    except (binascii.Error, ValueError):
        return told
    signed = f"{number}.{int(now)}.".encode() + delivery.message.body
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {**told, "webhook-signature": f"v1,{mac}"}


def wants(subscription: Subscription, message: Message) -> bool:
    """Whether a webhook is about an event; one that was made for a project hears only of that."""
    names, repo = subscription.events, subscription.record.get("sandbox_repo")
    heard = message.event in names or not (names or repo)
    return heard and (repo is None or json.loads(message.body)["project"]["path_with_namespace"] == repo)


MANNER = Manner(messages, wants, sign, TIMEOUT, lambda _delivery: None, DOCS, new_secret=new_secret)
