"""Each chat's way to say it becomes the same command."""

from __future__ import annotations

from typing import Any

import pytest

from tasks import discord, slack, teams, telegram
from tests.chat.payloads import activity, interaction, mention, on_message, shortcut, slash, update
from tieline.chat import Command, Misunderstood, Shared, verbs

LINK = "https://a.test/r.pdf"


def asked(found: Command | None) -> Command:
    assert found is not None
    return found


def test_slack_slash() -> None:
    found = asked(slack.read_command(slash(f"summarize <{LINK}|a.test/r.pdf> length=short")))
    assert (found.verb, found.argument, found.options) == ("summarize", LINK, {"length": "short"})
    assert (found.who.id, found.who.name, found.channel, found.thread) == ("U1", "ann", "C1", "")
    assert asked(slack.read_command(slash("analyze R&amp;D is &lt;fun&gt;"))).argument == "R&D is <fun>"


@pytest.mark.parametrize("payload", (slash("summarize x", command="/weather"), {}, {"event": {"type": "message"}}))
def test_slack_what_is_not_ours(payload: Any) -> None:
    assert slack.read_command(payload) is None


def test_slack_shortcut_is_about_the_message_and_its_files() -> None:
    files = [{"id": "F1", "name": "r.pdf", "size": 10}]
    found = asked(slack.read_command(shortcut("tieline_summarize", text="Sales &gt; April", files=files)))
    assert (found.verb, found.argument, found.message) == ("summarize", "", "Sales > April")
    assert found.files == (Shared(name="r.pdf", reference="F1", size=10),)
    assert found.thread == "1503435956.000247"
    whole = asked(slack.read_command(shortcut("tieline_summarize_thread", thread_ts="1503435900.000001")))
    assert (whole.argument, whole.thread) == ("thread", "1503435900.000001")
    assert slack.read_command(shortcut("approve")) is None


def test_slack_mention_answers_in_the_thread() -> None:
    found = asked(slack.read_command(mention("summarize this thread", thread_ts="1503435900.000001")))
    assert (found.verb, found.argument, found.thread) == ("summarize", "this thread", "1503435900.000001")
    assert slack.read_command(mention("summarize thread", bot_id="B1")) is None, "apps could talk for ever"


def test_discord_typed() -> None:
    found = asked(discord.read_command(interaction("summarize", what=LINK, length="short", tags=3)))
    assert (found.verb, found.argument, found.options) == ("summarize", LINK, {"length": "short", "tags": 3})
    assert (found.who.id, found.who.name, found.channel) == ("9", "Ann", "2")
    payload = interaction("summarize", file="77")
    file = {"filename": "r.pdf", "url": "https://cdn.discordapp.com/r.pdf", "size": 5}
    payload["data"]["resolved"] = {"attachments": {"77": file}}
    assert asked(discord.read_command(payload)).files[0].reference == "https://cdn.discordapp.com/r.pdf"
    with pytest.raises(Misunderstood, match="something to work on"):
        discord.read_command(interaction("summarize", length="short"))


def test_discord_on_a_message() -> None:
    file = {"filename": "r.pdf", "url": "https://cdn.discordapp.com/r.pdf", "size": 5}
    found = asked(discord.read_command(on_message("Summarize", "Sales rose.", attachments=[file])))
    assert (found.verb, found.message, found.files[0].name) == ("summarize", "Sales rose.", "r.pdf")
    assert discord.read_command(on_message("Translate", "x")) is None
    assert discord.read_command({"type": 3, "data": {"custom_id": "x"}}) is None


def test_discord_is_told_every_verb_with_its_options() -> None:
    asked_, *menus = discord.declared()
    assert [one["name"] for one in asked_["options"]] == [*verbs(), "help"]
    summarize = next(one for one in asked_["options"] if one["name"] == "summarize")
    length = next(one for one in summarize["options"] if one["name"] == "length")
    tags = next(one for one in summarize["options"] if one["name"] == "tags")
    assert [choice["value"] for choice in length["choices"]] == ["short", "medium", "long"]
    assert (tags["type"], tags["min_value"], tags["max_value"]) == (4, 0, 10)
    assert [one["name"] for one in menus] == ["Summarize", "Analyze"]
    for one in [asked_, *asked_["options"], *summarize["options"]]:
        assert 1 <= len(one["description"]) <= 100


@pytest.mark.parametrize(
    "typed", ("/summarize", "/summarize@tieline_bot", "/tieline summarize", "/tieline_test summarize")
)
def test_telegram(typed: str) -> None:
    found = asked(telegram.read_command(update(f"{typed} {LINK} length=short")))
    assert (found.verb, found.argument, found.options) == ("summarize", LINK, {"length": "short"})
    assert (found.who.id, found.who.name, found.channel, found.thread) == ("11", "Ann", "-100", "7")


def test_telegram_as_the_reply_to_a_message_or_below_a_file() -> None:
    found = asked(telegram.read_command(update("/analyze", reply_to_message={"text": "I am angry."})))
    assert (found.verb, found.message) == ("analyze", "I am angry.")
    file = {"file_id": "BQ", "file_name": "r.pdf", "file_size": 5}
    captioned = update("", caption="/summarize", document=file)
    del captioned["message"]["text"]
    assert asked(telegram.read_command(captioned)).files[0].reference == "BQ"


@pytest.mark.parametrize("text", ("summarize x", "see /summarize", "/weather", "/", "//summarize x"))
def test_telegram_what_is_not_ours(text: str) -> None:
    assert telegram.read_command(update(text)) is None


def test_telegram_does_not_listen_to_bots() -> None:
    assert telegram.read_command(update("/summarize x", **{"from": {"id": 1, "is_bot": True}})) is None


def test_telegram_start_is_answered_with_help_in_private() -> None:
    with pytest.raises(Misunderstood, match="/summarize URL"):
        telegram.read_command(update("/start", chat={"id": 1, "type": "private"}))
    assert telegram.read_command(update("/start")) is None
    assert [one.command for one in telegram.declared()] == list(verbs())


def test_teams() -> None:
    found = asked(teams.read_command(activity("summarize R&amp;D<br>is fun length=short")))
    assert (found.verb, found.argument, found.options) == ("summarize", "R&D\nis fun", {"length": "short"})
    assert (found.who.id, found.who.name) == ("aad-1", "Ann")
    assert (found.channel, found.thread) == ("19:c1@thread.tacv2", "1503435956")
    assert teams.read_command({**activity("x"), "text": "<at>Deploybot</at> ship it"}) is None
    assert teams.read_command({**activity("x"), "text": "Hello"}) is None


@pytest.mark.parametrize(
    ("text", "argument"),
    (
        ("<p><at>Tieline</at>&nbsp;summarize this</p>\n", "this"),
        ("<div><p><at>Tieline</at> summarize</p><p>this</p></div>", "this"),
        (
            '<p><at>Tieline</at> summarize <a href="https://a.test/b?c=1&amp;d" rel="x">a.test/b</a></p>',
            "https://a.test/b?c=1&d",
        ),
        ('<p><at>Tieline</at> summarize all of <a href="https://a.test">this</a></p>', "all of this"),
    ),
)
def test_teams_says_it_in_html(text: str, argument: str) -> None:
    assert asked(teams.read_command({**activity(""), "text": text})).argument == argument
