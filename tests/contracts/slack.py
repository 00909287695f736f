"""Slack, as of https://docs.slack.dev/reference/methods on 2026-11-22.

The two descriptions at hand are the one that Slack published until 2021, and a table of its Python SDK's methods.
"""

import hashlib
import hmac
import json
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

INTERACTIVITY = "https://docs.slack.dev/interactivity"
COMMAND = {
    "command": "/weather",
    "text": "94070",
    "user_id": "U2147483697",
    "user_name": "ann",
    "channel_id": "C2147483705",
    "trigger_id": "13345224609.738474920.8088930838d88f008e0",
    "response_url": "https://hooks.slack.com/commands/1234/5678",
}
PLACE = {"id": "C2147483705", "name": "review-updates"}
PAGE = "https://docs.slack.dev/reference/events"
FILES = "https://files.slack.com/files-pri"
HOOK = "secret-hook-789"
TS = "1503435956.000247"
CHANNEL = {"id": "C012AB3CD", "name": "support", "is_private": False, "is_archived": False, "num_members": 4}
USER = {
    "id": "W012A3CDE",
    "name": "ann",
    "deleted": False,
    "is_bot": False,
    "profile": {"email": "ann@example.com", "real_name": "Ann", "status_text": ""},
}
BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Hello*"}}]
VIEW = {
    "type": "modal",
    "callback_id": "refund",
    "title": {"type": "plain_text", "text": "Refund"},
    "blocks": BLOCKS,
}


def sent(method: str, body: dict[str, Any], answer: dict[str, Any]) -> tuple[Exchange]:
    """A POST of JSON."""
    return (Exchange(f"POST /{method}", json=body, response={"ok": True, **answer}),)


def interaction(kind: str, **fields: Any) -> Event:
    """A form with JSON in it, https://docs.slack.dev/interactivity/handling-user-interaction/."""
    payload = {"type": kind, "user": {"id": "U2147483697", "username": "ann"}, "trigger_id": "12321423423.333649436676"}
    docs = f"https://docs.slack.dev/reference/interaction-payloads/{kind}-payload/"
    return Event({"payload": json.dumps({**payload, **fields})}, form=True, docs=docs)


def event(kind: str, **fields: Any) -> Event:
    """A delivery of the Events API, https://docs.slack.dev/apis/events-api/#event-type-structure."""
    payload = {
        "token": "one-long-verification-token",
        "team_id": "T061EG9R6",
        "api_app_id": "A0PNCHHK2",
        "type": "event_callback",
        "event_id": "Ev0PV52K21",
        "event_time": 1355517523,
        "event": {"type": kind, "event_ts": "1355517523.000005", **fields},
    }
    return Event(payload, headers={"X-Slack-Retry-Num": "1"}, docs=f"{PAGE}/{kind}")


