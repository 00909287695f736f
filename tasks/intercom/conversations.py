"""Conversations: what is said in them, and what becomes of them.

https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations
"""

from collections.abc import Callable, Mapping

from pydantic_core import to_json

from tasks.intercom.models import (
    AdminId,
    Attributes,
    ContactId,
    Conversation,
    ConversationId,
    Limit,
    Message,
    Query,
    Tag,
)
from tasks.intercom.system import PAGE, acting, connector, searched
from tieline import Api, ConfigError, segment

READ, WRITE = ("Read conversations",), ("Read conversations", "Write conversations")


@connector.action(scopes=READ)
async def get_conversation(api: Api, *, conversation_id: ConversationId, plain: bool = False) -> Conversation:
    """Fetch a conversation with its latest 500 parts.

    Args:
        api: The connection.
        conversation_id: The conversation.
        plain: Plain text in place of HTML.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/retrieveconversation
    """
    params = {"display_as": "plaintext" if plain else None}
    return await api.get(_path(conversation_id), into=Conversation, params=params)


@connector.action(scopes=READ)
async def list_conversations(api: Api, *, limit: Limit = 20) -> list[Conversation]:
    """List conversations, without their parts.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/listconversations
    """
    params = {"per_page": min(limit, PAGE)}
    return await api.list("/conversations", into=Conversation, limit=limit, at="conversations", params=params)


@connector.action(scopes=READ)
async def search_conversations(api: Api, *, query: Query, limit: Limit = 20) -> list[Conversation]:
    """Search conversations by what is known of them; they come without their parts.

    Args:
        api: The connection.
        query: In Intercom's own form; times in Unix seconds.
        limit: Most conversations.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/searchconversations
    """
    return await searched(api, "/conversations/search", query, Conversation, limit, at="conversations")


@connector.action(scopes=WRITE)
async def create_conversation(api: Api, *, contact_id: ContactId, body: str) -> Message:
    """Begin a conversation in the name of a contact.

    Args:
        api: The connection.
        contact_id: Who says it.
        body: Plain text.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/createconversation
    """
    said = {"from": {"type": "contact", "id": contact_id}, "body": body}
    return await api.post("/conversations", said, into=Message, repeatable=False)


@connector.action(scopes=WRITE)
async def reply_to_conversation(
    api: Api, *, conversation_id: ConversationId, body: str, admin_id: AdminId | None = None
) -> Conversation:
    """Answer a conversation, for the contact to read.

    Args:
        api: The connection.
        conversation_id: The conversation.
        body: Plain text or HTML.
        admin_id: Who answers.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/replyconversation
    """
    who = await acting(api, admin_id)
    said = {"message_type": "comment", "type": "admin", "admin_id": who, "body": body}
    return await api.post(f"{_path(conversation_id)}/reply", said, into=Conversation, repeatable=False)


@connector.action(scopes=WRITE)
async def add_note(
    api: Api, *, conversation_id: ConversationId, body: str, admin_id: AdminId | None = None
) -> Conversation:
    """Leave a note in a conversation, for teammates only.

    Args:
        api: The connection.
        conversation_id: The conversation.
        body: Plain text or HTML.
        admin_id: Who leaves it.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/replyconversation
    """
    who = await acting(api, admin_id)
    said = {"message_type": "note", "type": "admin", "admin_id": who, "body": body}
    return await api.post(f"{_path(conversation_id)}/reply", said, into=Conversation, repeatable=False)


@connector.action(scopes=WRITE)
async def assign_conversation(
    api: Api,
    *,
    conversation_id: ConversationId,
    assignee_id: int | None = None,
    team_id: int | None = None,
    admin_id: AdminId | None = None,
) -> Conversation:
    """Give a conversation to a teammate or to a team; it keeps the other one, if it has one.

    Args:
        api: The connection.
        conversation_id: The conversation.
        assignee_id: The teammate; 0 takes it from whoever has it.
        team_id: The team; 0 takes it from whichever has it.
        admin_id: Who does it.

    Raises:
        ConfigError: There is neither, or both.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/manageconversation
    """
    if (assignee_id is None) == (team_id is None):
        raise ConfigError("Give either a teammate or a team.", hint="Nothing was sent.")
    kind, wanted = ("team", team_id) if team_id is not None else ("admin", assignee_id)

    def given(now: Conversation) -> bool:
        return (now.team_assignee_id if kind == "team" else now.admin_assignee_id) == (wanted or None)

    done = {"message_type": "assignment", "type": kind, "assignee_id": str(wanted)}
    return await _manage(api, conversation_id, done, admin_id, given)


@connector.action(scopes=WRITE)
async def close_conversation(
    api: Api, *, conversation_id: ConversationId, admin_id: AdminId | None = None
) -> Conversation:
    """Close a conversation; a closing word is a reply before it.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/manageconversation
    """
    done = {"message_type": "close", "type": "admin"}
    return await _manage(api, conversation_id, done, admin_id, lambda now: now.state == "closed")


@connector.action(scopes=WRITE)
async def open_conversation(
    api: Api, *, conversation_id: ConversationId, admin_id: AdminId | None = None
) -> Conversation:
    """Open a conversation that is closed or snoozed.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/manageconversation
    """
    return await _manage(api, conversation_id, {"message_type": "open"}, admin_id, lambda now: now.state == "open")


@connector.action(scopes=WRITE)
async def update_conversation(
    api: Api,
    *,
    conversation_id: ConversationId,
    title: str | None = None,
    read: bool | None = None,
    custom_attributes: Attributes | None = None,
) -> Conversation:
    """Change what is known of a conversation; what is left out stays as it is.

    Args:
        api: The connection.
        conversation_id: The conversation.
        title: One line.
        read: Whether teammates have read it.
        custom_attributes: Values of the workspace's own fields, by name.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/updateconversation
    """
    changes = {"title": title, "read": read, "custom_attributes": custom_attributes}
    return await api.put(_path(conversation_id), changes, into=Conversation)


@connector.action(scopes=(*WRITE, "Write tags"))
async def add_tag(api: Api, *, conversation_id: ConversationId, tag_id: str, admin_id: AdminId | None = None) -> Tag:
    """Put a tag on a conversation; `create_tag` knows a tag's id by its name.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/tags/attachtagtoconversation
    """
    tag = {"id": tag_id, "admin_id": await acting(api, admin_id)}
    # It is there, however often it is put there.
    return await api.post(f"{_path(conversation_id)}/tags", tag, into=Tag, repeatable=True)


@connector.action(scopes=(*WRITE, "Write tags"))
async def remove_tag(api: Api, *, conversation_id: ConversationId, tag_id: str, admin_id: AdminId | None = None) -> Tag:
    """Take a tag off a conversation.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/tags/detachtagfromconversation
    """
    content = to_json({"admin_id": await acting(api, admin_id)})
    kind = {"content-type": "application/json"}
    return await api.delete(f"{_path(conversation_id)}/tags/{segment(tag_id)}", into=Tag, content=content, headers=kind)


async def _manage(
    api: Api, number: str, done: Mapping[str, str], admin_id: int | None, as_wanted: Callable[[Conversation], bool]
) -> Conversation:
    path = _path(number)

    async def seen() -> Conversation | None:
        now = await api.get(path, into=Conversation)
        return now if as_wanted(now) else None

    sent = {**done, "admin_id": await acting(api, admin_id)}
    return await api.post(f"{path}/parts", sent, into=Conversation, check=seen)


def _path(number: str) -> str:
    return f"/conversations/{segment(number)}"
