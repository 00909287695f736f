"""Cards, and what people say about them.

https://developer.atlassian.com/cloud/trello/rest/api-group-cards/
"""

from datetime import datetime

from tasks.trello.boards import READ, WRITE
from tasks.trello.models import Card, CardId, CardInList, Comment, Done, Id, Limit, Position, Text
from tasks.trello.system import connector
from tieline import Api, ConfigError, segment
from tieline.transport.paging import page_number

#: Comments of a page, and the number of the last page.
COMMENTS, LAST = 50, 19
MOST_FOUND = 1000


@connector.action(scopes=READ)
async def get_card(api: Api, *, card_id: CardId) -> CardInList:
    """Fetch a card, with the list that it is in.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-get
    """
    return await api.get(f"/cards/{segment(card_id)}", into=CardInList, params={"list": True})


@connector.action(scopes=READ)
async def list_cards(
    api: Api, *, list_id: str | None = None, board_id: str | None = None, limit: Limit = 100
) -> list[Card]:
    """List the cards of a list, or of a board, without those in the archive.

    Args:
        api: The connection.
        list_id: The list, or else the board.
        board_id: The board, or else the list.
        limit: Most cards.

    Raises:
        ConfigError: Neither was given, or both; nothing was sent.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-lists/#api-lists-id-cards-get
    """
    if bool(list_id) == bool(board_id):
        raise ConfigError("Give either the list_id or the board_id.", hint="Nothing was sent.")
    path = f"/lists/{segment(list_id)}/cards" if list_id else f"/boards/{segment(board_id or '')}/cards"
    return (await api.get(path, into=list[Card]))[:limit]


@connector.action(scopes=READ)
async def search_cards(api: Api, *, query: str, board_id: str | None = None, limit: Limit = 20) -> list[Card]:
    """Search for cards.

    Args:
        api: The connection.
        query: Words and operators, such as `lamp is:open @me`.
        board_id: Only on this board.
        limit: Most cards, up to 1000.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-search/#api-search-get
    """
    asked = {"query": query, "idBoards": board_id, "modelTypes": "cards", "cards_limit": min(limit, MOST_FOUND)}
    return await api.get("/search", into=list[Card], at="cards", params=asked)


@connector.action(scopes=WRITE)
async def create_card(
    api: Api,
    *,
    list_id: str,
    name: str,
    description: Text | None = None,
    position: Position | None = None,
    due: datetime | None = None,
    member_ids: list[str] | None = None,
    label_ids: list[str] | None = None,
    source_url: str | None = None,
) -> Card:
    """Put a card into a list.

    Args:
        api: The connection.
        list_id: The list.
        name: One line.
        description: Trello's Markdown.
        position: top, bottom, or a number.
        due: Until when.
        member_ids: Who shall do it.
        label_ids: Its labels.
        source_url: An address that is attached.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-post
    """
    asked = {
        "idList": list_id,
        "name": name,
        "desc": description,
        "pos": position,
        "due": due,
        "idMembers": member_ids,
        "idLabels": label_ids,
        "urlSource": source_url,
    }
    return await api.post("/cards", asked, into=Card, repeatable=False)


@connector.action(scopes=WRITE)
async def update_card(
    api: Api,
    *,
    card_id: CardId,
    name: str | None = None,
    description: Text | None = None,
    due: datetime | None = None,
    due_complete: bool | None = None,
    closed: bool | None = None,
    member_ids: list[str] | None = None,
    label_ids: list[str] | None = None,
) -> Card:
    """Change a card; what is left out stays as it is.

    Args:
        api: The connection.
        card_id: The card.
        name: One line.
        description: Trello's Markdown.
        due: Until when.
        due_complete: Whether it is done.
        closed: Whether it is in the archive.
        member_ids: All who shall do it.
        label_ids: All labels that it shall have.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-put
    """
    asked = {
        "name": name,
        "desc": description,
        "due": due,
        "dueComplete": due_complete,
        "closed": closed,
        "idMembers": member_ids,
        "idLabels": label_ids,
    }
    return await api.put(f"/cards/{segment(card_id)}", asked, into=Card)


@connector.action(scopes=WRITE)
async def move_card(
    api: Api, *, card_id: CardId, list_id: str, board_id: str | None = None, position: Position | None = None
) -> Card:
    """Move a card to another list.

    Args:
        api: The connection.
        card_id: The card.
        list_id: Where to.
        board_id: The board of that list, if it is another one.
        position: top, bottom, or a number.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-put
    """
    asked = {"idList": list_id, "idBoard": board_id, "pos": position}
    return await api.put(f"/cards/{segment(card_id)}", asked, into=Card)


@connector.action(scopes=WRITE)
async def delete_card(api: Api, *, card_id: CardId) -> None:
    """Delete a card for good; `update_card` with `closed` puts it into the archive.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-delete
    """
    await api.delete(f"/cards/{segment(card_id)}", into=Done)


@connector.action(scopes=READ)
async def list_comments(api: Api, *, card_id: CardId, limit: Limit = 100) -> list[Comment]:
    """List the comments on a card, newest first; Trello gives out 1000.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-actions-get
    """
    pages = page_number(size=COMMENTS, first=0, last=LAST)
    path, query = f"/cards/{segment(card_id)}/actions", {"filter": "commentCard", "page": 0}
    return await api.list(path, into=Comment, limit=limit, params=query, paginate=pages)


@connector.action(scopes=WRITE)
async def add_comment(api: Api, *, card_id: CardId, text: Text) -> Comment:
    """Leave a comment on a card.

    Args:
        api: The connection.
        card_id: The card.
        text: Trello's Markdown, up to 16,384 characters.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-actions-comments-post
    """
    path = f"/cards/{segment(card_id)}/actions/comments"
    return await api.post(path, {"text": text}, into=Comment, repeatable=False)


@connector.action(scopes=WRITE)
async def add_label(api: Api, *, card_id: CardId, label_id: Id) -> None:
    """Give a card one more label; one that it has already is refused.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-idlabels-post
    """
    await api.post(f"/cards/{segment(card_id)}/idLabels", {"value": label_id}, into=Done, repeatable=False)


@connector.action(scopes=WRITE)
async def remove_label(api: Api, *, card_id: CardId, label_id: Id) -> None:
    """Take a label from a card.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-idlabels-idlabel-delete
    """
    await api.delete(f"/cards/{segment(card_id)}/idLabels/{segment(label_id)}", into=Done)


@connector.action(scopes=WRITE)
async def assign_member(api: Api, *, card_id: CardId, member_id: Id) -> None:
    """Put a person onto a card.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-idmembers-post
    """
    path, asked = f"/cards/{segment(card_id)}/idMembers", {"value": member_id}
    await api.post(path, asked, into=Done, repeatable=False)


@connector.action(scopes=WRITE)
async def remove_member(api: Api, *, card_id: CardId, member_id: Id) -> None:
    """Take a person from a card.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-idmembers-idmember-delete
    """
    path = f"/cards/{segment(card_id)}/idMembers/{segment(member_id)}"
    await api.delete(path, into=Done)
