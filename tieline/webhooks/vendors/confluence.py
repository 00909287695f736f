"""Confluence Data Center: pages, blog posts, spaces and comments."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.readers import body, fingerprint, words
from tieline.webhooks.verifiers import hmac_sha256

EVENTS = words("""
    attachment_created attachment_removed attachment_restored attachment_trashed attachment_updated blog_created
    blog_removed blog_restored blog_trashed blog_updated blueprint_page_created comment_created comment_removed
    comment_updated content_created content_permissions_updated content_restored content_trashed content_updated
    group_created group_removed label_added label_created label_deleted label_removed page_children_reordered
    page_created page_moved page_removed page_restored page_trashed page_updated space_created space_logo_updated
    space_permissions_updated space_removed space_updated theme_enabled user_created user_deactivated user_followed
    user_reactivated user_removed
""")

webhook = Webhook(
    verify=hmac_sha256("X-Hub-Signature", prefix="sha256="),
    event=body("event"),
    # The body holds the moment in milliseconds.
    delivery=fingerprint,
    facts=Facts(
        who="userProfile.fullName|userKey",
        when="timestamp",
        subject="page.title|blog.title|content.title|attachments.0.fileName|space.title|label.name|group",
        link="page.self|blog.self|content.self|comment.self|attachments.0.self|space.self",
    ),
    guide="""\
1. As an admin open **Administration → General Configuration → Webhooks → Create webhook** (Data Center).
2. URL: `{url}`. Secret: a long random text (at most 255 characters), the same as in the block.
3. Choose the events, tick **Active**, and **Create**.

Confluence Cloud has no webhooks of its own: there an app (Forge) or an automation rule must send them; for a rule use
`custom`.
""",
    caveat="The time is in the body and signed, but not checked: a copy counts as a redelivery and does nothing. "
    "Newer Confluence sends the ids of things without titles and addresses: fetch them.",
    docs="https://confluence.atlassian.com/doc/managing-webhooks-1021225606.html",
)
