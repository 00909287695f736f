"""Slack messages and channels.

Pages: https://docs.slack.dev/reference/methods/chat.postMessage, .../chat.update, .../conversations.create,
.../conversations.list, .../conversations.invite, .../conversations.info, .../conversations.history,
.../conversations.replies
"""

import re

from tieline.sandbox.happening import Record
from tieline.sandbox.slack import blocks
from tieline.sandbox.slack.memory import Workspace
from tieline.sandbox.slack.wire import Call, SlackError, page

LONGEST_TEXT = 40_000
LONGEST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
MOST_INVITED = 1000
LONGEST_NAME = 80

_TYPES = ("public_channel", "private_channel", "mpim", "im")


def post_message(call: Call) -> Record:
    """chat.postMessage: text, blocks or attachments to a channel (id or name) or a person."""
    channel = _postable(call, call.needed("channel"))
    message = _content(call)
    if thread := call.text("thread_ts"):
        _into_thread(call.workspace, channel["id"], thread, message)
    add_message(call.workspace, channel["id"], message)
    return {"channel": channel["id"], "ts": message["ts"], "message": message}


def _content(call: Call) -> Record:
    """What a message says. Errors: `no_text`, `msg_too_long`, `invalid_blocks`, `too_many_attachments`."""
    text, markdown = call.text("text"), call.text("markdown_text")
    given, attached = call.args.get("blocks"), call.args.get("attachments")
    if markdown and (text or given):
        raise SlackError("markdown_text_conflict")
    if not (text or markdown or given or attached):
        raise SlackError("no_text")
    if len(text) > LONGEST_TEXT or len(markdown) > LONGEST_MARKDOWN:
        raise SlackError("msg_too_long")
    message: Record = {"type": "message", "user": call.user, "text": text or markdown}
    message["team"] = call.workspace.team["id"]
    if call.is_bot:
        message |= {"bot_id": "B" + call.user[1:], "app_id": "A" + call.user[1:]}
    if given:
        blocks.check(given)
        message["blocks"] = [{"block_id": f"b{i}", **block} for i, block in enumerate(given)]
    if attached:
        if not isinstance(attached, list):
            raise SlackError("invalid_attachments")
        if len(attached) > MOST_ATTACHMENTS:
            raise SlackError("too_many_attachments")
        message["attachments"] = attached
    return message


def _into_thread(workspace: Workspace, channel: str, thread: str, message: Record) -> None:
    """Make a message a reply. Errors: `invalid_thread_ts` when there is no such message."""
    parent = next((m for m in workspace.messages[channel] if m["ts"] == thread), None)
    if parent is None:
        raise SlackError("invalid_thread_ts")
    parent["thread_ts"] = thread
    parent["reply_count"] = parent.get("reply_count", 0) + 1
    message["thread_ts"] = thread


def add_message(workspace: Workspace, channel: str, message: Record) -> None:
    """Put a message into a channel; it gets its timestamp here."""
    message["ts"] = workspace.next_ts()
    workspace.messages.setdefault(channel, []).append(message)
    workspace.tell("message.created", {"channel": channel, **message})


def update_message(call: Call) -> Record:
    """chat.update: own messages only. What is not given goes away, except the text when blocks are given."""
    channel = _channel(call, call.needed("channel"))
    ts = call.needed("ts")
    message = next((m for m in call.workspace.messages[channel["id"]] if m["ts"] == ts), None)
    if message is None:
        raise SlackError("message_not_found")
    if message["user"] != call.user:
        raise SlackError("cant_update_message")
    new = _content(call)
    history = [*message.get("sandbox_history", []), message["text"]]
    kept = {name: message[name] for name in ("ts", "thread_ts", "reply_count", "files") if name in message}
    message.clear()
    edited = {"user": call.user, "ts": call.workspace.next_ts()}
    message.update(new, **kept, edited=edited, sandbox_history=history)
    call.workspace.tell("message.updated", {"channel": channel["id"], **message})
    return {"channel": channel["id"], "ts": ts, "text": message["text"], "message": shown(message)}


def shown(message: Record) -> Record:
    """A message as Slack shows it, without what the sandbox notes beside it."""
    return {name: value for name, value in message.items() if name != "sandbox_history"}


def create_channel(call: Call) -> Record:
    """conversations.create. Errors: `name_taken` and the `invalid_name_...` words."""
    name = call.text("name")
    _check_name(name)
    workspace = call.workspace
    if any(channel["name"] == name for channel in workspace.channels.values()):
        raise SlackError("name_taken")
    channel = add_channel(workspace, name, call.user, [call.user], private=call.flag("is_private"))
    workspace.tell("channel.created", channel)
    return {"channel": seen_by(call, channel)}


def _check_name(name: str) -> None:
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > LONGEST_NAME:
        raise SlackError("invalid_name_maxlength")
    if not re.fullmatch(r"[^\W]+(?:[\w-]*)|[-_]+[\w-]*", name) or name != name.lower():
        raise SlackError("invalid_name_specials")
    if not re.search(r"[^\W_]", name):
        raise SlackError("invalid_name_punctuation")


def add_channel(workspace: Workspace, name: str, creator: str, members: list[str], *, private: bool = False) -> Record:
    """Create a channel in Slack's form."""
    number = workspace.next_id("C")
    note = {"value": "", "creator": "", "last_set": 0}
    channel = {
        "id": number,
        "name": name,
        "name_normalized": name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": private,
        "is_archived": False,
        "is_general": name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "previous_names": [],
        "unlinked": 0,
        "created": int(workspace.clock().timestamp()),
        "creator": creator,
        "topic": dict(note),
        "purpose": dict(note),
        "members": members,
    }
    workspace.channels[number] = channel
    workspace.messages[number] = []
    return channel


