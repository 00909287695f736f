"""Confluence Data Center: pages, blog posts, spaces and comments."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.readers import body, fingerprint, first, words
from tieline.webhooks.verifiers import hmac_sha256

EVENTS = words("""
    attachment_created attachment_removed attachment_updated blog_created blog_removed blog_restored blog_trashed
    blog_updated comment_created comment_removed comment_updated group_created group_removed label_added label_created
    label_deleted label_removed page_children_reordered page_created page_moved page_removed page_restored page_trashed
    page_updated space_created space_logo_updated space_permissions_updated space_removed space_updated user_created
    user_deactivated user_reactivated user_removed
""")

webhook = Webhook(
    verify=hmac_sha256("X-Hub-Signature", prefix="sha256="),
    event=first(body("event"), body("webhookEvent")),
    # The body holds the moment in milliseconds.
    delivery=fingerprint,
    facts=Facts(
        who="userKey|user.displayName|updateTrigger",
        when="timestamp",
        subject="page.title|blog.title|attachment.fileName|space.name|comment.parent.title|label.name",
        link="page.self|blog.self|comment.self|attachment.self|space.self",
    ),
    guide="""\
1. As an admin open **Administration → General Configuration → Webhooks → Create webhook** (Data Center and Server).
2. URL: `{url}`. Secret: a long random text, the same as in the block. Choose the events, make it active.

Confluence Cloud has no webhooks of its own: there an app (Forge) or an automation rule must send them; for a rule use
`custom`.
""",
    caveat="The time is in the body and signed, but not checked: a copy counts as a redelivery and does nothing.",
    docs="https://confluence.atlassian.com/doc/managing-webhooks-1021225606.html",
)
