"""Trello, as of https://developer.atlassian.com/cloud/trello/rest/ on 2026-11-22."""

import base64
import hashlib
import hmac
import tempfile
from pathlib import Path
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

BASE = "https://api.trello.com/1"
ACTIONS = "https://developer.atlassian.com/cloud/trello/guides/rest-api/action-types/"
#: The body in place of the query, which the description for machines has in words alone.
BODY = (
    "https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-post: query parameters may also be "
    "replaced with a JSON request body. It is said of cards; py-trello sends every write so."
)
AUTH = (
    "https://developer.atlassian.com/cloud/trello/guides/rest-api/authorization/"
    "#passing-token-and-key-in-api-requests: in a header, too"
)
HOOK = "secret-hook-789"
HERE = "https://hooks.acme.test/hooks/trello/main"
PLACE = str(Path(tempfile.gettempdir()) / "tieline-contract-lamp.png")
BOARD_ID, LIST_ID, CARD_ID = "5abbe4b7ddc1b351ef961414", "5abbe4b7ddc1b351ef961415", "5abbe4b7ddc1b351ef961416"
LABEL_ID, MEMBER_ID, OTHER_ID = "5abbe4b7ddc1b351ef961417", "5abbe4b7ddc1b351ef961418", "5abbe4b7ddc1b351ef961419"
MOMENT = "2026-01-02T03:04:05.000Z"

MEMBER = {"id": MEMBER_ID, "fullName": "Doug Patti", "username": "doug"}
BOARD = {
    "id": BOARD_ID,
    "name": "Light",
    "desc": "",
    "closed": False,
    "url": "https://trello.com/b/CGKHU6vL/light",
    "shortLink": "CGKHU6vL",
}
LIST = {"id": LIST_ID, "name": "To do", "closed": False, "idBoard": BOARD_ID, "pos": 16384}
LABEL = {"id": LABEL_ID, "idBoard": BOARD_ID, "name": "Docs", "color": "blue"}
CARD: dict[str, Any] = {
    "id": CARD_ID,
    "name": "The lamp does not light",
    "desc": "It is *dark*.",
    "closed": False,
    "due": MOMENT,
    "dueComplete": False,
    "dateLastActivity": MOMENT,
    "idBoard": BOARD_ID,
    "idList": LIST_ID,
    "idMembers": [MEMBER_ID],
    "idLabels": [LABEL_ID],
    "labels": [LABEL],
    "shortLink": "3CsPkqOF",
    "url": "https://trello.com/c/3CsPkqOF/7-the-lamp-does-not-light",
}
SEEN = {"id": CARD_ID, "shortLink": "3CsPkqOF", "labels": [{"name": "Docs"}], "due": "2026-01-02T03:04:05Z"}
COMMENT = {
    "id": OTHER_ID,
    "type": "commentCard",
    "date": MOMENT,
    "data": {"text": "Me too", "card": {"id": CARD_ID, "name": "The lamp"}},
    "memberCreator": MEMBER,
}
SAID = {"id": OTHER_ID, "text": "Me too", "memberCreator": {"fullName": "Doug Patti"}}
ITEM = {"id": OTHER_ID, "name": "Look", "state": "incomplete", "idChecklist": OTHER_ID, "pos": 16384}
CHECKLIST = {"id": OTHER_ID, "name": "Steps", "idCard": CARD_ID, "checkItems": [ITEM]}
FILE = {
    "id": OTHER_ID,
    "name": "lamp.png",
    "url": f"https://trello.com/1/cards/{CARD_ID}/attachments/{OTHER_ID}/download/lamp.png",
    "bytes": 4,
    "mimeType": "image/png",
    "isUpload": True,
}
LINK = {"id": OTHER_ID, "name": "Pull request 7", "url": "https://github.com/acme/app/pull/7", "isUpload": False}
WEBHOOK = {
    "id": OTHER_ID,
    "description": "Tieline main",
    "idModel": BOARD_ID,
    "callbackURL": HERE,
    "active": True,
    "consecutiveFailures": 0,
    "firstConsecutiveFailDate": None,
}
#: Said, and nothing is learned from it.
NOTHING: dict[str, Any] = {"limits": {}}


def sign(raw: bytes, _now: float) -> dict[str, str]:
    """https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/#webhook-signatures."""
    made = hmac.new(HOOK.encode(), raw + HERE.encode(), hashlib.sha1).digest()
    return {"X-Trello-Webhook": base64.b64encode(made).decode()}


