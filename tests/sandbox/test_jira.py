"""The simulated Jira, asked by our own connector over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from blocks.jira import JiraCredentials
from tasks import jira
from tests.sandbox.receiver import Receiver
from tieline import errors
from tieline.sandbox import Fault, Sandbox, logins, running
from tieline.webhooks import Delivery

FAST = "100000/minute"
FIRST = "OPS-1"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


@pytest.fixture
def do(sandbox: Sandbox) -> Any:
    """Calls actions as the command line does."""
    block = block_of(sandbox)

    async def call(action: str, /, **params: Any) -> Any:
        return await jira.connector.actions[action].execute(block, params)

    return call


def block_of(sandbox: Sandbox, token: str = logins("jira")["api_token"]) -> JiraCredentials:
    return JiraCredentials(url=sandbox.url_of("jira"), rate=FAST, email=logins("jira")["email"], api_token=token)


async def test_who_we_are(sandbox: Sandbox) -> None:
    assert (await jira.connector.identity(block_of(sandbox))).detail == logins("jira")["email"]
    with pytest.raises(errors.AuthFailed, match="must be authenticated"):
        await jira.connector.identity(block_of(sandbox, "wrong"))


async def test_an_issue_and_what_is_said_about_it(do: Any) -> None:
    text = "Fixed in `main`:\n\n- one\n- **two**\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"
    made = await do("add_comment", issue_key=FIRST, body=text)
    assert made["body"] == text
    listed = await do("list_comments", issue_key=FIRST)
    assert len(listed) == 4
    assert listed[-1]["body"] == text
    assert listed[0]["body"].startswith("I asked the carrier.")
    issue = await do("get_issue", issue_key=FIRST)
    assert (issue["status"], issue["project"]["key"], issue["reporter"]["displayName"]) == (
        "In Progress",
        "OPS",
        "Tieline",
    )
    assert issue["description"] == "The carrier's feed has sent nothing since Friday."


async def test_comments_come_in_pages(do: Any) -> None:
    for number in range(120):
        await do("add_comment", issue_key="OPS-2", body=str(number))
    listed = await do("list_comments", issue_key="OPS-2", limit=115)
    assert [one["body"] for one in listed] == [str(number) for number in range(115)]


async def test_a_property_is_kept_as_it_is(do: Any) -> None:
    value = {"digest": "ab", "tags": ["x"], "none": None}
    await do("set_property", issue_key=FIRST, property_key="tieline.summary", value=value)
    await do("set_property", issue_key=FIRST, property_key="other", value=7)
    issue = await do("get_issue", issue_key=FIRST, fields=["summary"], properties=["tieline.summary"])
    assert issue["properties"] == {"tieline.summary": value}
    assert issue["status"] is None
    with pytest.raises(errors.Rejected, match="longer than 32768"):
        await do("set_property", issue_key=FIRST, property_key="long", value="x" * 40_000)


async def test_an_issue_is_opened_changed_and_moved(do: Any) -> None:
    made = await do(
        "create_issue",
        project_key="OPS",
        issue_type="Bug",
        summary="Down",
        description="# It\n\nis *down*.",
        labels=["fire"],
    )
    key = made["key"]
    changed = await do("update_issue", issue_key=key, summary="Up", add_labels=["vip"], priority="High")
    assert (changed["summary"], changed["labels"], changed["priority"]) == ("Up", ["fire", "vip"], "High")
    assert changed["description"] == "# It\n\nis *down*."
    step = await do("transition_issue", issue_key=key, to="done", comment="Over.")
    assert (step["name"], step["to"]["name"]) == ("Close issue", "Done")
    assert (await do("get_issue", issue_key=key))["status"] == "Done"
    assert [one["body"] for one in await do("list_comments", issue_key=key)] == ["Over."]
    with pytest.raises(errors.UnknownName, match=r"possible: Reopen issue \(to To Do\)"):
        await do("transition_issue", issue_key=key, to="In Progress")


async def test_a_file_goes_up_and_comes_down(do: Any, tmp_path: Path) -> None:
    made = await do("upload_attachment", issue_key=FIRST, file=b"%PDF-1", filename='a "b".pdf')
    (listed,) = await do("list_attachments", issue_key=FIRST)
    assert listed["id"] == made["id"]
    assert (listed["size"], listed["mimeType"]) == (6, "application/pdf")
    await do("download_attachment", attachment_id=made["id"], file=str(tmp_path / "a.pdf"))
    assert (tmp_path / "a.pdf").read_bytes() == b"%PDF-1"
    with pytest.raises(errors.NotFound, match="does not exist"):
        await do("download_attachment", attachment_id="1", file=str(tmp_path / "b.pdf"))


async def test_what_jira_refuses_is_said_in_its_words(do: Any) -> None:
    with pytest.raises(errors.NotFound, match="Issue does not exist"):
        await do("get_issue", issue_key="OPS-99")
    with pytest.raises(errors.Rejected, match="Specify a valid project") as raised:
        await do("create_issue", project_key="NO", issue_type="Feat", summary="x", labels=["a b"])
    assert set(raised.value.fields) == {"project", "issuetype", "labels"}
    with pytest.raises(errors.Rejected, match="Unbounded"):
        await do("search_issues", jql="order by created")
    with pytest.raises(errors.Rejected, match="Field 'colour' does not exist"):
        await do("search_issues", jql="colour = red")
    with pytest.raises(errors.Rejected, match="both 'fields' and 'update'"):
        await do("update_issue", issue_key=FIRST, labels=["a"], add_labels=["b"])


async def test_a_search_goes_through_all_pages(do: Any) -> None:
    for number in range(110):
        await do("create_issue", project_key="SHOP", issue_type="Task", summary=f"Number {number}")
    found = await do("search_issues", jql='project = SHOP AND summary ~ "number" ORDER BY created ASC', limit=500)
    assert [one["summary"] for one in found] == [f"Number {number}" for number in range(110)]
    assert len(await do("search_issues", jql="project = SHOP AND status != Done", limit=105)) == 105
    (narrow,) = await do("search_issues", jql="key = OPS-1", fields=["labels"])
    assert set(narrow["fields"]) == {"labels"}
    assert [one["key"] for one in await do("list_projects")] == ["OPS", "SHOP"]


async def test_a_comment_is_not_written_twice_when_the_answer_is_lost(sandbox: Sandbox, do: Any) -> None:
    sandbox.faults.add(Fault("cut", system="jira", match="POST .*/comment", times=1))
    with pytest.raises(errors.Unavailable) as raised:
        await do("add_comment", issue_key="OPS-2", body="Once.")
    assert raised.value.may_have_happened
    assert [one["body"] for one in await do("list_comments", issue_key="OPS-2")] == ["Once."]


async def test_what_happens_is_told_and_signed(sandbox: Sandbox, do: Any) -> None:
    with Receiver() as receiver:
        hook = sandbox.hooks.subscribe("jira", receiver.url)
        made = await do("create_issue", project_key="OPS", issue_type="Task", summary="New", description="Look.")
        await do("update_issue", issue_key=made["key"], summary="Newer")
        await do("add_comment", issue_key=made["key"], body="Seen.")
        got = receiver.wait(3)
    webhook = jira.connector.webhook
    assert webhook is not None
    told: dict[str, Any] = {}
    for one in got:
        delivery = Delivery(headers=one.headers, raw=one.body)
        webhook.check(delivery, hook.secret)
        name = webhook.event(delivery)
        told[name] = jira.connector.events[name].model_validate(webhook.read(delivery))
        assert webhook.delivery(delivery) == one.headers["x-atlassian-webhook-identifier"]
    assert set(told) == {"issue_created", "issue_updated", "comment_created"}
    assert told["issue_created"].issue.description == "Look."
    assert told["issue_updated"].issue.summary == "Newer"
    assert (told["comment_created"].comment.body, told["comment_created"].issue.key) == ("Seen.", made["key"])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    (
        ("POST", "/issue/OPS-1/comment", {"body": "text"}, 400),
        ("POST", "/issue/OPS-1/comment", [], 400),
        ("POST", "/issue", {"fields": []}, 400),
        ("PUT", "/issue/OPS-1", {"update": {"labels": [{"set": "x"}]}}, 400),
        ("PUT", "/issue/OPS-1", {"fields": {"description": "text"}}, 400),
        ("POST", "/issue/OPS-1/transitions", {"transition": {"id": "99"}}, 400),
        ("POST", "/issue/OPS-1/transitions", {}, 400),
        ("POST", "/issue/OPS-1/attachments", {}, 403),
        ("GET", "/search/jql?jql=key=OPS-1&nextPageToken=x", None, 400),
        ("GET", "/issue/OPS-1/comment?startAt=x", None, 400),
        ("GET", "/issue/OPS-1/comment?orderBy=author", None, 400),
        ("GET", "/nowhere", None, 404),
        ("PATCH", "/issue/OPS-1", None, 405),
    ),
)
async def test_what_makes_no_sense_is_refused(sandbox: Sandbox, method: str, path: str, body: Any, status: int) -> None:
    login = (logins("jira")["email"], logins("jira")["api_token"])
    async with httpx.AsyncClient(auth=login, trust_env=False) as http:
        answer = await http.request(method, f"{sandbox.url_of('jira')}/rest/api/3{path}", json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"errorMessages", "errors"}
