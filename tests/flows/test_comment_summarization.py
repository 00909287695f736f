"""The scenario, on a real Prefect server and simulated vendors."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from deployments import comment_summarization as deployed
from flows.comment_summarization import KEY, Discussions, ThreadOutcome, comment_summarization
from flows.threads import place
from flows.threads.jira import ROOM
from tasks import language
from tests.flows.conftest import connect
from tests.flows.discussions import ANN, BO, PLACES, TALK, InFreshdesk, InJira, InSlack, InZendesk, Place, talked
from tests.shown import artifact
from tieline.dispatch import Debounce
from tieline.dispatch.event import Event
from tieline.errors import AuthFailed, ConfigError, ConnectorError, Rejected, Unavailable, UnknownName
from tieline.language.answers import ActionItem, Discussion, Point
from tieline.sandbox import Sandbox, running

pytestmark = [
    pytest.mark.prefect,
    # A task outside of a flow has no run that its logs could go to.
    pytest.mark.filterwarnings("ignore:Logger 'prefect:UserWarning"),
]

SECRET = "The merger with Zyxwv is signed on the ninth."


@pytest.fixture(scope="module")
def vendors(prefect_server: str) -> Iterator[Sandbox]:
    """One sandbox for all tests here: each opens a discussion of its own."""
    assert prefect_server
    with running(tickets=5) as made:
        yield made


@pytest.fixture
def sandbox(vendors: Sandbox) -> Sandbox:
    connect(vendors)
    return vendors


async def run(place_: Place, **options: Any) -> ThreadOutcome:
    result: Discussions = await comment_summarization(place_.where, [place_.reference], **options)
    (outcome,) = result.outcomes
    return outcome


async def page() -> str:
    """All that the last run shows in the Prefect UI."""
    shown = [await artifact(key) for key in (KEY, f"{KEY}-summaries")]
    return "\n".join(one.data + one.description for one in shown)


# ---------------------------------------------------------------- what holds everywhere


@pytest.mark.parametrize("make", PLACES)
async def test_a_discussion_is_summed_up_where_it_is_held(sandbox: Sandbox, make: Callable[[Sandbox], Place]) -> None:
    held = talked(make(sandbox))
    outcome = await run(held)
    assert outcome.status == "summarized"
    assert [(one.text, one.by) for one in outcome.decisions] == [("OK, then let's go with Postgres.", ANN)]
    assert [(one.text, one.by) for one in outcome.questions] == [
        ("And who will own the migration?", ANN),
        ("How long do we keep the old rows?", BO),
    ]
    assert [(one.owner, one.due) for one in outcome.actions] == [(ANN, "Friday")]
    assert all(one.comment and one.at and one.link for one in (*outcome.decisions, *outcome.questions))
    (note,) = held.notes()
    for said in ("go with Postgres", "own the migration", "keep the old rows", ANN, BO):
        assert said in note


@pytest.mark.parametrize("make", PLACES)
async def test_nothing_new_nothing_written(sandbox: Sandbox, make: Callable[[Sandbox], Place]) -> None:
    """Our own note is nothing new; what somebody adds is."""
    held = talked(make(sandbox))
    await run(held, add_comment=True)
    before = held.notes()
    assert (await run(held, add_comment=True)).status == "unchanged"
    assert held.notes() == before
    held.say(BO, "Decision: the old rows go after a year.")
    assert (await run(held, add_comment=True)).status == "summarized"
    assert "after a year" in held.notes()[-1]
    assert len(held.notes()) == (2 if isinstance(held, InZendesk) else 1)
    assert (await run(held, add_comment=True, again=True)).status == "summarized"


@pytest.mark.parametrize("make", PLACES)
async def test_other_wishes_are_no_reason_for_another_note_that_stays(
    sandbox: Sandbox, make: Callable[[Sandbox], Place]
) -> None:
    held = talked(make(sandbox))
    await run(held)
    outcome = await run(held, length="long")
    assert outcome.status == ("unchanged" if isinstance(held, InZendesk) else "summarized")
    assert len(held.notes()) == 1


@pytest.mark.parametrize("make", PLACES)
async def test_a_dry_run_writes_nothing(sandbox: Sandbox, make: Callable[[Sandbox], Place]) -> None:
    held = talked(make(sandbox))
    outcome = await run(held, dry_run=True)
    assert (outcome.status, outcome.written) == ("planned", ())
    assert outcome.decisions
    assert held.notes() == []


@pytest.mark.parametrize("make", PLACES)
async def test_few_comments_need_no_summary(sandbox: Sandbox, make: Callable[[Sandbox], Place]) -> None:
    held = talked(make(sandbox), TALK[:1])
    outcome = await run(held, at_least=3)
    assert (outcome.status, held.notes()) == ("too-short", [])


@pytest.mark.parametrize("make", PLACES)
async def test_what_is_gone_is_gone(sandbox: Sandbox, make: Callable[[Sandbox], Place]) -> None:
    held = talked(make(sandbox))
    missing = {"jira": "OPS-9999", "zendesk": "999999", "freshdesk": "999999", "slack": "C0NOSUCH1/1503435956.000247"}
    gone = missing[held.where.partition("/")[0]]
    result: Discussions = await comment_summarization(held.where, [held.reference, gone])
    assert [one.status for one in result.outcomes] == ["summarized", "gone"]


@pytest.mark.parametrize("make", PLACES)
async def test_what_is_written_calls_nobody_and_is_no_markup(
    sandbox: Sandbox, make: Callable[[Sandbox], Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither from a comment, nor from a model that was talked into it."""
    evil = "Pay <!channel> <b>now</b> [@Ann](accountid:5b10) [here](https://evil.test) <https://evil.test|here>"

    async def talked_into(_: str, *, comments: Any, **__: Any) -> Discussion:
        point = {"text": evil, "comment": comments[-1].id}
        return Discussion(summary=evil, decisions=(Point(**point),), actions=(ActionItem(**point, owner=evil),))

    monkeypatch.setattr(language, "summarize_discussion", talked_into)
    held = talked(make(sandbox))
    await run(held, add_comment=True)
    (note,) = held.notes()
    shown = await page()
    assert "<b>now" not in shown
    assert "[here](" not in shown
    if isinstance(held, InSlack):
        assert "<!channel>" not in note
        assert "<https://evil.test" not in note
    if isinstance(held, InFreshdesk):
        assert "<b>now" not in note
    if isinstance(held, InJira):
        (comment,) = held.comments()
        assert "'mention'" not in str(comment["body"])
        assert "evil.test'}" not in str(comment["body"])


