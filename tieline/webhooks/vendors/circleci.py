"""CircleCI: workflows and jobs that have ended."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.readers import body, numbered
from tieline.webhooks.verifiers import hmac_sha256

# Payloads: https://circleci.com/docs/reference/outbound-webhooks-reference/
EVENTS = ("workflow-completed", "job-completed")

webhook = Webhook(
    # Versions of the signature stand in a list; v1 is the only one so far.
    verify=hmac_sha256("circleci-signature", prefix="v1=", split=","),
    event=body("type"),
    delivery=numbered(body("id")),
    facts=Facts(
        who="pipeline.vcs.commit.author.name|pipeline.trigger_parameters.gitlab.commit_author_name",
        when="happened_at",
        subject="job.name|workflow.name|project.name",
        link="workflow.url",
    ),
    guide="""\
1. In the project open **Project Settings → Webhooks → Add Webhook**.
2. URL: `{url}`. Secret token: a long random text, the same as in the block. Leave certificate
   validation on.
3. Choose the events. *Test Ping Event* sends one.
""",
    caveat="No time is checked; the event's id is signed, so that a copy counts as a redelivery.",
    docs="https://circleci.com/docs/guides/integration/outbound-webhooks/",
)
