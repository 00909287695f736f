"""Bitbucket Cloud: repositories and pull requests."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.readers import header, named, numbered, words
from tieline.webhooks.verifiers import hmac_sha256

# The subjects of https://developer.atlassian.com/cloud/bitbucket/rest/api-group-webhooks/; what each sends:
# https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/
EVENTS = words("""
    issue.comment_created issue.created issue.updated project.updated pullrequest.approved
    pullrequest.changes_request_created pullrequest.changes_request_removed pullrequest.comment_created
    pullrequest.comment_deleted pullrequest.comment_reopened pullrequest.comment_resolved
    pullrequest.comment_updated pullrequest.created pullrequest.fulfilled pullrequest.rejected
    pullrequest.unapproved pullrequest.updated repo.commit_comment_created repo.commit_status_created
    repo.commit_status_updated repo.created repo.deleted repo.fork repo.imported repo.push repo.transfer
    repo.updated
""")

webhook = Webhook(
    # The header has the name that GitHub uses for SHA-1; the method stands before the value.
    verify=hmac_sha256("X-Hub-Signature", prefix="sha256="),
    event=named(header("X-Event-Key")),
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