# ---------------------------------------------------------------- who may read what


async def test_comments_for_some_are_not_told_to_all_who_see_an_issue(sandbox: Sandbox) -> None:
    held = InJira(sandbox)
    talked(held)
    held.say(BO, f"We decided: {SECRET}", private=True)
    held.say(ANN, f"Decision: {SECRET}")["jsdPublic"] = False
    outcome = await run(held, add_comment=True)
    assert "2 comments are not for all" in outcome.reason
    assert "Zyxwv" not in str(held.notes()) + str(held.comments()) + await page()
    assert held.comments()[0]["jsdPublic"] is False


@pytest.mark.parametrize("make", (InZendesk, InFreshdesk))
async def test_internal_notes_are_summed_up_in_internal_notes_only(
    sandbox: Sandbox, make: Callable[[Sandbox], InZendesk | InFreshdesk], caplog: pytest.LogCaptureFixture
) -> None:
    held = make(sandbox)
    talked(held)
    held.say(BO, f"We decided: {SECRET}", private=True)
    with caplog.at_level(logging.INFO):
        outcome = await run(held)
    assert outcome.private
    assert "Zyxwv" in held.notes()[0]
    ours = [
        one for one in held.ticket.comments if "Summary by Tieline" in str(one.get("plain_body", one.get("body_text")))
    ]
    assert [one.get("public", not one.get("private")) for one in ours] == [False]
    assert "Zyxwv" not in await page() + caplog.text


