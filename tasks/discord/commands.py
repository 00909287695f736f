"""`/tieline …` in Discord: a command with a subcommand for each verb, and one in the menu of each message.

Pages: https://discord.com/developers/docs/interactions/application-commands,
https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic.fields import FieldInfo

from tieline.chat import NAME, Command, Person, Shared, Verb, is_ours, read, understood, verbs
from tieline.chat.grammar import checked, find, nothing
from tieline.webhooks import Delivery, Reply
from tieline.webhooks.handshakes import as_json
from tieline.webhooks.readers import at

#: The option that holds what follows the verb, and the one for a file.
WHAT, FILE = "what", "file"
#: https://discord.com/developers/docs/interactions/application-commands#application-command-object
_CHAT, _MESSAGE = 1, 3
_SUBCOMMAND, _STRING, _INTEGER, _ATTACHMENT = 1, 3, 4, 11
_LONGEST_DESCRIPTION = 100
#: Verbs that a message's menu offers. Discord allows five of these, https://discord.com/developers/docs/interactions/application-commands#registering-a-command.
ON_MESSAGES = ("summarize", "analyze")
#: Only who typed it sees the answer, https://discord.com/developers/docs/resources/message#message-object-message-flags.
_EPHEMERAL = 64


def read_command(payload: Any) -> Command | None:
    """What somebody asks of us; None where it is nothing for us.

    Raises:
        Misunderstood: It makes no sense, or asks for help.
    """
    data = at(payload, "data") or {}
    if at(payload, "type") != 2:  # noqa: PLR2004 - an application command
        return None
    if data.get("type", _CHAT) == _CHAT and is_ours(str(data.get("name"))):
        return _typed(payload, data)
    if data.get("type") == _MESSAGE and str(data.get("name")).lower() in ON_MESSAGES:
        return _on_message(payload, data)
    return None


def reply(delivery: Delivery) -> Reply | None:
    """Help at once, for a command of ours that makes no sense; None for the rest."""
    _, help_ = understood(read_command, delivery.json)
    said = {"content": help_[:2000], "flags": _EPHEMERAL, "allowed_mentions": {"parse": []}}
    return as_json({"type": 4, "data": said}) if help_ else None


def declared() -> list[dict[str, Any]]:
    """Our commands as Discord wants them to be registered."""
    asked = {
        "name": NAME,
        "type": _CHAT,
        "description": "Summarize, analyze and write",
        "options": [_subcommand(verb) for verb in verbs().values()] + [_help()],
    }
    return [asked, *({"name": name.capitalize(), "type": _MESSAGE} for name in ON_MESSAGES if name in verbs())]


def _typed(payload: Any, data: Mapping[str, Any]) -> Command:
    inner: Mapping[str, Any] = next((one for one in data.get("options") or () if one.get("type") == _SUBCOMMAND), {})
    given = {str(one["name"]): one.get("value") for one in inner.get("options") or () if "name" in one}
    verb = find(str(inner.get("name") or "help"))
    argument, file = str(given.pop(WHAT, "") or "").strip(), str(given.pop(FILE, "") or "")
    files = _files(at(data, f"resolved.attachments.{file}")) if file else ()
    if verb.argument.needed and not argument and not files:
        raise nothing(verb)
    return _command(payload, verb.name, argument, checked(verb, given), files=files)


def _on_message(payload: Any, data: Mapping[str, Any]) -> Command:
    verb = read(str(data["name"]), about=True).verb
    message = at(data, f"resolved.messages.{data.get('target_id')}") or {}
    files = tuple(shared for one in message.get("attachments") or () for shared in _files(one))
    return _command(payload, verb.name, "", {}, message=str(message.get("content") or ""), files=files)


def _command(payload: Any, verb: str, argument: str, options: dict[str, Any], **more: Any) -> Command:
    user = at(payload, "member.user") or at(payload, "user") or {}
    name = str(user.get("global_name") or user.get("username") or "")
    return Command(
        verb=verb,
        argument=argument,
        options=options,
        who=Person(id=str(user.get("id")), name=name),
        channel=str(at(payload, "channel_id")),
        thread=str(at(payload, "channel_id")),
        **more,
    )


def _files(one: Any) -> tuple[Shared, ...]:
    if not isinstance(one, Mapping) or not one.get("url"):
        return ()
    return (Shared(name=str(one.get("filename") or "file"), reference=str(one["url"]), size=int(one.get("size") or 0)),)


def _subcommand(verb: Verb) -> dict[str, Any]:
    # None is required: a file will do in place of what follows the verb, and Discord cannot say "one of these".
    what = {"name": WHAT, "type": _STRING, "description": f"{verb.argument.name}, such as {verb.argument.example}"}
    file = {"name": FILE, "type": _ATTACHMENT, "description": "A document to read"}
    options = [what, file, *(_option(name, field) for name, field in verb.fields.items())]
    return {
        "name": verb.name,
        "type": _SUBCOMMAND,
        "description": verb.summary[:_LONGEST_DESCRIPTION],
        "options": [{**one, "description": str(one["description"])[:_LONGEST_DESCRIPTION]} for one in options],
    }


def _help() -> dict[str, Any]:
    return {"name": "help", "type": _SUBCOMMAND, "description": "What can be asked for", "options": []}


def _option(name: str, field: FieldInfo) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name, "description": field.description or name}
    if field.annotation is int:
        bounds = {f"{kind}_value": _bound(field, sign) for kind, sign in (("min", "ge"), ("max", "le"))}
        return {**made, "type": _INTEGER, **{bound: value for bound, value in bounds.items() if value is not None}}
    choices = [choice for choice in get_args(field.annotation) if isinstance(choice, str)]
    listed = {"choices": [{"name": choice, "value": choice} for choice in choices]} if choices else {}
    return {**made, "type": _STRING, **listed}


def _bound(field: FieldInfo, sign: str) -> int | None:
    return next((getattr(one, sign) for one in field.metadata if hasattr(one, sign)), None)