def event(kind: str, **data: Any) -> Event:
    """A delivery."""
    what = {"board": {"id": BOARD_ID, "name": "Light", "shortLink": "CGKHU6vL"}, **data}
    action = {"id": OTHER_ID, "type": kind, "date": MOMENT, "data": what, "memberCreator": MEMBER}
    return Event({"model": BOARD, "action": {**action, "idMemberCreator": MEMBER_ID}}, docs=ACTIONS)


ABOUT = {"id": CARD_ID, "name": "The lamp", "idShort": 7, "shortLink": "3CsPkqOF"}
AT, IN = f"/cards/{CARD_ID}", {"id": LIST_ID, "name": "To do"}


def page(number: int) -> dict[str, str]:
    """The query of a page of comments."""
    return {"filter": "commentCard", "page": str(number)}


contract = Contract(
    base=BASE,
    beyond={"auth: none of the declared schemes": AUTH, "spec defines no request body": BODY},
    checked_with="Trello's OpenAPI description, as of 2026-01-30",
    credentials={"api_key": "0471642aefef5fa1fa76530ce1ba4c85", "token": "secret-token-123", "webhook_secret": HOOK},
    health=Exchange("GET /members/me", response=MEMBER),
    sign=sign,
    address=HERE,
    logins={
        "key and token": (
            {"api_key": "abc", "token": "def"},
            {"authorization": 'OAuth oauth_consumer_key="abc", oauth_token="def"'},
        )
    },
    actions={
        "list_boards": Case(
            {"limit": 1},
            (Exchange("GET /members/me/boards", query={"filter": "open"}, response=[BOARD, BOARD]),),
            [{"name": "Light", "shortLink": "CGKHU6vL"}],
        ),
        "get_board": Case(
            {"board_id": "CGKHU6vL"},
            (Exchange("GET /boards/CGKHU6vL", response=BOARD),),
            {"id": BOARD_ID},
            docs="https://developer.atlassian.com/cloud/trello/rest/api-group-boards/: short ids are good, too.",
        ),
        "list_lists": Case(
            {"board_id": BOARD_ID, "state": "all"},
            (Exchange(f"GET /boards/{BOARD_ID}/lists", query={"filter": "all"}, response=[LIST]),),
            [{"name": "To do"}],
        ),
        "create_list": Case(
            {"board_id": BOARD_ID, "name": "To do"},
            (Exchange("POST /lists", json={"name": "To do", "idBoard": BOARD_ID, "pos": "bottom"}, response=LIST),),
            {"id": LIST_ID},
            docs=BODY,
        ),
        "list_labels": Case(
            {"board_id": BOARD_ID},
            (Exchange(f"GET /boards/{BOARD_ID}/labels", query={"limit": "100"}, response=[LABEL]),),
            [{"name": "Docs", "color": "blue"}],
        ),
        "create_label": Case(
            {"board_id": BOARD_ID, "name": "Docs", "color": "blue"},
            (Exchange(f"POST /boards/{BOARD_ID}/labels", json={"name": "Docs", "color": "blue"}, response=LABEL),),
            {"id": LABEL_ID},
            docs=BODY,
        ),
        "list_members": Case(
            {"board_id": BOARD_ID},
            (Exchange(f"GET /boards/{BOARD_ID}/members", response=[MEMBER]),),
            [{"username": "doug"}],
        ),
        "get_card": Case(
            {"card_id": CARD_ID},
            (Exchange(f"GET {AT}", query={"list": "true"}, response={**CARD, "list": LIST}),),
            {**SEEN, "list": {"name": "To do"}},
        ),
        "list_cards": Case(
            {"list_id": LIST_ID},
            (Exchange(f"GET /lists/{LIST_ID}/cards", response=[CARD]),),
            [SEEN],
        ),
        "list_cards: of a board": Case(
            {"board_id": BOARD_ID, "limit": 1},
            (Exchange(f"GET /boards/{BOARD_ID}/cards", response=[CARD, CARD]),),
            [SEEN],
        ),
        "search_cards": Case(
            {"query": "lamp is:open", "board_id": BOARD_ID},
            (
                Exchange(
                    "GET /search",
                    query={
                        "query": "lamp is:open",
                        "idBoards": BOARD_ID,
                        "modelTypes": "cards",
                        "cards_limit": "20",
                    },
                    response={"cards": [CARD], "options": {}},
                ),
            ),
            [SEEN],
        ),
        "create_card": Case(
            {
                "list_id": LIST_ID,
                "name": "The lamp does not light",
                "description": "It is *dark*.",
                "position": "top",
                "due": MOMENT,
                "label_ids": [LABEL_ID],
            },
            (
                Exchange(
                    "POST /cards",
                    json={
                        "idList": LIST_ID,
                        "name": "The lamp does not light",
                        "desc": "It is *dark*.",
                        "pos": "top",
                        "due": "2026-01-02T03:04:05Z",
                        "idLabels": [LABEL_ID],
                    },
                    response=CARD,
                ),
            ),
            SEEN,
            docs=BODY,
        ),
        "update_card": Case(
            {"card_id": CARD_ID, "name": "Light", "closed": True, "member_ids": []},
            (Exchange(f"PUT {AT}", json={"name": "Light", "closed": True, "idMembers": []}, response=CARD),),
            SEEN,
            docs=BODY,
        ),
        "move_card": Case(
            {"card_id": CARD_ID, "list_id": LIST_ID, "position": 12.5},
            (Exchange(f"PUT {AT}", json={"idList": LIST_ID, "pos": 12.5}, response=CARD),),
            {"idList": LIST_ID},
            docs=BODY,
        ),
        "delete_card": Case({"card_id": CARD_ID}, (Exchange(f"DELETE {AT}", response=NOTHING),)),
        "list_comments": Case(
            {"card_id": CARD_ID, "limit": 51},
            (
                Exchange(f"GET {AT}/actions", query=page(0), response=[COMMENT] * 50),
                Exchange(f"GET {AT}/actions", query=page(1), response=[COMMENT] * 3),
            ),
            [SAID] * 51,
        ),
        "add_comment": Case(
            {"card_id": CARD_ID, "text": "Me too"},
            (Exchange(f"POST {AT}/actions/comments", json={"text": "Me too"}, response=COMMENT),),
            SAID,
            docs=BODY,
        ),
        "add_label": Case(
            {"card_id": CARD_ID, "label_id": LABEL_ID},
            (Exchange(f"POST {AT}/idLabels", json={"value": LABEL_ID}, response=[LABEL_ID]),),
        ),
        "remove_label": Case(
            {"card_id": CARD_ID, "label_id": LABEL_ID},
            (Exchange(f"DELETE {AT}/idLabels/{LABEL_ID}", response=NOTHING),),
        ),
        "assign_member": Case(
            {"card_id": CARD_ID, "member_id": MEMBER_ID},
            (Exchange(f"POST {AT}/idMembers", json={"value": MEMBER_ID}, response=[MEMBER]),),
        ),
        "remove_member": Case(
            {"card_id": CARD_ID, "member_id": MEMBER_ID},
            (Exchange(f"DELETE {AT}/idMembers/{MEMBER_ID}", response=[]),),
        ),
        "list_checklists": Case(
            {"card_id": CARD_ID},
            (Exchange(f"GET {AT}/checklists", response=[CHECKLIST]),),
            [{"name": "Steps", "checkItems": [{"name": "Look", "state": "incomplete"}]}],
        ),
        "add_checklist": Case(
            {"card_id": CARD_ID, "name": "Steps", "items": ["Look", "Mend"]},
            (
                Exchange(f"POST {AT}/checklists", json={"name": "Steps"}, response={**CHECKLIST, "checkItems": []}),
                Exchange(f"POST /checklists/{OTHER_ID}/checkItems", json={"name": "Look"}, response=ITEM),
                Exchange(
                    f"POST /checklists/{OTHER_ID}/checkItems", json={"name": "Mend"}, response={**ITEM, "name": "Mend"}
                ),
            ),
            {"name": "Steps", "checkItems": [{"name": "Look"}, {"name": "Mend"}]},
            docs=BODY,
        ),
        "update_check_item": Case(
            {"card_id": CARD_ID, "item_id": OTHER_ID, "state": "complete"},
            (
                Exchange(
                    f"PUT {AT}/checkItem/{OTHER_ID}", json={"state": "complete"}, response={**ITEM, "state": "complete"}
                ),
            ),
            {"state": "complete"},
            docs=BODY,
        ),
        "list_attachments": Case(
            {"card_id": CARD_ID},
            (Exchange(f"GET {AT}/attachments", response=[FILE, LINK]),),
            [{"isUpload": True, "bytes": 4}, {"isUpload": False}],
        ),
        "add_link": Case(
            {"card_id": CARD_ID, "url": LINK["url"], "name": "Pull request 7"},
            (Exchange(f"POST {AT}/attachments", json={"url": LINK["url"], "name": "Pull request 7"}, response=LINK),),
            {"url": LINK["url"]},
            docs=BODY,
        ),
        "upload_attachment": Case(
            {"card_id": CARD_ID, "file": "iVBO", "filename": "lamp.png"},
            (
                Exchange(
                    f"POST {AT}/attachments",
                    parts={"name": "lamp.png", "file": ("lamp.png", "image/png", b"iVBO")},
                    response=FILE,
                ),
            ),
            {"name": "lamp.png"},
        ),
        "download_attachment": Case(
            {"card_id": CARD_ID, "attachment_id": OTHER_ID, "file": PLACE},
            (
                Exchange(f"GET {AT}/attachments/{OTHER_ID}", response=FILE),
                Exchange(f"GET {AT}/attachments/{OTHER_ID}/download/lamp.png", response=b"iVBO"),
            ),
            PLACE,
            docs="https://community.developer.atlassian.com/t/update-authenticated-access-to-s3/43681",
        ),
        "delete_attachment": Case(
            {"card_id": CARD_ID, "attachment_id": OTHER_ID},
            (Exchange(f"DELETE {AT}/attachments/{OTHER_ID}", response=NOTHING),),
        ),
        "list_webhooks": Case(
            {},
            (Exchange("GET /tokens/secret-token-123/webhooks", response=[WEBHOOK]),),
            [{"callbackURL": HERE, "idModel": BOARD_ID}],
        ),
        "create_webhook": Case(
            {"url": HERE, "model_id": BOARD_ID, "description": "Tieline main"},
            (
                Exchange(
                    "POST /webhooks/",
                    json={"callbackURL": HERE, "idModel": BOARD_ID, "description": "Tieline main"},
                    response=WEBHOOK,
                ),
            ),
            {"id": OTHER_ID},
            docs="https://developers.trello.com/page/webhooks: the example sends JSON.",
        ),
        "delete_webhook": Case({"webhook_id": OTHER_ID}, (Exchange(f"DELETE /webhooks/{OTHER_ID}", response=NOTHING),)),
    },
    events={
        "card_created": event("createCard", card=ABOUT, list=IN),
        "card_updated": event("updateCard", card=ABOUT, list=IN, old={"name": "A lamp"}),
        "card_moved": event(
            "updateCard",
            card={**ABOUT, "idList": OTHER_ID},
            listBefore=IN,
            listAfter={"id": OTHER_ID, "name": "Done"},
            old={"idList": LIST_ID},
        ),
        "card_archived": event("updateCard", card={**ABOUT, "closed": True}, list=IN, old={"closed": False}),
        "card_restored": event("updateCard", card={**ABOUT, "closed": False}, list=IN, old={"closed": True}),
        "card_deleted": event("deleteCard", card={"id": CARD_ID, "idShort": 7, "shortLink": "3CsPkqOF"}, list=IN),
        "card_copied": event("copyCard", card=ABOUT, list=IN, cardSource={"id": OTHER_ID, "name": "A lamp"}),
        "comment_created": event("commentCard", card=ABOUT, list=IN, text="Me too"),
        "attachment_added": event("addAttachmentToCard", card=ABOUT, list=IN, attachment={"id": OTHER_ID}),
        "attachment_deleted": event("deleteAttachmentFromCard", card=ABOUT, attachment={"id": OTHER_ID}),
        "checklist_added": event("addChecklistToCard", card=ABOUT, checklist={"id": OTHER_ID, "name": "Steps"}),
        "check_item_updated": event("updateCheckItemStateOnCard", card=ABOUT, checkItem={**ITEM, "state": "complete"}),
        "label_added": event("addLabelToCard", card=ABOUT, label=LABEL, text="Docs", value="blue"),
        "label_removed": event("removeLabelFromCard", card=ABOUT, label=LABEL, text="Docs", value="blue"),
        "member_added": event("addMemberToCard", card=ABOUT, idMember=MEMBER_ID, member=MEMBER),
        "member_removed": event("removeMemberFromCard", card=ABOUT, idMember=MEMBER_ID, member=MEMBER),
        "list_created": event("createList", list=IN),
        "list_updated": event("updateList", list=IN, old={"name": "Later"}),
    },
)