def sign(raw: bytes, now: float) -> dict[str, str]:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack."""
    moment = str(int(now))
    made = hmac.new(HOOK.encode(), b"v0:" + moment.encode() + b":" + raw, hashlib.sha256).hexdigest()
    return {"X-Slack-Signature": f"v0={made}", "X-Slack-Request-Timestamp": moment}


contract = Contract(
    base="https://slack.com/api",
    checked_with="Slack's Web API description and the methods of slack_sdk 3.47, as of 2026-11-22",
    credentials={"token": "xoxb-secret-token-123", "webhook_secret": HOOK},
    health=Exchange("POST /auth.test", response={"ok": True, "user": "tieline", "team": "Acme", "user_id": "U1"}),
    sign=sign,
    logins={"bot token": ({"token": "xoxb-abc"}, {"authorization": "Bearer xoxb-abc"})},
    own_words=("invite", "open", "set"),
    actions={
        "send_message": Case(
            {"channel": "C012AB3CD", "text": "Hello"},
            sent(
                "chat.postMessage",
                {"channel": "C012AB3CD", "text": "Hello"},
                {"channel": "C012AB3CD", "ts": TS, "message": {"text": "Hello"}},
            ),
            {"channel": "C012AB3CD", "ts": TS},
        ),
        "send_message: blocks, in a thread": Case(
            {"channel": "C012AB3CD", "text": "Hello", "blocks": BLOCKS, "thread_ts": TS},
            sent(
                "chat.postMessage",
                {"channel": "C012AB3CD", "text": "Hello", "blocks": BLOCKS, "thread_ts": TS},
                {"channel": "C012AB3CD", "ts": "1503435957.000100"},
            ),
            {"ts": "1503435957.000100"},
        ),
        "send_response": Case(
            {"response_url": "https://hooks.slack.com/commands/1234/5678", "text": "Done", "everybody": True},
            (
                Exchange(
                    "POST https://hooks.slack.com/commands/1234/5678",
                    json={"response_type": "in_channel", "replace_original": False, "text": "Done"},
                    sends={"authorization": None},
                    response=b"ok",
                    headers={"content-type": "text/plain"},
                ),
            ),
            None,
            docs=f"{INTERACTIVITY}/handling-user-interaction/#message_responses (an address of its own, without token)",
        ),
        "send_response: for who asked alone, in a thread": Case(
            {
                "response_url": "https://hooks.slack.com/app/T1/2/xyz",
                "text": "Done",
                "blocks": BLOCKS,
                "thread_ts": TS,
            },
            (
                Exchange(
                    "POST https://hooks.slack.com/app/T1/2/xyz",
                    json={
                        "response_type": "ephemeral",
                        "replace_original": False,
                        "text": "Done",
                        "blocks": BLOCKS,
                        "thread_ts": TS,
                    },
                    response={"ok": True},
                ),
            ),
            None,
            docs=f"{INTERACTIVITY}/handling-user-interaction/#message_responses (an address of its own, without token)",
        ),
        "update_message": Case(
            {"channel": "C012AB3CD", "ts": TS, "text": "Hello again"},
            sent(
                "chat.update",
                {"channel": "C012AB3CD", "ts": TS, "text": "Hello again"},
                {"channel": "C012AB3CD", "ts": TS, "text": "Hello again"},
            ),
            {"ts": TS},
        ),
        "list_messages": Case(
            {"channel": "C012AB3CD", "oldest": "2026-01-02T03:04:05Z", "limit": 2},
            (
                Exchange(
                    "GET /conversations.history",
                    query={"channel": "C012AB3CD", "oldest": "1767323045.000000", "limit": "2"},
                    response={
                        "ok": True,
                        "messages": [{"type": "message", "user": "U1", "text": "b", "ts": "2.0"}],
                        "has_more": True,
                        "response_metadata": {"next_cursor": "bmV4dA=="},
                    },
                ),
                Exchange(
                    "GET /conversations.history",
                    query={
                        "channel": "C012AB3CD",
                        "oldest": "1767323045.000000",
                        "limit": "2",
                        "cursor": "bmV4dA==",
                    },
                    response={"ok": True, "messages": [{"type": "message", "bot_id": "B1", "text": "a", "ts": "1.0"}]},
                ),
            ),
            [{"ts": "2.0", "user": "U1"}, {"ts": "1.0", "bot_id": "B1"}],
        ),
        "list_messages: of a thread": Case(
            {"channel": "C012AB3CD", "thread_ts": TS},
            (
                Exchange(
                    "GET /conversations.replies",
                    query={"channel": "C012AB3CD", "ts": TS, "limit": "100"},
                    response={"ok": True, "messages": [{"text": "a", "ts": TS, "thread_ts": TS}]},
                ),
            ),
            [{"ts": TS, "thread_ts": TS}],
        ),
        "create_channel": Case(
            {"name": "incident-7", "private": True},
            sent(
                "conversations.create",
                {"name": "incident-7", "is_private": True},
                {"channel": {**CHANNEL, "name": "incident-7", "is_private": True}},
            ),
            {"id": "C012AB3CD", "name": "incident-7", "is_private": True},
        ),
        "invite_user": Case(
            {"channel": "C012AB3CD", "user_id": "W012A3CDE"},
            sent("conversations.invite", {"channel": "C012AB3CD", "users": "W012A3CDE"}, {"channel": CHANNEL}),
            {"id": "C012AB3CD"},
        ),
        "list_channels": Case(
            {"private": True, "limit": 2},
            (
                Exchange(
                    "GET /conversations.list",
                    query={"types": "public_channel,private_channel", "exclude_archived": "true", "limit": "2"},
                    response={"ok": True, "channels": [CHANNEL], "response_metadata": {"next_cursor": "dGVhbQ=="}},
                ),
                Exchange(
                    "GET /conversations.list",
                    query={
                        "types": "public_channel,private_channel",
                        "exclude_archived": "true",
                        "limit": "2",
                        "cursor": "dGVhbQ==",
                    },
                    response={"ok": True, "channels": [{"id": "C2"}], "response_metadata": {"next_cursor": ""}},
                ),
            ),
            [{"id": "C012AB3CD", "num_members": 4}, {"id": "C2"}],
        ),
        "get_login": Case(
            {},
            (
                Exchange(
                    "POST /auth.test",
                    response={"ok": True, "url": "https://acme.slack.com/", "team": "A", "user": "bo", "user_id": "U1"},
                ),
            ),
            {"user_id": "U1", "url": "https://acme.slack.com/"},
        ),
        "get_channel": Case(
            {"channel": "C012AB3CD"},
            (
                Exchange(
                    "GET /conversations.info",
                    query={"channel": "C012AB3CD"},
                    response={"ok": True, "channel": CHANNEL},
                ),
            ),
            {"id": "C012AB3CD", "is_private": False, "is_im": False},
        ),
        "get_user": Case(
            {"user_id": "W012A3CDE"},
            (Exchange("GET /users.info", query={"user": "W012A3CDE"}, response={"ok": True, "user": USER}),),
            {"profile": {"real_name": "Ann"}},
        ),
        "find_user": Case(
            {"email": "ann@example.com"},
            (
                Exchange(
                    "GET /users.lookupByEmail",
                    query={"email": "ann@example.com"},
                    response={"ok": True, "user": USER},
                ),
            ),
            {"id": "W012A3CDE", "profile": {"email": "ann@example.com"}},
        ),
        "find_user: nobody": Case(
            {"email": "no@example.com"},
            (
                Exchange(
                    "GET /users.lookupByEmail",
                    query={"email": "no@example.com"},
                    response={"ok": False, "error": "users_not_found"},
                ),
            ),
            None,
        ),
        "set_status": Case(
            {"text": "On leave", "emoji": ":palm_tree:", "until": "2026-01-02T03:04:05Z"},
            sent(
                "users.profile.set",
                {
                    "profile": {
                        "status_text": "On leave",
                        "status_emoji": ":palm_tree:",
                        "status_expiration": 1767323045,
                    }
                },
                {"username": "ann", "profile": {"status_text": "On leave", "status_emoji": ":palm_tree:"}},
            ),
            {"status_text": "On leave"},
        ),
        "upload_file": Case(
            {"file": b"a,b\n", "filename": "report.csv", "channel": "C012AB3CD", "comment": "Today's"},
            (
                Exchange(
                    "POST /files.getUploadURLExternal",
                    form={"filename": "report.csv", "length": "4"},
                    response={
                        "ok": True,
                        "upload_url": "https://files.slack.com/upload/v1/ABC123",
                        "file_id": "F123ABC456",
                    },
                ),
                Exchange(
                    "POST https://files.slack.com/upload/v1/ABC123",
                    raw=b"a,b\n",
                    response=b"OK - 4",
                    headers={"content-type": "text/plain"},
                ),
                Exchange(
                    "POST /files.completeUploadExternal",
                    json={
                        "files": [{"id": "F123ABC456", "title": "report.csv"}],
                        "channel_id": "C012AB3CD",
                        "initial_comment": "Today's",
                    },
                    response={"ok": True, "files": [{"id": "F123ABC456", "title": "report.csv"}]},
                ),
            ),
            {"id": "F123ABC456", "title": "report.csv"},
            docs="https://docs.slack.dev/reference/methods/files.getUploadURLExternal (the bytes go to `upload_url`)",
        ),
        "download_file": Case(
            {"file_id": "F0S43P1CZ"},
            (
                Exchange(
                    "GET /files.info",
                    query={"file": "F0S43P1CZ"},
                    response={
                        "ok": True,
                        "file": {"id": "F0S43P1CZ", "url_private_download": f"{FILES}/T1-F0S43P1CZ/download/a.csv"},
                    },
                ),
                Exchange(
                    f"GET {FILES}/T1-F0S43P1CZ/download/a.csv",
                    sends={"authorization": "Bearer xoxb-secret-token-123"},
                    response=b"a,b\n",
                    headers={"content-type": "text/csv"},
                ),
            ),
            "a,b\n",
            docs="https://docs.slack.dev/reference/objects/file-object/ (the bytes lie on another host)",
        ),
        "open_dialog": Case(
            {"trigger_id": "12345.98765.abcd2358fdea", "view": VIEW},
            sent(
                "views.open",
                {"trigger_id": "12345.98765.abcd2358fdea", "view": VIEW},
                {"view": {**VIEW, "id": "VMHU10V25", "hash": "156772938.1827394"}},
            ),
            {"id": "VMHU10V25", "callback_id": "refund"},
        ),
    },
    events={
        "message": event("message", channel="C2147483705", user="U2147483697", text="Hello", ts=TS),
        "app_mention": event("app_mention", channel="C123ABC456", user="U061F7AUR", text="<@U0LAN0Z89> hi", ts=TS),
        "reaction_added": event(
            "reaction_added",
            user="U123ABC456",
            reaction="thumbsup",
            item_user="U222222222",
            item={"type": "message", "channel": "C123ABC456", "ts": TS},
        ),
        "reaction_removed": event(
            "reaction_removed",
            user="U123ABC456",
            reaction="thumbsup",
            item_user="U222222222",
            item={"type": "message", "channel": "C123ABC456", "ts": TS},
        ),
        "channel_created": event(
            "channel_created", channel={"id": "C024BE91L", "name": "fun", "created": 1360782804, "creator": "U024BE7LH"}
        ),
        "member_joined_channel": event(
            "member_joined_channel", user="W06GH7XHN", channel="C0698JE0H", channel_type="C", team="T024BE7LD"
        ),
        "team_join": event("team_join", user=USER),
        "slash_command": Event(COMMAND, form=True, docs=f"{INTERACTIVITY}/implementing-slash-commands/"),
        "block_actions": interaction("block_actions", actions=[{"action_id": "WaXA", "type": "button"}], channel=PLACE),
        "message_action": interaction("message_action", callback_id="chirp_message", message={"text": "Hello"}),
        "shortcut": interaction("shortcut", callback_id="shortcut_create_task"),
        "view_submission": interaction("view_submission", view={"id": "VNHU13V36", "type": "modal"}),
        "view_closed": interaction("view_closed", view={"id": "VNHU13V36", "type": "modal"}),
    },
)
