"""Trello: boards, lists and cards."""

import re
from typing import Any

from tieline.webhooks.delivery import Delivery, Facts, Webhook
from tieline.webhooks.handshakes import said_hello
from tieline.webhooks.readers import at, body, numbered, words
from tieline.webhooks.verifiers import Hmac

#: Our words for those of Trello that are verbs; see
#: https://developer.atlassian.com/cloud/trello/guides/rest-api/action-types/. Others are written in small letters.
_NAMES = {
    "createCard": "card_created",
    "updateCard": "card_updated",
    "deleteCard": "card_deleted",
    "copyCard": "card_copied",
    "commentCard": "comment_created",
    "addAttachmentToCard": "attachment_added",
    "deleteAttachmentFromCard": "attachment_deleted",
    "addChecklistToCard": "checklist_added",
    "updateCheckItemStateOnCard": "check_item_updated",
    "addLabelToCard": "label_added",
    "removeLabelFromCard": "label_removed",
    "addMemberToCard": "member_added",
    "removeMemberFromCard": "member_removed",
    "createList": "list_created",
    "updateList": "list_updated",
}
EVENTS = (
    *_NAMES.values(),
    *words("""
        add_member_to_board card_archived card_moved card_restored convert_to_card_from_check_item copy_board
        copy_checklist copy_comment_card create_board create_label delete_label email_card move_card_from_board
        move_card_to_board move_list_from_board move_list_to_board remove_checklist_from_card remove_member_from_board
        update_board update_check_item update_checklist update_label update_member vote_on_card
    """),
)
_CAPITAL = re.compile(r"(?<!^)([A-Z])")


def _event(delivery: Delivery) -> str:
    """`card_moved`: an update is named after what it does, where people wait for that."""
    kind, data = body("action.type")(delivery), at(delivery.json, "action.data")
    if kind == "updateCard" and at(data, "listAfter"):
        return "card_moved"
    if kind == "updateCard" and at(data, "old.closed") is not None:
        return "card_archived" if at(data, "card.closed") else "card_restored"
    return _NAMES.get(kind) or _CAPITAL.sub(r"_\1", kind).lower()


def _link(payload: Any) -> str:
    card, board = at(payload, "action.data.card.shortLink"), at(payload, "action.data.board.shortLink")
    return f"https://trello.com/c/{card}" if card else f"https://trello.com/b/{board}" if board else ""


webhook = Webhook(
    # Our address is signed as it was registered: `webhook.url` in the block.
    verify=Hmac("X-Trello-Webhook", hash="sha1", encoding="base64", signed="{body}{url}"),
    event=_event,
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
2. `tieline webhook setup trello --resource BOARD_ID` registers it; the id stands at `.json` behind the board's address.
   By hand:

       curl -X POST "https://api.trello.com/1/webhooks/?key=KEY&token=TOKEN" \\
         -d callbackURL={url} -d idModel=BOARD_ID -d description=Tieline

   Trello looks with HEAD whether we are there.
""",
    caveat="No time is signed; the action's id is, so that a copy counts as a redelivery.",
    docs="https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/",
)
