"""What it tells us."""

from tests.contracts.bitbucket.records import CHANGE, COMMENT, ISSUE, MERGED, PULL, STATUS, changed, event

EVENTS = {
    "push": event("repo:push", "Push", push={"changes": [CHANGE]}),
    "pull_request.opened": event("pullrequest:created", "Created.1", pullrequest=PULL),
    "pull_request.synchronize": event("pullrequest:updated", "Updated.2", pullrequest=PULL),
    "pull_request.merged": event("pullrequest:fulfilled", "Merged", pullrequest=MERGED),
    "pull_request.closed": event(
        "pullrequest:rejected", "Declined", pullrequest={**PULL, "state": "DECLINED", "reason": "Old."}
    ),
    "issues.opened": event("issue:created", "Created", issue=ISSUE),
    "issues.edited": changed("new", "open"),
    "issues.closed": changed("open", "resolved"),
    "issues.reopened": changed("closed", "open"),
    "issue_comment.created": event(
        "pullrequest:comment_created", "Comment-created.1", pullrequest=PULL, comment=COMMENT
    ),
    "workflow_run.completed": event("repo:commit_status_updated", "Build-status-updated", commit_status=STATUS),
}
