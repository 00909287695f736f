"""What GitHub's webhooks send.

Pages: https://docs.github.com/webhooks/webhook-events-and-payloads,
https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator

from tieline.sandbox.git.repos import HEADS, NOWHERE
from tieline.sandbox.github import shown
from tieline.sandbox.github.memory import ME, GitHub, Repo
from tieline.sandbox.happening import Event, Record
from tieline.sandbox.hooks.delivery import Delivery, Manner, Message, Subscription

DOCS = "https://docs.github.com/webhooks/webhook-events-and-payloads"
#: GitHub waits this long, and does not try again by itself.
TIMEOUT = 10.0
MOST_COMMITS = 2048


def messages(event: Event, github: GitHub) -> Iterator[Message]:
    """One message for what happened in a repository."""
    where = event.parent or event.record
    repo = github.repos.get(where.get("repo", ""))
    make = _MAKERS.get(event.name)
    if repo is not None and make is not None:
        kind, body = make(event, repo)
        yield _message(kind, repo, body)


def first_message(repo: Repo, hook: Record) -> Message:
    """What an address is told when it is subscribed."""
    return _message("ping", repo, {"zen": "Keep it logically awesome.", "hook_id": hook["id"], "hook": hook})


def _message(kind: str, repo: Repo, body: Record) -> Message:
    whole = {**body, "repository": shown.repository(None, repo), "sender": ME}
    return Message(kind, json.dumps(whole).encode(), str(uuid.uuid4()))


def _push(event: Event, repo: Repo) -> tuple[str, Record]:
    before, after, ref = (event.record[name] for name in ("before", "after", "ref"))
    told = {
        **event.record,
        "created": before == NOWHERE,
        "deleted": after == NOWHERE,
        "compare": shown.place(None, repo),
    }
    told.pop("repo")
    if after == NOWHERE:
        return "push", {**told, "commits": [], "head_commit": None}
    # Of a new branch, those that the default branch has not.
    main = repo.refs.get(HEADS + repo.about["default_branch"], NOWHERE)
    known = before if before != NOWHERE else main if ref != HEADS + repo.about["default_branch"] else NOWHERE
    old = set(repo.objects.history(known)) if known != NOWHERE else set()
    new = [sha for sha in reversed(repo.objects.history(after)) if sha not in old][-MOST_COMMITS:]
    commits = [_commit(repo, sha) for sha in new]
    return "push", {**told, "commits": commits, "head_commit": _commit(repo, after)}


def _commit(repo: Repo, sha: str) -> Record:
    one = repo.objects.commits[sha]
    changes = repo.changes(sha)
    removed = [change.previous or change.path for change in changes if change.status in ("removed", "renamed")]
    return {
        "id": sha,
        "tree_id": one.tree,
        "message": one.message,
        "timestamp": one.at,
        "url": f"{shown.place(None, repo)}#{sha[:7]}",
        "author": {"name": one.name, "email": one.email},
        "added": [change.path for change in changes if change.status in ("added", "renamed")],
        "removed": removed,
        "modified": [change.path for change in changes if change.status == "modified"],
    }


def _pull(event: Event, repo: Repo) -> tuple[str, Record]:
    told = {name: value for name, value in event.record.items() if name != "repo"}
    return "pull_request", {**told, "pull_request": shown.pull(None, repo, repo.issues[told["number"]])}


def _issue(event: Event, repo: Repo) -> tuple[str, Record]:
    one = shown.issue(None, repo, repo.issues[event.record["number"]])
    return "issues", {"action": event.record["action"], "issue": one}


def _comment(event: Event, repo: Repo) -> tuple[str, Record]:
    assert event.parent is not None  # noqa: S101 - a comment belongs to something
    one = shown.issue(None, repo, repo.issues[event.parent["number"]])
    return "issue_comment", {"action": "created", "issue": one, "comment": event.record}


def _workflow(event: Event, _repo: Repo) -> tuple[str, Record]:
    return "workflow_run", {"action": "completed", "workflow_run": event.record}


_MAKERS = {
    "branch.pushed": _push,
    "pull.changed": _pull,
    "issue.changed": _issue,
    "comment.created": _comment,
    "workflow.completed": _workflow,
}


def sign(delivery: Delivery, _now: float) -> dict[str, str]:
    """The headers: what happened, the delivery's number, and HMACs of the body, as SHA-1 for old receivers too."""
    secret, body = delivery.subscription.secret.encode(), delivery.message.body
    return {
        "content-type": "application/json",
        "user-agent": "GitHub-Hookshot/sandbox",
        "x-github-event": delivery.message.event,
        "x-github-delivery": delivery.message.number,
        "x-hub-signature": f"sha1={hmac.new(secret, body, hashlib.sha1).hexdigest()}",
        "x-hub-signature-256": f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}",
    }


def wants(subscription: Subscription, message: Message) -> bool:
    """Whether a webhook is about an event; one that was made for a repository hears only of that."""
    names, repo = subscription.events, subscription.record.get("sandbox_repo")
    heard = not names or "*" in names or message.event in names
    return heard and (repo is None or json.loads(message.body)["repository"]["full_name"] == repo)


MANNER = Manner(messages, wants, sign, TIMEOUT, lambda _delivery: None, DOCS)
