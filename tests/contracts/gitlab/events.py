"""What it tells us."""

from tests.contracts.gitlab.records import BUG, NEW, OLD, PUSHED, WHO, changed, event, issue, merge

EVENTS = {
    "push": event(
        "Push Hook",
        "push",
        object_kind="push",
        event_name="push",
        ref="refs/heads/main",
        before=OLD,
        after=NEW,
        user_username="root",
        commits=[PUSHED],
        total_commits_count=1,
    ),
    "pull_request.opened": merge("open"),
    "pull_request.synchronize": merge("update", oldrev=OLD),
    "pull_request.closed": merge("close", "closed"),
    "pull_request.merged": merge("merge", "merged"),
    "issues.opened": issue("open"),
    "issues.closed": issue("close"),
    "issues.reopened": issue("reopen"),
    "issues.edited": issue("update", title={"previous": "Bug", "current": "Found a bug"}),
    "issues.labeled": issue("update", labels=changed(BUG, more=True)),
    "issues.unlabeled": issue("update", labels=changed(BUG, more=False)),
    "issues.assigned": issue("update", assignees=changed(WHO, more=True)),
    "issues.unassigned": issue("update", assignees=changed(WHO, more=False)),
    "issue_comment.created": event(
        "Note Hook",
        "comment",
        object_kind="note",
        event_type="note",
        object_attributes={
            "id": 1241,
            "note": "Hello world",
            "noteable_type": "Issue",
            "system": False,
            "action": "create",
            "url": "https://gitlab.com/acme/app/-/issues/23#note_1241",
        },
        issue={"id": 301, "iid": 23, "title": "Found a bug", "state": "opened"},
    ),
    "workflow_run.completed": event(
        "Pipeline Hook",
        "pipeline",
        object_kind="pipeline",
        object_attributes={"id": 31, "ref": "main", "sha": NEW, "status": "success", "source": "push"},
    ),
    "release.published": event(
        "Release Hook", "release", object_kind="release", id=1, action="create", tag="v1.1", name="v1.1"
    ),
}