def seen_by(call: Call, channel: Record, *, count: bool = True) -> Record:
    """A channel as the caller sees it: members become `is_member` and a number."""
    view = {name: value for name, value in channel.items() if name != "members"}
    view["is_member"] = call.user in channel["members"]
    if count:
        view["num_members"] = len(channel["members"])
    return view


def _visible(call: Call, channel: Record) -> bool:
    return not channel["is_private"] or call.user in channel["members"]


def _channel(call: Call, number: str) -> Record:
    """A channel by its id. Private ones that the caller is not in are not there."""
    channel = call.workspace.channels.get(number)
    if channel is None or not _visible(call, channel):
        raise SlackError("channel_not_found")
    return channel


def _postable(call: Call, wanted: str) -> Record:
    """The channel to post to: by id, by name, or a person's direct channel."""
    workspace = call.workspace
    if wanted in workspace.users:
        return _direct(workspace, call.user, wanted)
    name = wanted.removeprefix("#")
    found = next((c for c in workspace.channels.values() if name in (c["id"], c["name"])), None)
    if found is None or not _visible(call, found):
        raise SlackError("channel_not_found")
    if found["is_archived"]:
        raise SlackError("is_archived")
    if call.user not in found["members"]:
        raise SlackError("not_in_channel")
    return found


def member_channel(call: Call, number: str) -> Record:
    """A channel by id that the caller may share into."""
    channel = _channel(call, number)
    return _postable(call, channel["id"])


def _direct(workspace: Workspace, one: str, other: str) -> Record:
    name = "dm-" + "-".join(sorted((one, other))).lower()
    known = next((c for c in workspace.channels.values() if c["name"] == name), None)
    if known is None:
        known = add_channel(workspace, name, one, [one, other], private=True)
        known |= {"is_im": True, "is_channel": False}
    return known


def list_channels(call: Call) -> Record:
    """conversations.list: of the given types (public channels by default), page by page."""
    types = [kind.strip() for kind in (call.text("types") or "public_channel").split(",")]
    if not set(types) <= set(_TYPES):
        raise SlackError("invalid_types")
    found = [
        seen_by(call, channel)
        for channel in call.workspace.channels.values()
        if _kind(channel) in types
        and _visible(call, channel)
        and not (call.flag("exclude_archived") and channel["is_archived"])
    ]
    return page(call, "channels", found, "id", 1000)


def _kind(channel: Record) -> str:
    if channel["is_im"]:
        return "im"
    return "private_channel" if channel["is_private"] else "public_channel"


def channel_info(call: Call) -> Record:
    """conversations.info."""
    return {"channel": seen_by(call, _channel(call, call.needed("channel")), count=call.flag("include_num_members"))}


def history(call: Call) -> Record:
    """conversations.history: newest first, without the replies in threads."""
    channel = _channel(call, call.needed("channel"))
    if call.user not in channel["members"]:
        raise SlackError("not_in_channel")
    oldest, latest = call.text("oldest") or "0", call.text("latest") or "9999999999"
    inclusive = call.flag("inclusive")

    def between(ts: str) -> bool:
        return float(oldest) < float(ts) < float(latest) or (inclusive and ts in (oldest, latest))

    try:
        found = [shown(m) for m in reversed(call.workspace.messages[channel["id"]]) if between(m["ts"])]
    except ValueError:
        raise SlackError("invalid_ts_oldest") from None
    tops = [m for m in found if m.get("thread_ts", m["ts"]) == m["ts"]]
    answer = page(call, "messages", tops, "ts", 999)
    return {"has_more": bool(answer["response_metadata"]["next_cursor"]), "pin_count": 0, **answer}


def replies(call: Call) -> Record:
    """conversations.replies: the first message of a thread and its replies, oldest first."""
    channel, first = _channel(call, call.needed("channel")), call.needed("ts")
    if call.user not in channel["members"]:
        raise SlackError("not_in_channel")
    there = call.workspace.messages[channel["id"]]
    found = [shown(message) for message in there if first in (message["ts"], message.get("thread_ts"))]
    if not found:
        raise SlackError("thread_not_found")
    answer = page(call, "messages", found, "ts", 1000)
    return {"has_more": bool(answer["response_metadata"]["next_cursor"]), **answer}


def invite(call: Call) -> Record:
    """conversations.invite: all or nobody. The first problem is the error; `errors` has all of them."""
    channel = _channel(call, call.needed("channel"))
    users = [user.strip() for user in call.text("users").split(",") if user.strip()]
    if not users:
        raise SlackError("no_user")
    if len(users) > MOST_INVITED:
        raise SlackError("too_many_users")
    if channel["is_archived"]:
        raise SlackError("is_archived")
    if call.user not in channel["members"]:
        raise SlackError("not_in_channel")
    problems = [(user, word) for user in users if (word := _why_not(call, channel, user))]
    if problems:
        listed = [{"ok": False, "user": user, "error": word} for user, word in problems]
        raise SlackError(problems[0][1], errors=listed)
    channel["members"] += users
    for user in users:
        call.workspace.tell("channel.joined", {"user": user, "channel": channel["id"], "inviter": call.user})
    return {"channel": seen_by(call, channel)}


def _why_not(call: Call, channel: Record, user: str) -> str:
    if user not in call.workspace.users:
        return "user_not_found"
    if user == call.user:
        return "cant_invite_self"
    return "already_in_channel" if user in channel["members"] else ""
