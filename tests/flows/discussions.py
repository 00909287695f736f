"""Discussions in simulated vendors: people write, and what Tieline wrote can be seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from tieline.markup import adf
from tieline.sandbox import Sandbox
from tieline.sandbox.freshdesk import rules as freshdesk
from tieline.sandbox.freshdesk.memory import FreshdeskDesk
from tieline.sandbox.jira import issues, talk
from tieline.sandbox.jira.memory import Site
from tieline.sandbox.slack import messages as slack
from tieline.sandbox.slack.memory import Workspace
from tieline.sandbox.zendesk import rules as zendesk
from tieline.sandbox.zendesk.memory import ZendeskDesk

Json = dict[str, Any]

ANN, BO = "Ann Lee", "Bo Kim"
TALK = (
    (ANN, "Which database shall we use? And who will own the migration?"),
    (BO, "I suggest Postgres, since we run it already."),
    (ANN, "OK, then let's go with Postgres. I'll write the record by Friday."),
    (BO, "How long do we keep the old rows?"),
)


class Place(Protocol):
    """A discussion somewhere."""

    where: str
    reference: str

    def say(self, by: str, text: str, *, private: bool = False) -> Json:
        """Somebody writes."""

    def notes(self) -> list[str]:
        """What Tieline has written, where the discussion is."""


class InJira:
    """An issue."""

    where = "jira/work"

    def __init__(self, sandbox: Sandbox) -> None:
        self.site = sandbox.state[Site]
        self.issue = issues.add_issue(self.site, "OPS", "Task", {"summary": "Choose a database"})
        self.reference: str = self.issue["key"]

    def say(self, by: str, text: str, *, private: bool = False) -> Json:
        more = {"visibility": {"type": "role", "value": "Administrators"}} if private else {}
        made = talk.add_comment(self.site, self.issue, adf.from_markdown(text), **more)
        made["author"] = {"accountId": by, "displayName": by, "accountType": "atlassian"}
        return made

    def notes(self) -> list[str]:
        held = self.site.properties[self.reference].get("tieline.discussion")
        return [str(held)] if held else []

    def comments(self) -> list[Json]:
        """Those that Tieline wrote."""
        return [one for one in self.site.comments[self.reference] if one["author"].get("accountId") == self.site.me]


class InZendesk:
    """A ticket."""

    where = "zendesk/support"

    def __init__(self, sandbox: Sandbox) -> None:
        self.desk = sandbox.state[ZendeskDesk]
        self.people: dict[str, int] = {}
        values = {"subject": "Choose a database", "comment": {"body": "Hello, we have to choose one."}}
        self.ticket = zendesk.create(self.desk, {**values, "requester_id": self._person(ANN)})
        self.reference = str(self.ticket.id)

    def _person(self, name: str) -> int:
        if name not in self.people:
            mail = f"{name.replace(' ', '.').lower()}.{len(self.desk.people)}@x.test"
            self.people[name] = zendesk.add_person(self.desk, {"name": name, "email": mail})["id"]
        return self.people[name]

    def say(self, by: str, text: str, *, private: bool = False) -> Json:
        said = {"body": text, "public": not private, "author_id": self._person(by)}
        return zendesk.add_comment(self.desk, self.ticket, said)

    def notes(self) -> list[str]:
        ours = [one for one in self.ticket.comments if one["author_id"] == self.desk.me and not one["public"]]
        return [one["plain_body"] for one in ours]


class InFreshdesk:
    """A ticket."""

    where = "freshdesk/support"

    def __init__(self, sandbox: Sandbox) -> None:
        self.desk = sandbox.state[FreshdeskDesk]
        self.people: dict[str, int] = {}
        values = {"subject": "Choose a database", "description": "Hello.", "priority": 1, "status": 2}
        self.ticket = freshdesk.create(
            self.desk, {**values, "email": f"ann{len(self.desk.people)}@x.test", "name": ANN}
        )
        self.reference = str(self.ticket.id)

    def _person(self, name: str) -> int:
        if name not in self.people:
            values = {"name": name, "email": f"{len(self.desk.people)}@x.test"}
            self.people[name] = freshdesk.add_contact(self.desk, values)["id"]
        return self.people[name]

    def say(self, by: str, text: str, *, private: bool = False) -> Json:
        said = {"body": text.replace("<", "&lt;"), "user_id": self._person(by)}
        return freshdesk.add_conversation(self.desk, self.ticket, said, private=private, incoming=True)

    def notes(self) -> list[str]:
        return [one["body"] for one in self.ticket.comments if one["user_id"] == self.desk.me]


class InSlack:
    """A thread; what is private is a channel."""

    where = "slack/team"

    def __init__(self, sandbox: Sandbox, *, private: bool = False) -> None:
        self.space = sandbox.state[Workspace]
        self.people: dict[str, str] = {}
        members = [self.space.bot_id, self.space.human_id]
        name = f"talk-{len(self.space.channels)}"
        self.channel = slack.add_channel(self.space, name, self.space.human_id, members, private=private)
        self.thread = ""
        self.reference = ""

    def _person(self, name: str) -> str:
        if name not in self.people:
            number = self.people[name] = self.space.next_id("U")
            self.space.users[number] = {"id": number, "name": name.lower(), "profile": {"real_name": name}}
        return self.people[name]

    def say(self, by: str, text: str, *, private: bool = False) -> Json:
        assert not private
        message: Json = {"type": "message", "user": self._person(by), "text": text}
        if self.thread:
            message["thread_ts"] = self.thread
        slack.add_message(self.space, self.channel["id"], message)
        if not self.thread:
            self.thread, message["thread_ts"], message["reply_count"] = message["ts"], message["ts"], 1
            self.reference = f"{self.channel['id']}/{self.thread}"
        return message

    def notes(self) -> list[str]:
        said = self.space.messages[self.channel["id"]]
        return [one["text"] for one in said if one["user"] == self.space.bot_id]


PLACES: Sequence[Callable[[Sandbox], Place]] = (InJira, InZendesk, InFreshdesk, InSlack)


def talked(place: Place, said: Sequence[tuple[str, str]] = TALK) -> Place:
    """The same place, after a talk."""
    for by, text in said:
        place.say(by, text)
    return place
