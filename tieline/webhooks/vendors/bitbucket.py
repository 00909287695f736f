"""Bitbucket Cloud: repositories and pull requests."""

from collections.abc import Mapping

from tieline.webhooks.delivery import Delivery, Facts, Webhook
from tieline.webhooks.readers import at, header, named, numbered, words
from tieline.webhooks.verifiers import hmac_sha256

#: What other code hosts have, too, is called as it is called there.
_NAMES: Mapping[str, str] = {
    "repo:push": "push",
    "pullrequest:created": "pull_request.opened",
    # New commits, another title: Bitbucket has one word for both.
    "pullrequest:updated": "pull_request.synchronize",
    "pullrequest:fulfilled": "pull_request.merged",
    "pullrequest:rejected": "pull_request.closed",
    "pullrequest:comment_created": "issue_comment.created",
    "issue:created": "issues.opened",
    "issue:comment_created": "issue_comment.created",
}
# The subjects of https://developer.atlassian.com/cloud/bitbucket/rest/api-group-webhooks/; what each sends:
# https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/
EVENTS = words("""
    issue_comment.created issues.closed issues.edited issues.opened issues.reopened project.updated
    pull_request.closed pull_request.merged pull_request.opened pull_request.synchronize pullrequest.approved
    pullrequest.changes_request_created pullrequest.changes_request_removed pullrequest.comment_deleted
    pullrequest.comment_reopened pullrequest.comment_resolved pullrequest.comment_updated pullrequest.unapproved push
    repo.commit_comment_created repo.commit_status_created repo.commit_status_updated repo.created repo.deleted
    repo.fork repo.imported repo.transfer repo.updated workflow_run.completed
""")

_STATUSES = frozenset({"repo:commit_status_created", "repo:commit_status_updated"})
#: Of a build status: https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/
_COMPLETED = frozenset({"SUCCESSFUL", "FAILED", "STOPPED"})
#: Of an issue: https://developer.atlassian.com/cloud/bitbucket/rest/api-group-issue-tracker/
_CLOSED = frozenset({"resolved", "invalid", "duplicate", "wontfix", "closed"})
_KEY, _PLAIN = header("X-Event-Key"), named(header("X-Event-Key"))


def _event(delivery: Delivery) -> str:
    """`pull_request.opened`: the name that other code hosts use, or else Bitbucket's own."""
    key = _KEY(delivery)
    if key == "issue:updated":
        return _of_issue(at(delivery.json, "changes.status.old"), at(delivery.json, "changes.status.new"))
    if key in _STATUSES and at(delivery.json, "commit_status.state") in _COMPLETED:
        return "workflow_run.completed"
    return _NAMES.get(key) or _PLAIN(delivery)


def _of_issue(old: object, new: object) -> str:
    before, after = old in _CLOSED, new in _CLOSED
    if not new or before == after:
        return "issues.edited"
    return "issues.closed" if after else "issues.reopened"


webhook = Webhook(
    # The header has the name that GitHub uses for SHA-1; the method stands before the value.
    verify=hmac_sha256("X-Hub-Signature", prefix="sha256="),
    event=_event,
    named_by="X-Event-Key",
    delivery=numbered(header("X-Request-UUID")),
    facts=Facts(
        who="actor.display_name|actor.nickname",
        when="comment.updated_on|pullrequest.updated_on|issue.updated_on|commit_status.updated_on"
        "|push.changes.0.new.target.date",
        subject="pullrequest.title|issue.title|commit_status.name|push.changes.0.new.name|repository.full_name",
        link="comment.links.html.href|pullrequest.links.html.href|issue.links.html.href|commit_status.url"
        "|push.changes.0.links.html.href|repository.links.html.href",
    ),
    guide="""\
1. In the repository open **Repository settings → Webhooks → Add webhook**.
2. URL: `{url}`. Secret: *Generate secret*, or a long random text; the same into the block.
3. Choose the triggers. *View requests* shows how we answered.
""",
    caveat="The number of the delivery is not signed, nor is a time: a copy passes again under another number.",
    docs="https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/",
)
