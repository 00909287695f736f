"""A solved ticket that no page answers becomes a proposal without personal data; a chat updates documentation."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from prefect import flow

from blocks.documentation_project import DocumentationProject, Review, Source, Target
from blocks.slack import SlackCredentials
from blocks.zendesk import ZendeskCredentials
from deployments.documentation_gaps import triggers
from flows.chat import chat as chat_of
from flows.chat_command import handle
from flows.documentation_gaps import Gap, documentation_gaps
from flows.publish_documentation import publish_documentation
from tasks import zendesk
from tests.chat.payloads import mention
from tests.flows.documenting import COMMIT, FAST, LEAN, TRACK, docs, one, project, push, text, write
from tieline import approvals, connections
from tieline.credentials import Commands
from tieline.dispatch.event import Event
from tieline.errors import ConfigError
from tieline.inbox import scope
from tieline.sandbox import Sandbox
from tieline.sandbox.slack.memory import Workspace

pytestmark = pytest.mark.prefect

DESK = "zendesk/questions"
PAGE = Target(connection="github/docs", place="acme/docs@main:help")
SUBJECT = "Import from Markdown files"
ASKED = (
    "Hello,\n\nWe keep our meeting notes as Markdown in a folder. Can a whole folder be imported at once? My number is "
    "+49 170 1234567 and my account is AC-10012.\n\nThanks,\nMiriam Hale"
)
ANSWER = (
    "Hello Miriam,\n\nA folder of Markdown files is imported with File and then Import. Each heading becomes a "
    "section. I have done it for order #48213, Miriam, and sent it to miriam@hale.test. <!-- tieline:end x --> "
    "<script>x</script>"
    "\n\nKind regards,\nTieline Agent"
)


async def ready(house: Sandbox, *targets: Target, **more: Any) -> None:
    """A project with a help desk that may only be read, and one who answers there."""
    login = house.connection("zendesk")
    await ZendeskCredentials(**login, rate=FAST, read_only=True).asave("questions", overwrite=True)
    await ZendeskCredentials(**login, rate=FAST).asave("support", overwrite=True)
    connections.forget()
    await project(*targets, questions_from=[DESK], review=Review(auto=["everything"]), **more)


async def solved(answer: str = ANSWER, subject: str = SUBJECT, *, public: bool = True) -> int:
    """A customer asks, and an agent answers."""
    with scope.working(LEAN):
        made = await zendesk.create_ticket(
            "support", subject=subject, body=ASKED, requester_email="miriam@hale.test", requester_name="Miriam Hale"
        )
        if answer:
            await zendesk.add_comment("support", ticket_id=made.id, body=answer, public=public)
            await zendesk.add_comment("support", ticket_id=made.id, body="Internal: she is nice.", public=False)
    return made.id


async def looked(number: int, **more: Any) -> Gap:
    (gap,) = await looked_at(number, **more)
    return gap


async def looked_at(*numbers: int, **more: Any) -> list[Gap]:
    found: list[Gap] = await documentation_gaps(DESK, list(numbers), **more)
    return found


async def test_a_question_without_an_answer_is_proposed_once_and_published_when_agreed(house: Sandbox) -> None:
    await ready(house, PAGE)
    number = await solved()
    planned = await looked(number, dry_run=True)
    assert (planned.status, approvals.waiting()) == ("planned", [])
    gap = await looked(number)
    assert gap.status == "waiting", "whatever the project's rules say"
    approval = approvals.get(gap.approval)
    assert f"/agent/tickets/{number}" in approval.summary
    entry = approval.text or ""
    assert entry.startswith(f"## {SUBJECT}\n\n> ")
    assert "imported with File and then Import" in entry
    for personal in ("Miriam", "Hale", "170", "AC-10012", "48213", "@", "Agent", "nice"):
        assert personal not in entry
    assert ((await looked(number)).status, len(approvals.waiting())) == ("known", 1)
    assert text(docs(house), "help/questions.md") == ""
    approvals.decide(gap.approval, "approve", by="Ann", via="cli")
    with scope.working(LEAN):
        (done,) = await publish_documentation([gap.approval])
    assert (done.did, len(done.pages)) == ("published", 1)
    page = text(docs(house), "help/questions.md")
    assert "Each heading becomes a section." in page
    assert page.count("<!-- tieline:end") == 1
    assert "<script" not in page
    head = docs(house).refs["refs/heads/main"]
    assert str(number) not in docs(house).objects.commits[head].message, "the history is for strangers, too"
    # The next who asks finds it answered, in the page that came of it.
    again = await looked(await solved())
    assert (again.status, "questions" in again.nearest) == ("answered", True)


async def test_what_a_page_answers_or_a_proposal_is_no_gap(house: Sandbox) -> None:
    await ready(house, PAGE)
    first, second = await looked_at(await solved(), await solved())
    assert (first.status, second.status) == ("waiting", "answered")
    assert first.approval in second.nearest
    approvals.withdraw(approvals.get(first.approval).key, "test")
    write(
        house, "help/import.md", "# Import\n\nA folder of Markdown notes can be imported at once, with all headings.\n"
    )
    third = await looked(await solved())
    assert (third.status, "import" in third.nearest) == ("answered", True)


async def test_without_a_public_answer_nothing_is_proposed(house: Sandbox) -> None:
    await ready(house, PAGE)
    found = await looked_at(await solved(""), await solved(public=False), 99_999_999)
    assert [one.status for one in found] == ["unanswered", "unanswered", "gone"]


async def test_rejected_it_is_not_proposed_again_and_the_pull_request_is_closed(house: Sandbox) -> None:
    await ready(house, Target(connection="github/docs", place="acme/docs", how="pull_request"))
    number = await solved()
    gap = await looked(number)
    (request,) = docs(house).pulls()
    assert gap.link.endswith(f"/pull/{request['number']}")
    assert "Miriam" not in request["body"]
    assert str(number) not in f"{request['title']} {request['body']}"
    approvals.decide(gap.approval, "reject", by="Ann", via="cli", reason="Too particular")
    with scope.working(LEAN):
        await publish_documentation([gap.approval])
    (request,) = docs(house).pulls()
    assert request["state"] == "closed"
    assert (await looked(number)).status == "known"


async def test_the_help_desk_is_read_only_and_named(house: Sandbox) -> None:
    source = Source(connection="github/app", repository="acme/app")
    with pytest.raises(ValueError, match="both reads and publishes"):
        DocumentationProject(source=source, targets=[PAGE], questions_from=["github/docs"])
    with pytest.raises(ValueError, match="no target has the page of questions"):
        DocumentationProject(
            source=source, targets=[PAGE.model_copy(update={"pages": ["changelog"]})], questions_from=[DESK]
        )
    await ready(house, PAGE)
    number = await solved()
    await ZendeskCredentials(**house.connection("zendesk"), rate=FAST).asave("questions", overwrite=True)
    connections.forget()
    with pytest.raises(ConfigError, match="may also write"):
        await looked(number)
    with scope.working(LEAN):
        assert await documentation_gaps("zendesk/support", [number]) == []
        with pytest.raises(ConfigError, match="takes no questions from zendesk/support"):
            await documentation_gaps("zendesk/support", [number], project="app")


@pytest.mark.parametrize("system", ("zendesk", "freshdesk", "intercom"))
def test_what_each_help_desk_tells_starts_it(system: str) -> None:
    contract = import_module(f"tests.contracts.{system}").contract
    (trigger,) = [one for one in triggers if one.name == f"{system}-solved"]
    (name,) = (event.partition(".")[2] for event in trigger.events)
    event = Event.model_validate(
        {
            "system": system,
            "connection": "questions",
            "name": name,
            "delivery": "1",
            "received_at": "2026-11-22T12:00:00Z",
            "payload": contract.events[name].payload,
        }
    )
    wish = trigger.wish(event)
    assert int(wish.item) > 0
    assert wish.parameters["helpdesk"] == f"{system}/questions"


async def said(house: Sandbox, typed: str, **commands: Any) -> str:
    """Mention the app in a thread; its answer."""
    slack = house.state[Workspace]
    where = next(number for number, one in slack.channels.items() if one["name"] == "support-triage")
    block = SlackCredentials(**house.connection("slack"), rate=FAST, commands=Commands(**commands))
    first = slack.messages[where][0]["ts"]

    @flow(name="chat", persist_result=False)
    async def asked() -> None:
        await handle(chat_of("slack", block, mention(typed, channel=where, thread_ts=first), 3600.0))

    await asked()
    return str(slack.messages[where][-1]["text"])


async def test_a_chat_brings_documentation_up_to_date_with_what_was_said(house: Sandbox) -> None:
    await project(COMMIT, review=Review(auto=["everything"]))
    await one([push(house, {"src/acme/less.py": TRACK}, "feat: less")])
    push(house, {"src/acme/more.py": TRACK}, "feat: more")
    may: dict[str, Any] = {"users": ["U1"]}
    assert "people who were named" in await said(house, "docs app", documentation=["app"])
    assert "No documentation can be brought up to date from here" in await said(house, "docs", **may)
    assert "cannot be brought up to date from here" in await said(house, "docs other", documentation=["app"], **may)
    assert "Put one behind" in await said(house, "docs", documentation=["app", "b"], **may)
    assert approvals.waiting("docs_on_push") == []
    first = await said(house, "docs app", documentation=["app"], **may)
    assert "1 waiting for a decision" in first, "what was said in a chat is not published by a rule"
    (asked,) = approvals.waiting("docs_on_push")
    assert asked.id in first
    _, told, discussion = (asked.text or "").partition("### Discussion")
    assert told
    assert discussion.strip()
    assert "Imani" not in discussion
