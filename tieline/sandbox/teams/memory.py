"""What the simulated Microsoft Teams remembers: teams, their channels, and what is written there."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC

from tieline.sandbox.graph import Directory
from tieline.sandbox.happening import Record

WEB = "https://teams.microsoft.sandbox.test/l"


@dataclass
class Teams(Directory):
    """The simulated Teams. Channels and messages are kept by the channel's id; a workflow leads to one channel."""

    me: Record = field(default_factory=dict)
    teams: dict[str, Record] = field(default_factory=dict)
    channels: dict[str, Record] = field(default_factory=dict)
    messages: dict[str, list[Record]] = field(default_factory=dict)
    workflow_channel: str = ""
    #: What the workflow was told and could not post: it says so to nobody but its owner.
    failed_runs: list[str] = field(default_factory=list)
    last_id: int = 0

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        return {"channels": len(self.channels), "messages": sum(map(len, self.messages.values()))}

    def add_channel(self, team: str, name: str, number: str) -> Record:
        """Open a channel in a team."""
        number = f"19:{number}@thread.tacv2"
        made = {
            "id": number,
            "displayName": name,
            "description": None,
            "membershipType": "standard",
            "webUrl": f"{WEB}/channel/{number}?groupId={team}",
            "sandbox_team": team,
        }
        self.channels[number], self.messages[number] = made, []
        return made

    def add(
        self,
        channel: str,
        author: Record,
        body: Record,
        attachments: Iterable[Record] = (),
        reply_to: str | None = None,
    ) -> Record:
        """Write a message into a channel, and let every listener know."""
        moment = self.clock().astimezone(UTC)
        # Teams names a message by its moment, in milliseconds.
        self.last_id = max(self.last_id + 1, int(moment.timestamp() * 1000))
        number, team = str(self.last_id), self.channels[channel]["sandbox_team"]
        at = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        message = {
            "id": number,
            "replyToId": reply_to,
            "etag": number,
            "messageType": "message",
            "createdDateTime": at,
            "lastModifiedDateTime": at,
            "deletedDateTime": None,
            "subject": None,
            "importance": "normal",
            "locale": "en-us",
            "webUrl": f"{WEB}/message/{channel}/{number}?groupId={team}",
            "from": author,
            "body": body,
            "channelIdentity": {"teamId": team, "channelId": channel},
            "attachments": list(attachments),
            "mentions": [],
            "reactions": [],
        }
        self.messages[channel].append(message)
        self.tell("message.created", message)
        return message


def by_person(name: str, number: str) -> Record:
    """Who wrote, where it was a person."""
    user = {"id": number, "displayName": name, "userIdentityType": "aadUser"}
    return {"application": None, "device": None, "user": user}


def by_app(name: str) -> Record:
    """Who wrote, where it was a bot; a workflow posts as one."""
    bot = {"id": name.lower(), "displayName": name, "applicationIdentityType": "bot"}
    return {"application": bot, "device": None, "user": None}
