"""Slack people, dialogs and files.

Pages: https://docs.slack.dev/reference/methods/auth.test, .../users.info, .../users.lookupByEmail,
.../users.profile.set, .../views.open, .../files.getUploadURLExternal, .../files.completeUploadExternal
"""

import mimetypes
import uuid
from datetime import timedelta
from typing import Any

from tieline.sandbox.happening import Record
from tieline.sandbox.slack import blocks
from tieline.sandbox.slack.messages import add_message, member_channel
from tieline.sandbox.slack.wire import Call, SlackError, invalid_arguments

TRIGGER_LIVES = timedelta(seconds=3)
LONGEST_TITLE = 24
LONGEST_STATUS = 100
MOST_FIELDS = 50


def auth_test(call: Call) -> Record:
    """auth.test: whose token it is."""
    user, team = call.workspace.users[call.user], call.workspace.team
    answer = {
        "url": team["url"],
        "team": team["name"],
        "team_id": team["id"],
        "user": user["name"],
        "user_id": call.user,
    }
    return answer | ({"bot_id": "B" + call.user[1:]} if call.is_bot else {}) | {"is_enterprise_install": False}


def lookup_by_email(call: Call) -> Record:
    """users.lookupByEmail. Errors: `users_not_found`."""
    email = call.text("email").casefold()
    for user in call.workspace.users.values():
        if email and user["profile"].get("email", "").casefold() == email:
            return {"user": user}
    raise SlackError("users_not_found")


def user_info(call: Call) -> Record:
    """users.info. Errors: `user_not_found`."""
    user = call.workspace.users.get(call.needed("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user}


def set_profile(call: Call) -> Record:
    """users.profile.set: needs a person's token, for that person."""
    if call.is_bot:
        raise SlackError("not_allowed_token_type")
    profile = call.args.get("profile")
    if profile is None and call.text("name"):
        profile = {call.text("name"): call.args.get("value", "")}
    if not isinstance(profile, dict) or not profile or len(profile) > MOST_FIELDS:
        raise SlackError("invalid_profile")
    number = call.text("user") or call.user
    if number not in call.workspace.users:
        raise SlackError("user_not_found")
    if number != call.user:
        raise SlackError("not_admin")
    if len(str(profile.get("status_text", ""))) > LONGEST_STATUS:
        raise SlackError("too_long")
    emoji = profile.get("status_emoji", "")
    if emoji and not (emoji.startswith(":") and emoji.endswith(":")):
        raise SlackError("profile_status_set_failed_not_valid_emoji")
    user = call.workspace.users[number]
    user["profile"].update(profile)
    call.workspace.tell("user.updated", user)
    return {"username": user["name"], "profile": user["profile"]}


def open_view(call: Call) -> Record:
    """views.open: shows a dialog to whoever clicked. A trigger id is good once, and for three seconds."""
    trigger, view = call.needed("trigger_id"), call.args.get("view")
    _check_view(view)
    workspace = call.workspace
    if trigger not in workspace.triggers:
        raise SlackError("invalid_trigger_id")
    made = workspace.triggers[trigger]
    if made is None:
        raise SlackError("exchanged_trigger_id")
    if workspace.clock() - made > TRIGGER_LIVES:
        raise SlackError("expired_trigger_id")
    workspace.triggers[trigger] = None
    number = workspace.next_id("V")
    opened = {
        "private_metadata": "",
        "callback_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
        "external_id": "",
        **(view or {}),
        "id": number,
        "team_id": workspace.team["id"],
        "state": {"values": {}},
        "hash": workspace.next_ts(),
        "previous_view_id": None,
        "root_view_id": number,
        "app_id": "A" + call.user[1:],
        "bot_id": "B" + call.user[1:],
    }
    workspace.views[number] = opened
    return {"view": opened}


def _check_view(view: Any) -> None:
    if not isinstance(view, dict):
        raise invalid_arguments("[ERROR] missing required field: view")
    if view.get("type") != "modal":
        raise invalid_arguments("[ERROR] must be modal [json-pointer:/view/type]")
    for name in ("title", "submit", "close"):
        text = view.get(name)
        if text is None and name != "title":
            continue
        if not isinstance(text, dict) or text.get("type") != "plain_text":
            raise invalid_arguments(f"[ERROR] must be a plain_text object [json-pointer:/view/{name}]")
        if not 0 < len(text.get("text") or "") <= LONGEST_TITLE:
            message = f"[ERROR] must be 1 to {LONGEST_TITLE} characters [json-pointer:/view/{name}/text]"
            raise invalid_arguments(message)
    try:
        blocks.check(view.get("blocks"), blocks.MOST_IN_MODAL, "/view/blocks")
    except SlackError as error:
        messages = error.extra.get("response_metadata", {}).get("messages", ["[ERROR] invalid blocks"])
        raise invalid_arguments(*messages) from None


def get_upload_url(call: Call) -> Record:
    """files.getUploadURLExternal: where to send the bytes. Arguments in a form or the query, not in JSON."""
    name, length = call.needed("filename"), call.args.get("length")
    try:
        size = int(length or 0)
    except (TypeError, ValueError):
        size = 0
    if size < 1:
        raise invalid_arguments("[ERROR] missing required field: length")
    number = call.workspace.next_id("F")
    key = uuid.uuid4().hex
    call.workspace.files[number] = {
        "id": number,
        "name": name,
        "title": name,
        "mimetype": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "size": size,
        "user": call.user,
        "created": int(call.workspace.clock().timestamp()),
        "mode": "hosted",
        "permalink": f"{call.base}/files/{number}",
        "sandbox_key": key,
        "sandbox_step": "expected",
    }
    return {"upload_url": f"{call.base}/upload/v1/{key}", "file_id": number}


def complete_upload(call: Call) -> Record:
    """files.completeUploadExternal: once per file; shares it when a channel is named."""
    listed = call.args.get("files")
    if not isinstance(listed, list) or not listed:
        raise invalid_arguments("[ERROR] missing required field: files")
    numbers = [call.text("channel_id"), *call.text("channels").split(",")]
    channels = [member_channel(call, number) for number in numbers if number]
    files = [_uploaded(call, item) for item in listed]
    for file, item in zip(files, listed, strict=True):
        file.update(title=item.get("title") or file["name"], sandbox_step="complete")
    seen = [{name: value for name, value in file.items() if not name.startswith("sandbox_")} for file in files]
    for channel in channels:
        message = {"type": "message", "user": call.user, "text": call.text("initial_comment"), "files": seen}
        if call.text("thread_ts"):
            message["thread_ts"] = call.text("thread_ts")
        add_message(call.workspace, channel["id"], message)
    return {"files": seen}


def _uploaded(call: Call, item: Any) -> Record:
    number = item.get("id") if isinstance(item, dict) else None
    file = call.workspace.files.get(str(number))
    if file is None or file["sandbox_step"] != "uploaded":
        raise SlackError("file_not_found")
    return file


def upload_is_gone(_call: Call) -> Record:
    """files.upload: gone since November 2025."""
    raise SlackError("method_deprecated")
