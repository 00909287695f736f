"""Fills the simulated Slack: the same agents, a few channels, a little talk."""

from datetime import timedelta

from tieline.sandbox.happening import Record
from tieline.sandbox.seed.cast import AGENTS
from tieline.sandbox.slack.memory import Workspace
from tieline.sandbox.slack.messages import add_channel

_CHANNELS = (
    ("general", True, "Company-wide announcements"),
    ("random", True, "Everything else"),
    ("support-triage", True, "New tickets, and who takes them"),
    ("support-digest", True, "What the flows report"),
    ("engineering", False, "The bot is not in here"),
)
"""Name, whether the bot is a member, purpose."""

_TALK = (
    ("support-triage", "Imani Okafor", "Morning! Queue is long today, mostly parcels and logins."),
    ("support-triage", "Diego Fuentes", "I'll take the parcels. The carrier had a strike on Friday."),
    (
        "support-triage",
        "Hannah Weiss",
        "Could somebody sort the new ones by topic? I keep reading the same mail twice.",
    ),
    ("general", "Grace Muthoni", "Cake in the kitchen :cake:"),
    ("random", "Tomasz Zielinski", "My lamp says 0x3F. *I* say it's Monday."),
)


def populate(workspace: Workspace) -> None:
    """Users, channels and messages."""
    now = workspace.clock()
    workspace.team = {"id": "T0SBX000000", "name": "Lumora", "url": "https://lumora.slack.sandbox.test/"}
    workspace.bot_id = _user(workspace, "Tieline", "tieline", bot=True)
    workspace.human_id = _user(workspace, "Sandbox Person", "person")
    names = {name: _user(workspace, name, name.split()[0].lower()) for name, *_ in AGENTS}
    channels = {}
    for name, with_bot, purpose in _CHANNELS:
        members = [number for number in workspace.users if with_bot or number != workspace.bot_id]
        channel = add_channel(workspace, name, workspace.human_id, members)
        channel["purpose"]["value"] = purpose
        channels[name] = channel["id"]
    for i, (channel_name, author, text) in enumerate(_TALK):
        at = now - timedelta(minutes=10 * (len(_TALK) - i))
        message = {
            "type": "message",
            "user": names[author],
            "text": text,
            "ts": f"{int(at.timestamp())}.{i:06d}",
        }
        workspace.messages[channels[channel_name]].append(message)


def _user(workspace: Workspace, name: str, short: str, *, bot: bool = False) -> str:
    number = workspace.next_id("U")
    profile: Record = {
        "real_name": name,
        "real_name_normalized": name,
        "display_name": short,
        "display_name_normalized": short,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "team": workspace.team["id"],
    }
    if not bot:
        profile["email"] = f"{short}@lumora.example"
    workspace.users[number] = {
        "id": number,
        "team_id": workspace.team["id"],
        "name": short,
        "deleted": False,
        "real_name": name,
        "tz": "Etc/UTC",
        "tz_label": "UTC",
        "tz_offset": 0,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": bot,
        "is_app_user": False,
        "updated": int(workspace.clock().timestamp()),
    }
    return number
