"""Pull requests, issues and what is said on them."""

from tests.contracts import Case, Exchange
from tests.contracts.bitbucket.records import (
    AT,
    COMMENT,
    ISSUE,
    ISSUE_SEEN,
    MERGED,
    NEW,
    OTHER,
    PULL,
    PULL_SEEN,
    TYPE,
    WHERE,
    values,
)

ACTIONS = {
    "get_pull_request": Case({**WHERE, "number": 7}, (Exchange(f"GET {AT}/pullrequests/7", response=PULL),), PULL_SEEN),
    "find_pull_request": Case(
        {**WHERE, "source": "docs", "destination": "main"},
        (
            Exchange(
                f"GET {AT}/pullrequests",
                query={
                    "q": 'state = "OPEN" AND source.branch.name = "docs" AND '
                    'source.repository.full_name = "acme/app" AND destination.branch.name = "main"',
                    "pagelen": "1",
                },
                response=values(PULL),
            ),
        ),
        PULL_SEEN,
    ),
    "list_pull_requests": Case(
        {**WHERE, "state": "MERGED"},
        (Exchange(f"GET {AT}/pullrequests", query={"state": "MERGED", "pagelen": "50"}, response=values(MERGED)),),
        [{"id": 7, "state": "MERGED", "merge_commit": OTHER[:12]}],
    ),
    "create_pull_request": Case(
        {**WHERE, "title": "Docs", "source": "docs", "destination": "main", "description": "All of them."},
        (
            Exchange(
                f"POST {AT}/pullrequests",
                json={
                    "title": "Docs",
                    "description": "All of them.",
                    "draft": False,
                    "source": {"branch": {"name": "docs"}},
                    "destination": {"branch": {"name": "main"}},
                },
                response=PULL,
                status=201,
            ),
        ),
        PULL_SEEN,
        docs=TYPE,
    ),
    "update_pull_request": Case(
        {**WHERE, "number": 7, "title": "Docs", "description": "All."},
        (Exchange(f"PUT {AT}/pullrequests/7", json={"title": "Docs", "description": "All."}, response=PULL),),
        PULL_SEEN,
        docs=TYPE,
    ),
    "merge_pull_request": Case(
        {**WHERE, "number": 7, "sha": NEW, "strategy": "squash"},
        (
            Exchange(f"GET {AT}/pullrequests/7", response=PULL),
            Exchange(
                f"POST {AT}/pullrequests/7/merge",
                json={"type": "pullrequest_merge_parameters", "merge_strategy": "squash"},
                response=MERGED,
            ),
        ),
        {"state": "MERGED", "merge_commit": OTHER[:12]},
    ),
    "decline_pull_request": Case(
        {**WHERE, "number": 7},
        (Exchange(f"POST {AT}/pullrequests/7/decline", response={**PULL, "state": "DECLINED"}),),
        {"state": "DECLINED"},
    ),
    "update_comment": Case(
        {**WHERE, "number": 7, "comment_id": 3, "text": "Me too"},
        (Exchange(f"PUT {AT}/pullrequests/7/comments/3", json={"content": {"raw": "Me too"}}, response=COMMENT),),
        {"id": 3, "content": "Me too"},
        docs=TYPE,
    ),
    "add_comment": Case(
        {**WHERE, "number": 7, "text": "Me too"},
        (
            Exchange(
                f"POST {AT}/pullrequests/7/comments",
                json={"content": {"raw": "Me too"}},
                response=COMMENT,
                status=201,
            ),
        ),
        {"id": 3, "content": "Me too", "user": "Emma"},
        docs=TYPE,
    ),
    "list_comments": Case(
        {**WHERE, "number": 7, "limit": 2},
        (Exchange(f"GET {AT}/pullrequests/7/comments", query={"pagelen": "2"}, response=values(COMMENT)),),
        [{"content": "Me too"}],
    ),
    "get_issue": Case({**WHERE, "number": 5}, (Exchange(f"GET {AT}/issues/5", response=ISSUE),), ISSUE_SEEN),
    "list_issues": Case(
        {**WHERE, "state": "on hold"},
        (Exchange(f"GET {AT}/issues", query={"q": 'state = "on hold"', "pagelen": "100"}, response=values(ISSUE)),),
        [ISSUE_SEEN],
    ),
    "create_issue": Case(
        {**WHERE, "title": "Found a bug", "content": "It hurts.", "kind": "bug"},
        (
            Exchange(
                f"POST {AT}/issues",
                json={"title": "Found a bug", "content": {"raw": "It hurts."}, "kind": "bug"},
                response=ISSUE,
                status=201,
            ),
        ),
        ISSUE_SEEN,
        docs=TYPE,
    ),
    "update_issue": Case(
        {**WHERE, "number": 5, "state": "resolved"},
        (Exchange(f"PUT {AT}/issues/5", json={"state": "resolved"}, response={**ISSUE, "state": "resolved"}),),
        {"state": "resolved"},
    ),
    "add_issue_comment": Case(
        {**WHERE, "number": 5, "text": "Me too"},
        (Exchange(f"POST {AT}/issues/5/comments", json={"content": {"raw": "Me too"}}, response=COMMENT, status=201),),
        {"content": "Me too"},
        docs=TYPE,
    ),
}
