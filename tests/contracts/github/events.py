"""What it tells us."""

from tests.contracts.github.records import COMMENT, ISSUE, ISSUE_EVENTS, NEW, OLD, PULL, PUSHED, RUN, event

EVENTS = {
    "push": event(
        "push",
        ref="refs/heads/main",
        before=OLD,
        after=NEW,
        created=False,
        deleted=False,
        forced=True,
        commits=[PUSHED],
        head_commit=PUSHED,
    ),
    "pull_request.opened": event("pull_request", action="opened", number=7, pull_request=PULL),
    "pull_request.synchronize": event(
        "pull_request", action="synchronize", number=7, pull_request=PULL, before=OLD, after=NEW
    ),
    "pull_request.closed": event("pull_request", action="closed", number=7, pull_request={**PULL, "state": "closed"}),
    "pull_request.merged": event(
        "pull_request", action="closed", number=7, pull_request={**PULL, "state": "closed", "merged": True}
    ),
    **{f"issues.{one}": event("issues", action=one, issue=ISSUE) for one in ISSUE_EVENTS},
    "issue_comment.created": event("issue_comment", action="created", issue=ISSUE, comment=COMMENT),
    "workflow_run.completed": event("workflow_run", action="completed", workflow_run=RUN),
    "release.published": event("release", action="published", release={"id": 1, "tag_name": "v1.0.0", "name": "One"}),
    "ping": event("ping", zen="Design for failure.", hook_id=30),
}
