"""Boards with their lists, labels and members.

https://developer.atlassian.com/cloud/trello/rest/api-group-boards/
"""

from typing import Literal

from tasks.trello.models import Board, BoardId, BoardList, Label, Limit, Member, Position
from tasks.trello.system import connector
from tieline import Api, segment

READ, WRITE = ("read",), ("read", "write")
#: Most labels of a board that Trello gives out.
MOST_LABELS = 1000


@connector.action(scopes=READ)
async def list_boards(api: Api, *, state: Literal["open", "closed", "all"] = "open", limit: Limit = 100) -> list[Board]:
    """List the boards of the account.

    Args:
        api: The connection.
        state: Those that are open, closed, or all.
        limit: Most boards.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-members/#api-members-id-boards-get
    """
    return (await api.get("/members/me/boards", into=list[Board], params={"filter": state}))[:limit]


@connector.action(scopes=READ)
async def get_board(api: Api, *, board_id: BoardId) -> Board:
    """Fetch a board.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-boards/#api-boards-id-get
    """
    return await api.get(f"/boards/{segment(board_id)}", into=Board)


@connector.action(scopes=READ)
async def list_lists(
    api: Api, *, board_id: BoardId, state: Literal["open", "closed", "all"] = "open", limit: Limit = 100
) -> list[BoardList]:
    """List the lists of a board, from left to right.

    Args:
        api: The connection.
        board_id: The board.
        state: Those that are open, those in the archive, or all.
        limit: Most lists.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-boards/#api-boards-id-lists-get
    """
    path = f"/boards/{segment(board_id)}/lists"
    return (await api.get(path, into=list[BoardList], params={"filter": state}))[:limit]


@connector.action(scopes=WRITE)
async def create_list(api: Api, *, board_id: str, name: str, position: Position = "bottom") -> BoardList:
    """Put a list onto a board.

    Args:
        api: The connection.
        board_id: The board's long id.
        name: What stands above it.
        position: top is left, bottom is right.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-lists/#api-lists-post
    """
    asked = {"name": name, "idBoard": board_id, "pos": position}
    return await api.post("/lists", asked, into=BoardList, repeatable=False)


@connector.action(scopes=READ)
async def list_labels(api: Api, *, board_id: BoardId, limit: Limit = 100) -> list[Label]:
    """List the labels of a board.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-boards/#api-boards-id-labels-get
    """
    query = {"limit": min(limit, MOST_LABELS)}
    return (await api.get(f"/boards/{segment(board_id)}/labels", into=list[Label], params=query))[:limit]


@connector.action(scopes=WRITE)
async def create_label(api: Api, *, board_id: BoardId, name: str, color: str) -> Label:
    """Make a label.

    Args:
        api: The connection.
        board_id: The board.
        name: Its name.
        color: yellow, purple, blue, red, green, orange, black, sky, pink or lime.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-boards/#api-boards-id-labels-post
    """
    path = f"/boards/{segment(board_id)}/labels"
    return await api.post(path, {"name": name, "color": color}, into=Label, repeatable=False)


@connector.action(scopes=READ)
async def list_members(api: Api, *, board_id: BoardId, limit: Limit = 100) -> list[Member]:
    """List the people of a board.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-boards/#api-boards-id-members-get
    """
    return (await api.get(f"/boards/{segment(board_id)}/members", into=list[Member]))[:limit]
