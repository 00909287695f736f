"""GitLab: projects, groups and merge requests."""

from typing import Any

from tieline.webhooks.delivery import Delivery, Facts, Webhook, digest
from tieline.webhooks.readers import at, body, fingerprint, first, header, joined, word, words
from tieline.webhooks.standard import standard_webhooks
from tieline.webhooks.verifiers import either, shared_secret

# https://docs.gitlab.com/user/project/integrations/webhook_events/; what GitHub has too goes by GitHub's name.
EVENTS = words("""
    access_token build.created build.failed build.running build.success commit_comment.created commit_comment.edited
    deployment.canceled deployment.failed deployment.running deployment.success emoji.award emoji.revoke feature_flag
    issue_comment.created issue_comment.edited issues.assigned issues.closed issues.edited issues.labeled issues.opened
    issues.reopened issues.unassigned issues.unlabeled milestone.close milestone.create milestone.reopen project_create
    project_destroy pull_request.approval pull_request.approved pull_request.closed pull_request.edited
    pull_request.merged pull_request.opened pull_request.reopened pull_request.synchronize pull_request.unapproval
    pull_request.unapproved push release.deleted release.edited release.published snippet_comment.created
    snippet_comment.edited subgroup_create subgroup_destroy user_access_request_denied_for_group
    user_access_request_to_group user_add_to_group user_remove_from_group user_update_for_group vulnerability
    wiki_page.create wiki_page.delete wiki_page.update workflow_run.completed workflow_run.created workflow_run.manual
    workflow_run.pending workflow_run.running work_item.close work_item.open work_item.reopen work_item.update
""")
_KINDS = {
    "merge_request": "pull_request", "issue": "issues", "pipeline": "workflow_run", "tag_push": "push",
}  # fmt: skip
_NOTES = {"Issue": "issue_comment", "MergeRequest": "issue_comment", "Commit": "commit_comment"}
_DONE = {
    "open": "opened", "close": "closed", "reopen": "reopened", "merge": "merged", "create": "created",
    "update": "edited", "delete": "deleted",
}  # fmt: skip
#: Pipelines that have come to their end, whichever it is: https://docs.gitlab.com/api/pipelines/#list-project-pipelines
_ENDED = {"success", "failed", "canceled", "skipped"}


def _event(delivery: Delivery) -> str:
    """`pull_request.opened`, `workflow_run.completed`, or `push`: GitHub's name, or else GitLab's."""
    kind = body("object_kind")(delivery) or body("event_name")(delivery)
    said = delivery.json
    if kind in {"build", "deployment"}:
        what = body({"build": "build_status", "deployment": "status"}[kind])(delivery)
    elif kind == "pipeline":
        status = body("object_attributes.status")(delivery)
        what = "completed" if status in _ENDED else status
    else:
        what = body("object_attributes.action")(delivery) or body("action")(delivery)
    if kind in {"merge_request", "issue", "note", "release"}:
        what = _more(kind, said) if what == "update" else _DONE.get(what, what)
    if (kind, what) == ("release", "created"):
        what = "published"
    if kind == "note":
        # Those of older instances do not say what was done: they tell of new ones only.
        kind, what = _NOTES.get(body("object_attributes.noteable_type")(delivery), "snippet_comment"), what or "created"
    kind = _KINDS.get(kind, kind)
    return f"{kind}.{what}" if kind and what else kind


def _more(kind: str, said: Any) -> str:
    """What an update was: GitHub tells new commits, labels and people apart from other changes."""
    if kind == "merge_request" and word(at(said, "object_attributes.oldrev")):
        return "synchronize"
    for field, added, removed in (("labels", "labeled", "unlabeled"), ("assignees", "assigned", "unassigned")):
        changed = at(said, f"changes.{field}") if kind == "issue" else None
        before, after = (at(changed, side) for side in ("previous", "current"))
        if isinstance(before, list) and isinstance(after, list):
            return added if any(one not in before for one in after) else removed
    return "edited"


webhook = Webhook(
    # The signing token is new; the secret token is sent as it is.
    verify=either(standard_webhooks(), shared_secret("X-Gitlab-Token")),
    event=_event,
    # Old ones send neither of the first two. Their X-Gitlab-Event-UUID is shared by all that one webhook brings about.
    delivery=first(
        header("webhook-id"), header("Idempotency-Key"), joined(header("X-Gitlab-Event-UUID"), fingerprint), digest
    ),
    facts=Facts(
        who="user.name|user_name|user_username|commit.author_name",
        when="object_attributes.updated_at|object_attributes.created_at|build_finished_at|build_started_at"
        "|status_changed_at|released_at|commits.0.timestamp|created_at",
        subject="object_attributes.title|merge_request.title|issue.title|build_name|object_attributes.name|name|group_name"
        "|commit_title|ref|project.path_with_namespace",
        link="object_attributes.url|object_attributes.awarded_on_url|url|deployable_url|commits.0.url|project.web_url"
        "|repository.homepage",
    ),
    guide="""\
1. In the project (or group) open **Settings → Webhooks → Add new webhook**.
2. URL: `{url}`. Choose the events, leave SSL verification on.
3. If GitLab offers a **signing token**, make one and put it (`whsec_…`) into the block; otherwise set a **secret
   token**, a long random text, the same as in the block.
""",
    caveat="With the secret token the secret itself is sent, and neither body nor time is signed: use a signing token "
    "where GitLab offers one (it is new, and not yet on every instance).",
    docs="https://docs.gitlab.com/user/project/integrations/webhooks/",
)
