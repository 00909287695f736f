"""What an answer looks like in each chat: laid out, short enough, and nothing in it is markup."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.chat import Answer, Line, discord, slack, systems, teams, telegram
from flows.chat.answer import problem
from tieline.errors import ConfigError, Unavailable
from tieline.sandbox.slack import blocks as slack_rules

ANSWER = Answer(
    title="Summary: May report",
    link="https://a.test/r.pdf",
    lines=(Line(text="Sales rose.", where="page 3, Sales"), Line(text="The lift broke.")),
    facts=(("Mood", "neutral"),),
    tags=("sales", "lift"),
    notes=("Read in 2 sections.",),
)
EVIL = "<!channel> @everyone <b>x</b> [click](https://evil.test) *b* _i_ `c` ||s|| <@U1> & \\"
texts = st.text(st.sampled_from("<>&*_`~|[]()@#.!-\\ \naé🙂"), min_size=1, max_size=60)
lines = st.builds(Line, text=texts, where=texts)
answers = st.builds(
    Answer,
    title=texts,
    lines=st.lists(lines, max_size=5).map(tuple),
    points=st.booleans(),
    tags=st.lists(texts, max_size=3).map(tuple),
    notes=st.lists(texts, max_size=3).map(tuple),
    facts=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
    problem=st.booleans(),
)


def test_there_are_these_chats() -> None:
    assert set(systems()) >= {"discord", "slack", "teams", "telegram"}


def test_slack() -> None:
    made = slack.blocks(ANSWER)
    assert [one["type"] for one in made] == ["header", "rich_text", "rich_text", "rich_text", "rich_text", "context"]
    shown = json.dumps(made)
    for said in ("Sales rose.", "page 3, Sales", "https://a.test/r.pdf", "Read in 2 sections."):
        assert said in shown


def test_discord() -> None:
    made = discord.embed(ANSWER).model_dump()
    assert made["description"] == "• Sales rose\\. *(page 3, Sales)*\n• The lift broke\\.\n\n`sales` `lift`"
    assert (made["url"], made["fields"][0]["name"]) == ("https://a.test/r.pdf", "Mood")


def test_telegram() -> None:
    assert telegram.markup(ANSWER) == (
        '<a href="https://a.test/r.pdf"><b>Summary: May report</b></a>\n\n<b>Mood</b>: neutral\n\n'
        "• Sales rose. <i>(page 3, Sales)</i>\n• The lift broke.\n\n"
        "<code>sales</code> <code>lift</code>\n\n<i>Read in 2 sections.</i>"
    )


def mrkdwn(value: Any) -> list[str]:
    """Whatever Slack would read markup in."""
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        return own + [text for inner in value.values() for text in mrkdwn(inner)]
    return [text for inner in value for text in mrkdwn(inner)] if isinstance(value, list) else []


def test_what_a_document_says_calls_nobody_and_marks_nothing_up() -> None:
    answer = Answer(title=EVIL[:100], lines=(Line(text=EVIL, where=EVIL),), tags=(EVIL[:50],), notes=(EVIL,))
    assert mrkdwn(slack.blocks(answer)) == []
    assert "<!channel>" not in slack.escaped(answer.plain)
    assert re.findall(r"<(?!/?(?:b|i|code)>)", telegram.markup(answer)) == []
    description = re.sub(r"`[^`]*`$", "", discord.embed(answer).description or "")
    assert re.search(r"(?<!\\)[\[\]|<@`_]", description) is None


@settings(deadline=None)
@given(answers)
def test_every_answer_is_one_that_the_chats_take(answer: Answer) -> None:
    slack_rules.check(slack.blocks(answer))
    made = discord.embed(answer)
    assert len(made.description or "") <= 4096
    text = telegram.markup(answer)
    assert len(text) <= 4096
    plain = re.sub(r"</?(?:b|i|code|a)(?: [^<>]*)?>", "", text)
    assert "<" not in plain
    assert answer.title.split()[0:1] == html.unescape(plain).removeprefix("⚠️ ").split()[0:1] or not answer.title.strip()


@pytest.mark.parametrize("letter", ("<", "*", "a", "é"))
def test_a_long_one_is_cut_and_says_so(letter: str) -> None:
    answer = Answer(title=letter * 500, lines=tuple(Line(text=letter * 3000) for _ in range(10)))
    slack_rules.check(slack.blocks(answer))
    assert len(telegram.markup(answer)) <= 4096
    assert len(discord.embed(answer).description or "") <= 4096
    for shown in (json.dumps(slack.blocks(answer)), telegram.markup(answer), str(discord.embed(answer).footer)):
        assert "This is not all of it" in shown


def test_errors_are_said_in_peoples_words() -> None:
    short = problem(ConfigError("It wants a login.", hint="Share it as a file."))
    assert (short.title, [one.text for one in short.lines]) == ("It wants a login.", ["Share it as a file."])
    long = problem(Unavailable("x" * 400))
    assert (long.title, long.problem) == ("That did not work.", True)
    assert long.lines[0].text.startswith("xxx")


def test_teams() -> None:
    made = teams.card(ANSWER).adaptive()
    assert made["version"] == "1.5"
    assert {one["type"] for one in made["body"]} == {"RichTextBlock"}, "a text block would read Markdown"
    assert made["actions"] == [{"type": "Action.OpenUrl", "title": "Open the page", "url": "https://a.test/r.pdf"}]
    assert "<li>Sales rose. <i>(page 3, Sales)</i></li>" in teams.markup(ANSWER)
    evil = Answer(title=EVIL, lines=(Line(text=EVIL, where=EVIL),), notes=(EVIL,))
    assert re.findall(r"<(?!/?(?:b|i|p|ul|li)>)", teams.markup(evil)) == []


LONG = "https://a.test/" + "x" * 6000
#: What other people can make long: headings and addresses of pages, names. Escaped, it takes more room.
LARGE = Answer(
    title="<&" * 300,
    link=LONG,
    lines=tuple(Line(text="&*" * 400, where="<_" * 3000) for _ in range(10)),
    facts=tuple(("&" * 100, "<*" * 400) for _ in range(12)),
    tags=("&_" * 100,) * 30,
    notes=("<`" * 300,) * 8,
)


def test_nothing_that_others_have_written_makes_an_answer_too_long() -> None:
    """Each chat's limits: Slack's and Discord's boxes, Telegram's message, Teams' 28 KB."""
    shown = slack.blocks(LARGE)
    slack_rules.check(shown)
    assert len(json.dumps(shown)) < 16_000
    assert len(slack.escaped(LARGE.plain)) <= 40_000
    box = discord.embed(LARGE).model_dump()
    assert len(box["title"]) <= 256
    texts_of_it = [box["title"], box["description"], box["footer"]["text"]]
    texts_of_it += [part for one in box["fields"] for part in (one["name"], one["value"])]
    assert sum(map(len, texts_of_it)) <= 6000
    assert len(json.dumps(teams.card(LARGE).adaptive()).encode()) < 28_000
    assert len(telegram.markup(LARGE)) <= 4096
