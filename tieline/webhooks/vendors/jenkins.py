"""Jenkins: builds, as the Notification plugin tells them."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.readers import body, joined, named, numbered, words
from tieline.webhooks.verifiers import InQuery, either, shared_secret

EVENTS = words("build.queued build.started build.completed build.finalized")

webhook = Webhook(
    verify=either(shared_secret("X-Tieline-Secret"), InQuery("token")),
    event=named(lambda delivery: f"build.{phase}" if (phase := body("build.phase")(delivery)) else ""),
    delivery=numbered(
        joined(body("url"), body("build.number"), body("build.phase"), body("build.timestamp")),
        joined(body("url"), body("build.number"), body("build.phase")),
    ),
    facts=Facts(who="build.scm.culprits.0", when="build.timestamp", subject="name", link="build.full_url"),
    guide="""\
Jenkins signs nothing. With the **Notification** plugin:

1. Choose a long random text, and put it into the block.
2. Save the address `{url}?token=TEXT` as a credential (*secret text*).
3. In the job's configuration open **Job Notifications → Notification Endpoints**: format JSON, protocol HTTP, event
   *All Events*, URL source *Credentials Store*, and that credential.

From a pipeline, send the header `X-Tieline-Secret` instead: addresses end up in logs.
""",
    caveat="A delivery has no signature: whoever learns the token can send anything. Let only Jenkins in "
    "(`webhook.allow_from`).",
    docs="https://plugins.jenkins.io/notification/",
)
