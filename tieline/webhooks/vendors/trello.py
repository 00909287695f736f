"""Trello: boards, lists and cards."""

from typing import Any

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.handshakes import said_hello
from tieline.webhooks.readers import at, body, numbered, words
from tieline.webhooks.verifiers import Hmac

# https://developer.atlassian.com/cloud/trello/guides/rest-api/action-types/
EVENTS = words("""
    addAttachmentToCard addChecklistToCard addLabelToCard addMemberToBoard addMemberToCard commentCard
    convertToCardFromCheckItem copyBoard copyCard copyChecklist copyCommentCard createBoard createCard createLabel
    createList deleteAttachmentFromCard deleteCard deleteLabel emailCard moveCardFromBoard moveCardToBoard
    moveListFromBoard moveListToBoard removeChecklistFromCard removeLabelFromCard removeMemberFromBoard
    removeMemberFromCard updateBoard updateCard updateCheckItem updateCheckItemStateOnCard updateChecklist
    updateLabel updateList updateMember voteOnCard
""")


def _link(payload: Any) -> str:
    card, board = at(payload, "action.data.card.shortLink"), at(payload, "action.data.board.shortLink")
    return f"https://trello.com/c/{card}" if card else f"https://trello.com/b/{board}" if board else ""


webhook = Webhook(
    # Our address is signed as it was registered: `webhook.url` in the block.
    verify=Hmac("X-Trello-Webhook", hash="sha1", encoding="base64", signed="{body}{url}"),
    event=body("action.type"),
    delivery=numbered(body("action.id")),
    handshakes=(said_hello("HEAD", "GET"),),
    facts=Facts(
        who="action.memberCreator.fullName|action.memberCreator.username",
        when="action.date",
        subject="action.data.card.name|action.data.list.name|action.data.board.name",
        link=_link,
    ),
    guide="""\
1. At <https://trello.com/power-ups/admin> open your Power-Up, **API key**. The **secret** beside the key goes into the
   block (it is neither the key nor a token), and `{url}` into its `webhook.url`: Trello signs the address, too.
2. Register, with the id of a board (add `.json` to its address to see it):

       curl -X POST "https://api.trello.com/1/webhooks/?key=KEY&token=TOKEN" \\
         -d callbackURL={url} -d idModel=BOARD_ID -d description=Tieline

   Trello looks with HEAD whether we are there.
""",
    caveat="No time is signed; the action's id is, so that a copy counts as a redelivery.",
    docs="https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/",
)
