"""GitHub: repositories, organizations and apps."""

from tieline.webhooks.delivery import Delivery, Facts, Webhook
from tieline.webhooks.readers import at, body, header, numbered, words
from tieline.webhooks.verifiers import hmac_sha256

#: Those that most people want, of https://docs.github.com/en/webhooks/webhook-events-and-payloads; every other one is
#: read the same way.
EVENTS = words("""
    check_run.completed check_run.created check_suite.completed code_scanning_alert.created commit_comment.created
    create delete dependabot_alert.created dependabot_alert.fixed deployment.created deployment_status.created
    discussion.answered discussion.created discussion_comment.created fork gollum installation.created
    installation.deleted issue_comment.created issue_comment.deleted issue_comment.edited issues.assigned issues.closed
    issues.deleted issues.edited issues.labeled issues.opened issues.reopened issues.unlabeled label.created
    member.added merge_group.checks_requested milestone.closed milestone.created package.published page_build ping
    projects_v2_item.created projects_v2_item.edited public pull_request.assigned pull_request.closed
    pull_request.converted_to_draft pull_request.edited pull_request.labeled pull_request.merged pull_request.opened
    pull_request.ready_for_review pull_request.reopened pull_request.review_requested pull_request.synchronize
    pull_request_review.dismissed pull_request_review.submitted pull_request_review_comment.created push
    release.created release.edited release.prereleased release.published release.released repository.archived
    repository.created repository.deleted repository.renamed repository_dispatch secret_scanning_alert.created
    security_advisory.published star.created status watch.started workflow_dispatch workflow_job.completed
    workflow_job.queued workflow_run.completed workflow_run.requested
""")

_EVENT, _ACTION = header("X-GitHub-Event"), body("action")


def _event(delivery: Delivery) -> str:
    """`issues.opened`: the header's word, and what was done. What is dispatched has an action of its author's.

    A pull request that was closed because it was merged is `pull_request.merged`, a word that GitHub leaves to a field.
    """
    name, action = _EVENT(delivery), _ACTION(delivery)
    if (name, action) == ("pull_request", "closed") and at(delivery.json, "pull_request.merged") is True:
        return "pull_request.merged"
    return f"{name}.{action}" if action and name != "repository_dispatch" else name


webhook = Webhook(
    # Never X-Hub-Signature: that is SHA-1.
    verify=hmac_sha256("X-Hub-Signature-256", prefix="sha256="),
    event=_event,
    named_by="X-GitHub-Event",
    delivery=numbered(header("X-GitHub-Delivery")),
    media_types=("application/json", "application/x-www-form-urlencoded"),
    facts=Facts(
        who="sender.login|pusher.name",
        when="head_commit.timestamp|review.submitted_at|comment.updated_at|workflow_run.updated_at|check_run.completed_at"
        "|release.published_at|pull_request.updated_at|issue.updated_at|alert.updated_at|projects_v2_item.updated_at"
        "|security_advisory.updated_at|repository.pushed_at|installation.updated_at",
        subject="pull_request.title|issue.title|release.name|release.tag_name|workflow_run.display_title"
        "|discussion.title|check_run.name|alert.rule.description|alert.security_advisory.summary|security_advisory.summary"
        "|milestone.title|head_commit.message|ref|repository.full_name|installation.account.login",
        link="review.html_url|comment.html_url|pull_request.html_url|issue.html_url|release.html_url"
        "|workflow_run.html_url|discussion.html_url|check_run.html_url|alert.html_url|milestone.html_url|head_commit.url"
        "|compare|repository.html_url|security_advisory.references.0.url|installation.html_url",
    ),
    guide="""\
1. Open the repository's (or the organization's) **Settings → Webhooks → Add webhook**.
2. Payload URL: `{url}`. Content type: `application/json`. Leave SSL verification on.
3. Secret: a long random text, the same as in the block.
4. Choose the events. GitHub sends `ping` at once; **Recent Deliveries** shows how we answered.
""",
    caveat="The number of the delivery is not signed, nor is a time: a copy passes again under another number.",
    docs="https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries",
)
