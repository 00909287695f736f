"""Pull requests, issues and what is said on them."""

from tests.contracts import Case, Exchange
from tests.contracts.github.records import AT, BASE, COMMENT, ISSUE, ISSUE_SEEN, NEW, OLD, PULL, PULL_SEEN, WHERE

ACTIONS = {
    "get_pull_request": Case({**WHERE, "number": 7}, (Exchange(f"GET {AT}/pulls/7", response=PULL),), PULL_SEEN),
    "find_pull_request": Case(
        {**WHERE, "head": "docs", "base": "main"},
        (
            Exchange(
                f"GET {AT}/pulls",
                query={"state": "open", "head": "octocat:docs", "base": "main", "per_page": "1"},
                response=[PULL],
            ),
        ),
        PULL_SEEN,
    ),
    "list_pull_requests": Case(
        {**WHERE, "state": "all"},
        (Exchange(f"GET {AT}/pulls", query={"state": "all", "per_page": "100"}, response=[PULL]),),
        [PULL_SEEN],
    ),
    "create_pull_request": Case(
        {**WHERE, "title": "Docs", "head": "docs", "base": "main", "body": "All of them."},
        (
            Exchange(
                f"POST {AT}/pulls",
                json={"title": "Docs", "head": "docs", "base": "main", "body": "All of them.", "draft": False},
                response=PULL,
                status=201,
            ),
        ),
        PULL_SEEN,
    ),
    "update_pull_request": Case(
        {**WHERE, "number": 7, "body": "All."},
        (Exchange(f"PATCH {AT}/pulls/7", json={"body": "All."}, response=PULL),),
        PULL_SEEN,
    ),
    "merge_pull_request": Case(
        {**WHERE, "number": 7, "sha": NEW, "method": "squash"},
        (
            Exchange(
                f"PUT {AT}/pulls/7/merge",
                json={"sha": NEW, "merge_method": "squash"},
                response={"sha": OLD, "merged": True, "message": "Pull Request successfully merged"},
            ),
        ),
        {"sha": OLD, "merged": True},
    ),
    "get_issue": Case({**WHERE, "number": 1347}, (Exchange(f"GET {AT}/issues/1347", response=ISSUE),), ISSUE_SEEN),
    "list_issues": Case(
        {**WHERE, "labels": ["bug", "docs"], "since": "2026-01-02T00:00:00Z", "limit": 2},
        (
            Exchange(
                f"GET {AT}/issues",
                query={"state": "open", "labels": "bug,docs", "since": "2026-01-02T00:00:00Z", "per_page": "100"},
                response=[{**ISSUE, "pull_request": {"url": f"{BASE}{AT}/pulls/7"}}, ISSUE],
            ),
        ),
        [ISSUE_SEEN],
    ),
    "create_issue": Case(
        {**WHERE, "title": "Found a bug", "labels": ["bug"], "assignees": ["octocat"]},
        (
            Exchange(
                f"POST {AT}/issues",
                json={"title": "Found a bug", "labels": ["bug"], "assignees": ["octocat"]},
                response=ISSUE,
                status=201,
            ),
        ),
        ISSUE_SEEN,
    ),
    "update_issue": Case(
        {**WHERE, "number": 1347, "state": "closed"},
        (Exchange(f"PATCH {AT}/issues/1347", json={"state": "closed"}, response={**ISSUE, "state": "closed"}),),
        {"state": "closed"},
    ),
    "add_labels": Case(
        {**WHERE, "number": 1347, "labels": ["docs"]},
        (
            Exchange(
                f"POST {AT}/issues/1347/labels",
                json={"labels": ["docs"]},
                response=[{"name": "bug"}, {"name": "docs"}],
            ),
        ),
        [{"name": "bug"}, {"name": "docs"}],
    ),
    "add_comment": Case(
        {**WHERE, "number": 1347, "body": "Me too"},
        (Exchange(f"POST {AT}/issues/1347/comments", json={"body": "Me too"}, response=COMMENT, status=201),),
        {"id": 1, "user": "octocat"},
    ),
    "update_comment": Case(
        {**WHERE, "comment_id": 1, "body": "Me too"},
        (Exchange(f"PATCH {AT}/issues/comments/1", json={"body": "Me too"}, response=COMMENT),),
        {"id": 1, "body": "Me too"},
    ),
    "list_comments": Case(
        {**WHERE, "number": 1347, "limit": 2},
        (Exchange(f"GET {AT}/issues/1347/comments", query={"per_page": "2"}, response=[COMMENT]),),
        [{"body": "Me too"}],
    ),
}