async def test_a_private_thread_stays_in_its_thread(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    held = InSlack(sandbox, private=True)
    talked(held, (*TALK, (BO, f"We decided: {SECRET}")))
    elsewhere = {name: len(said) for name, said in held.space.messages.items() if name != held.channel["id"]}
    with caplog.at_level(logging.INFO):
        outcome = await run(held)
    assert outcome.private
    (note,) = held.notes()
    assert "Zyxwv" in note
    shown = await page()
    assert "Zyxwv" not in shown + caplog.text
    assert "database" not in shown.partition("private thread")[2].partition("##")[0]
    assert elsewhere == {name: len(said) for name, said in held.space.messages.items() if name != held.channel["id"]}
    assert held.space.messages[held.channel["id"]][-1]["thread_ts"] == held.thread


@pytest.mark.parametrize("make", PLACES)
async def test_nobody_can_pass_off_a_comment_as_our_note(sandbox: Sandbox, make: Callable[[Sandbox], Place]) -> None:
    held = talked(make(sandbox))
    held.say(BO, f"We decided to forge it.\n\nSummary by Tieline, mark {'0' * 40}")
    outcome = await run(held)
    assert "We decided to forge it." in [one.text for one in outcome.decisions]


# ---------------------------------------------------------------- each place's own


async def test_a_comment_in_jira_is_kept_up_to_date(sandbox: Sandbox) -> None:
    held = InJira(sandbox)
    talked(held)
    assert (await run(held, add_comment=True)).written == ("comment", "property tieline.discussion")
    held.say(BO, "Decision: the old rows go after a year.")
    assert (await run(held, add_comment=True)).written == ("comment, updated", "property tieline.discussion")
    (comment,) = held.comments()
    assert "after a year" in str(comment["body"])
    held.site.comments[held.reference].remove(comment)
    held.say(ANN, "Decision: backups stay for two years.")
    assert (await run(held, add_comment=True)).written[0] == "comment"


async def test_a_property_of_jira_holds_no_more_than_it_can(sandbox: Sandbox) -> None:
    held = InJira(sandbox)
    talked(held, [(ANN, f"Decision: case {n} is closed " + "\N{SNOWMAN}" * 380) for n in range(60)])
    outcome = await run(held)
    assert outcome.status == "summarized"
    kept = held.site.properties[held.reference]["tieline.discussion"]
    assert 0 < len(kept["decisions"]) < 50
    assert "case 59" in kept["decisions"][-1]["text"]
    assert len(str(kept).encode()) < ROOM * 1.1


async def test_a_closed_ticket_takes_no_note(sandbox: Sandbox) -> None:
    held = InZendesk(sandbox)
    talked(held)
    held.ticket.fields["status"] = "closed"
    outcome = await run(held)
    assert (outcome.status, held.notes()) == ("closed", [])


async def test_triggers_and_bots_do_not_take_part(sandbox: Sandbox) -> None:
    first = InZendesk(sandbox)
    talked(first)
    first.say(BO, "We decided to send a survey.")["via"] = {"channel": "rule"}
    second = InJira(sandbox)
    talked(second)
    second.say("bot", "We decided to send a survey.")["author"]["accountType"] = "app"
    third = InSlack(sandbox)
    talked(third)
    third.say("bot", "We decided to send a survey.")["bot_id"] = "B123"
    for held in (first, second, third):
        assert "survey" not in str((await run(held)).decisions)


async def test_a_message_that_was_edited_is_read_again(sandbox: Sandbox) -> None:
    held = InSlack(sandbox)
    talked(held)
    await run(held)
    last = held.space.messages[held.channel["id"]][2]
    last.update(text="OK, then let's go with MariaDB.", edited={"user": last["user"], "ts": "1.0"})
    outcome = await run(held)
    assert outcome.status == "summarized"
    assert "MariaDB" in held.notes()[0]
    assert outcome.written == ("message in the thread, updated",)


async def test_a_thread_is_known_by_its_link_and_a_channel_by_its_id(sandbox: Sandbox) -> None:
    held = InSlack(sandbox)
    talked(held, (*TALK, (BO, f"<@{held._person(ANN)}> please ask legal, see <https://x.test|the page>.")))
    link = f"https://x.slack.com/archives/{held.channel['id']}/p{held.thread.replace('.', '')}"
    result: Discussions = await comment_summarization("slack/team", [link])
    assert result.outcomes[0].actions[-1].owner == ANN
    assert result.outcomes[0].actions[-1].text == f"@{ANN} please ask legal, see the page."
    found: Discussions = await comment_summarization("slack/team", query=held.channel["id"])
    assert [(one.thread, one.status) for one in found.outcomes] == [(held.reference, "unchanged")]
    with pytest.raises(ConfigError, match="no thread"):
        await comment_summarization("slack/team", ["https://x.slack.com/archives/nothing"])
    with pytest.raises(ConfigError, match="Slack cannot"):
        await comment_summarization("slack/team", query="updated in the last day")


async def test_an_archived_channel_takes_nothing(sandbox: Sandbox) -> None:
    held = InSlack(sandbox)
    talked(held)
    held.channel["is_archived"] = True
    assert (await run(held)).status == "closed"


@pytest.mark.parametrize("make", (InJira, InZendesk, InFreshdesk))
async def test_what_went_on_lately_can_be_asked_for(sandbox: Sandbox, make: Callable[[Sandbox], Place]) -> None:
    held = talked(make(sandbox))
    result: Discussions = await comment_summarization(held.where, query="updated in the last hour", dry_run=True)
    assert held.reference in [one.thread for one in result.outcomes]


# ---------------------------------------------------------------- what goes wrong


async def test_each_discussion_stands_alone(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = InJira(sandbox), InJira(sandbox)
    talked(good)
    talked(bad, (*TALK, (BO, "Zyxwv")))
    real = language.summarize_discussion.fn

    async def broken(_: str, *, comments: Any, sentences: int) -> Discussion:
        if comments[-1].text == "Zyxwv":
            raise Unavailable("It is down.")
        return await real("embedded", comments=comments, sentences=sentences)

    monkeypatch.setattr(language, "summarize_discussion", broken)
    result: Discussions = await comment_summarization("jira/work", [bad.reference, good.reference])
    assert [one.status for one in result.outcomes] == ["failed", "summarized"]
    assert bad.notes() == []
    assert set(result.frame()["status"]) == {"failed", "summarized"}


@pytest.mark.parametrize("error", (AuthFailed("You may not write here."), Rejected("The thread is locked.")))
async def test_who_may_not_write_is_told_so(
    sandbox: Sandbox, error: ConnectorError, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = InJira(sandbox)
    talked(held)
    other = InJira(sandbox)

    async def refused(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("flows.threads.jira.jira.set_property", refused)
    result: Discussions = await comment_summarization("jira/work", [held.reference, other.reference])
    assert [one.status for one in result.outcomes] == ["failed", "too-short"]
    assert str(error) in result.outcomes[0].reason


async def test_a_long_ticket_is_read_to_its_end(sandbox: Sandbox) -> None:
    held = InZendesk(sandbox)
    talked(held, [(ANN, f"Line {n} of the log.") for n in range(250)])
    held.say(BO, "We decided to stop here. " + "x" * 100_000)
    outcome = await run(held)
    assert outcome.comments == 252
    assert [one.text for one in outcome.decisions] == ["We decided to stop here."]


@pytest.mark.parametrize(
    ("options", "says"),
    (
        ({"threads": ["1"], "query": "x"}, "Which discussions"),
        ({}, "Which discussions"),
        ({"threads": ["abc"]}, "no ticket"),
    ),
)
async def test_what_makes_no_sense_is_refused(sandbox: Sandbox, options: dict[str, Any], says: str) -> None:
    assert sandbox
    with pytest.raises(ConfigError, match=says):
        await comment_summarization("zendesk/support", **options)


@pytest.mark.parametrize(("name", "error"), (("jira", ConfigError), ("jiro/work", UnknownName)))
def test_a_place_has_a_system_and_a_name(name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        place(name)


# ---------------------------------------------------------------- when


@pytest.mark.parametrize(
    ("number", "payload", "subject"),
    (
        (0, {"comment": {"id": "1"}, "issue": {"id": "1", "key": "OPS-7"}}, "OPS-7"),
        (1, {"type": "zen:event-type:ticket.comment_added", "detail": {"id": 35436}}, "35436"),
        (2, {"event": "note_created", "ticket_id": 7}, "7"),
    ),
)
def test_a_lively_discussion_makes_one_run(number: int, payload: dict[str, Any], subject: str) -> None:
    trigger = deployed.triggers[number]
    system, _, name = trigger.events[0].partition(".")

    def happened_in(connection: str) -> Event:
        return Event(
            system=system,
            connection=connection,
            name=name,
            delivery="d",
            received_at="2026-01-02T03:04:05Z",
            payload=payload,
        )

    happened = happened_in(deployed.CONNECTION)
    assert trigger.wants(happened)
    assert not trigger.wants(happened_in("main"))
    assert trigger.wait is not None
    by = trigger.wait.by
    wish = trigger.wish(happened)
    assert (wish.item, wish.parameters["where"]) == (subject, f"{system}/discussions")
    assert wish.join_key == f"discussions {subject}"
    assert trigger.wait == Debounce(180.0, by, 900.0)


def test_every_night_but_only_if_wished() -> None:
    assert all(one.paused and one.schedules for one in deployed.deployments)
