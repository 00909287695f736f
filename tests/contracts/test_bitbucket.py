"""What the table of Bitbucket's contract cannot say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from blocks.bitbucket import BitbucketCredentials
from tasks import bitbucket
from tests.contracts import Exchange
from tests.contracts.bitbucket import contract
from tests.contracts.bitbucket.records import (
    AFTER,
    AT,
    BRANCH,
    IN_SRC,
    MAIN,
    META,
    MOVED,
    NEW,
    NONE,
    OLD,
    OTHER,
    PULL,
    commit,
    entry,
    event,
    stat,
    values,
)
from tests.contracts.play import Vendor
from tieline import errors
from tieline.transport import clients
from tieline.webhooks import Delivery


def play(*wire: Exchange) -> tuple[BitbucketCredentials, Vendor]:
    vendor = Vendor(contract, wire)
    clients.transport = vendor
    return BitbucketCredentials(**contract.credentials), vendor


@pytest.mark.parametrize(
    ("fields", "said"),
    (
        ({"email": "emma@acme.com", "api_token": "ATBBsecret"}, "app password"),
        ({"access_token": "ATBBsecret"}, "app password"),
        ({"email": "emma", "api_token": "secret"}, "e-mail address"),
        ({"access_token": "secret", "email": "emma@acme.com"}, "belongs to nobody"),
        ({"access_token": "secret", "api_token": "secret"}, "give either"),
        ({}, "give either"),
    ),
)
def test_a_login_that_cannot_work_is_refused_before_anything_is_sent(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as raised:
        BitbucketCredentials(workspace="acme", **fields)
    assert "secret" not in str(raised.value)


async def test_an_executable_stays_one() -> None:
    block, vendor = play(
        BRANCH,
        Exchange(f"GET {IN_SRC}/run.sh", query=META, response=entry("run.sh", 7, "executable")),
        Exchange(""),
        AFTER,
    )
    await bitbucket.commit_files.fn(
        block, repository="acme/app", branch="main", files={"run.sh": b"true\n"}, message="Fix it"
    )
    sent = vendor.seen[2].content
    assert b'name="/run.sh"; filename="run.sh"; x-attributes="executable"\r\n' in sent


MOVED_BY_OTHERS = (
    (
        MOVED,
        Exchange(f"GET {AT}/diffstat/{NEW}", query={"pagelen": "100"}, response=values(stat("added", None, "b.md"))),
    ),
    (
        MOVED,
        Exchange(f"GET {AT}/diffstat/{NEW}", query={"pagelen": "100"}, response=values(stat("added", None, "a.md"))),
        Exchange(f"GET {AT}/src/{NEW}/a.md", query=META, response=entry("a.md", 2)),
        Exchange(f"GET {AT}/src/{NEW}/a.md", response=b"B\n"),
    ),
    (Exchange("", response=values({**MAIN, "target": commit(NEW, "Other", OLD)})),),
    (Exchange("", response=values({**MAIN, "target": commit(NEW, "Fix it", OTHER)})),),
)


@pytest.mark.parametrize("wire", MOVED_BY_OTHERS)
async def test_a_branch_that_has_moved_is_a_conflict(wire: tuple[Exchange, ...]) -> None:
    block, vendor = play(*wire)
    with pytest.raises(errors.Conflict, match="has moved"):
        await bitbucket.commit_files.fn(
            block, repository="acme/app", branch="main", files={"a.md": b"A\n"}, message="Fix it", parent=OLD
        )
    assert not vendor.left
    assert {request.method for request in vendor.seen} == {"GET"}


async def test_a_branch_that_moves_while_we_commit_is_a_conflict() -> None:
    missing = Exchange(f"GET {IN_SRC}/a.md", query=META, response=NONE, status=404)
    block, _ = play(BRANCH, missing, Exchange("", status=409, response=NONE))
    with pytest.raises(errors.Conflict):
        await bitbucket.commit_files.fn(
            block, repository="acme/app", branch="main", files={"a.md": b"A\n"}, message="Fix it"
        )


async def test_a_commit_without_an_answer_is_looked_for_and_not_sent_again() -> None:
    missing = Exchange(f"GET {IN_SRC}/a.md", query=META, response=NONE, status=404)
    block, vendor = play(BRANCH, missing, Exchange("", status=500), AFTER, AFTER)
    made = await bitbucket.commit_files.fn(
        block, repository="acme/app", branch="main", files={"a.md": b"A\n"}, message="Fix it"
    )
    assert (made.sha, [request.method for request in vendor.seen].count("POST")) == (NEW, 1)


@pytest.mark.parametrize("attributes", (("link",), ("subrepository",)))
async def test_what_is_no_plain_file_is_not_written_over(attributes: tuple[str, ...]) -> None:
    block, vendor = play(BRANCH, Exchange(f"GET {IN_SRC}/a", query=META, response=entry("a", 5, *attributes)))
    with pytest.raises(errors.Rejected, match="nothing was changed"):
        await bitbucket.commit_files.fn(block, repository="acme/app", branch="main", files={"a": b"x"}, message="x")
    assert len(vendor.seen) == 2


async def test_only_what_was_reviewed_is_merged() -> None:
    block, vendor = play(Exchange(f"GET {AT}/pullrequests/7", response=PULL))
    with pytest.raises(errors.Conflict, match="newest commit"):
        await bitbucket.merge_pull_request.fn(block, repository="acme/app", number=7, sha=OTHER)
    assert len(vendor.seen) == 1


async def test_a_branch_is_not_taken_for_one_of_a_similar_name() -> None:
    block, _ = play(Exchange("", response=values({**MAIN, "name": "Main"})))
    assert await bitbucket.find_branch.fn(block, repository="acme/app", branch="main") is None


async def test_the_login_goes_with_the_archive_and_not_to_where_that_leads() -> None:
    moved = Exchange("", status=302, headers={"location": "https://elsewhere.test/x"})
    block, vendor = play(Exchange("", response=commit(NEW, "x")), moved, Exchange("", response=b"packed"))
    place = contract.actions["download_archive"].input["file"]
    await bitbucket.download_archive.fn(block, repository="acme/app", ref=NEW, file=Path(place))
    assert "authorization" in vendor.seen[1].headers
    assert "authorization" not in vendor.seen[2].headers


@pytest.mark.parametrize(
    ("key", "payload", "name"),
    (
        ("repo:commit_status_created", {"commit_status": {"state": "INPROGRESS"}}, "repo.commit_status_created"),
        ("repo:commit_status_created", {"commit_status": {"state": "FAILED"}}, "workflow_run.completed"),
        ("issue:comment_created", {}, "issue_comment.created"),
        ("issue:updated", {"changes": {"title": {"old": "a", "new": "b"}}}, "issues.edited"),
        ("issue:updated", {"changes": {"status": {"old": "resolved", "new": "closed"}}}, "issues.edited"),
        ("pullrequest:approved", {}, "pullrequest.approved"),
    ),
)
def test_events_have_the_names_of_other_code_hosts(key: str, payload: dict[str, Any], name: str) -> None:
    told = event(key, "x", **payload)
    headers = {header.lower(): value for header, value in told.headers.items()}
    webhook = bitbucket.connector.webhook
    assert webhook is not None
    assert webhook.event(Delivery(headers, json.dumps(told.payload).encode())) == name


def test_a_push_says_what_moved() -> None:
    push = bitbucket.Push.model_validate(contract.events["push"].payload)
    (change,) = push.changes
    assert (change.branch, change.before, change.after, push.actor) == ("main", OLD, NEW, "Emma")
    gone = bitbucket.events.Change(old=change.old, closed=True)
    assert (gone.branch, gone.after) == ("main", "0" * 40)
