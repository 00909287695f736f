"""Merge requests, issues and what is said on them."""

from tests.contracts import Case, Exchange
from tests.contracts.gitlab.records import AT, ISSUE, ISSUE_SEEN, MERGE, MERGE_SEEN, NEW, NOTE, OLD, PAGES, WHERE

ACTIONS = {
    "get_merge_request": Case(
        {**WHERE, "iid": 7}, (Exchange(f"GET {AT}/merge_requests/7", response=MERGE),), MERGE_SEEN
    ),
    "find_merge_request": Case(
        {**WHERE, "source_branch": "docs", "target_branch": "main"},
        (
            Exchange(
                f"GET {AT}/merge_requests",
                query={"state": "opened", "source_branch": "docs", "target_branch": "main", "per_page": "100"},
                response=[MERGE],
            ),
        ),
        MERGE_SEEN,
    ),
    "list_merge_requests": Case(
        {**WHERE, "state": "all"},
        (Exchange(f"GET {AT}/merge_requests", query={"state": "all", **PAGES}, response=[MERGE]),),
        [MERGE_SEEN],
    ),
    "create_merge_request": Case(
        {
            **WHERE,
            "title": "Docs",
            "source_branch": "docs",
            "target_branch": "main",
            "description": "All of them.",
            "labels": ["docs", "api"],
        },
        (
            Exchange(
                f"POST {AT}/merge_requests",
                json={
                    "title": "Docs",
                    "source_branch": "docs",
                    "target_branch": "main",
                    "description": "All of them.",
                    "labels": "docs,api",
                },
                response=MERGE,
                status=201,
            ),
        ),
        MERGE_SEEN,
    ),
    "update_merge_request": Case(
        {**WHERE, "iid": 7, "description": "All.", "state_event": "close"},
        (
            Exchange(
                f"PUT {AT}/merge_requests/7",
                json={"description": "All.", "state_event": "close"},
                response={**MERGE, "state": "closed"},
            ),
        ),
        {"state": "closed"},
    ),
    "merge_merge_request": Case(
        {**WHERE, "iid": 7, "sha": NEW, "squash": True},
        (
            Exchange(
                f"PUT {AT}/merge_requests/7/merge",
                json={"sha": NEW, "squash": True, "should_remove_source_branch": False},
                response={**MERGE, "state": "merged", "merge_commit_sha": OLD},
            ),
        ),
        {"state": "merged", "merge_commit_sha": OLD},
    ),
    "get_issue": Case({**WHERE, "iid": 23}, (Exchange(f"GET {AT}/issues/23", response=ISSUE),), ISSUE_SEEN),
    "list_issues": Case(
        {**WHERE, "labels": ["bug", "docs"], "updated_after": "2026-01-02T00:00:00Z", "limit": 2},
        (
            Exchange(
                f"GET {AT}/issues",
                query={
                    "state": "opened",
                    "labels": "bug,docs",
                    "updated_after": "2026-01-02T00:00:00Z",
                    "per_page": "2",
                },
                response=[ISSUE],
            ),
        ),
        [ISSUE_SEEN],
    ),
    "create_issue": Case(
        {**WHERE, "title": "Found a bug", "labels": ["bug"], "assignee_ids": [1]},
        (
            Exchange(
                f"POST {AT}/issues",
                json={"title": "Found a bug", "labels": "bug", "assignee_ids": [1]},
                response=ISSUE,
                status=201,
            ),
        ),
        ISSUE_SEEN,
    ),
    "update_issue": Case(
        {**WHERE, "iid": 23, "state_event": "close"},
        (Exchange(f"PUT {AT}/issues/23", json={"state_event": "close"}, response={**ISSUE, "state": "closed"}),),
        {"state": "closed"},
    ),
    "add_labels": Case(
        {**WHERE, "kind": "merge_requests", "iid": 7, "labels": ["api", "docs"]},
        (
            Exchange(
                f"PUT {AT}/merge_requests/7",
                json={"add_labels": "api,docs"},
                response={**MERGE, "labels": ["api", "docs"]},
            ),
        ),
        ["api", "docs"],
        docs="https://docs.gitlab.com/api/merge_requests/#update-mr has add_labels.",
    ),
    "list_labels": Case(
        WHERE,
        (Exchange(f"GET {AT}/labels", query=PAGES, response=[{"id": 1, "name": "bug", "color": "#d9534f"}]),),
        [{"name": "bug"}],
    ),
    "add_comment": Case(
        {**WHERE, "kind": "issues", "iid": 23, "body": "Me too"},
        (Exchange(f"POST {AT}/issues/23/notes", json={"body": "Me too"}, response=NOTE, status=201),),
        {"id": 302, "author": "root"},
    ),
    "update_comment": Case(
        {**WHERE, "kind": "merge_requests", "iid": 7, "comment_id": 302, "body": "Me too"},
        (Exchange(f"PUT {AT}/merge_requests/7/notes/302", json={"body": "Me too"}, response=NOTE),),
        {"id": 302, "body": "Me too"},
    ),
    "list_comments": Case(
        {**WHERE, "kind": "issues", "iid": 23, "limit": 2},
        (
            Exchange(
                f"GET {AT}/issues/23/notes",
                query={"sort": "asc", "order_by": "created_at", **PAGES},
                response=[{**NOTE, "system": True, "body": "changed the title"}, NOTE],
            ),
        ),
        [{"body": "Me too"}],
    ),
}
