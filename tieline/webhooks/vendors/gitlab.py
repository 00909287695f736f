"""GitLab: projects, groups and merge requests."""

from tieline.webhooks.delivery import Delivery, Facts, Webhook, digest
from tieline.webhooks.readers import body, fingerprint, first, header, joined, words
from tieline.webhooks.standard import standard_webhooks
from tieline.webhooks.verifiers import either, shared_secret

# https://docs.gitlab.com/user/project/integrations/webhook_events/
EVENTS = words("""
    access_token build.created build.failed build.running build.success deployment.canceled deployment.failed
    deployment.running deployment.success emoji.award emoji.revoke feature_flag issue.close issue.open issue.reopen
    issue.update merge_request.approval merge_request.approved merge_request.close merge_request.merge
    merge_request.open merge_request.reopen merge_request.unapproval merge_request.unapproved merge_request.update
    milestone.close milestone.create milestone.reopen note.create note.update pipeline.canceled pipeline.created
    pipeline.failed pipeline.manual pipeline.pending pipeline.running pipeline.skipped pipeline.success
    project_create project_destroy push release.create release.delete release.update subgroup_create
    subgroup_destroy tag_push user_access_request_denied_for_group user_access_request_to_group user_add_to_group
    user_remove_from_group user_update_for_group vulnerability wiki_page.create wiki_page.delete wiki_page.update
    work_item.close work_item.open work_item.reopen work_item.update
""")
_WITH_STATUS = {"pipeline": "object_attributes.status", "build": "build_status", "deployment": "status"}


def _event(delivery: Delivery) -> str:
    """`merge_request.open`, `pipeline.failed`, or `push`."""
    kind = body("object_kind")(delivery) or body("event_name")(delivery)
    what = body(_WITH_STATUS.get(kind, "object_attributes.action"))(delivery) or body("action")(delivery)
    return f"{kind}.{what}" if kind and what else kind


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
