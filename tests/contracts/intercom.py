"""Intercom, version 2.14 of its API, as of https://developers.intercom.com/docs/references/2.14/ on 2026-11-22."""

import hashlib
import hmac
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

BASE = "https://api.intercom.io"
EVENTS = "https://developers.intercom.com/docs/references/2.16/webhooks/webhook-models"
HOOK = "secret-client-789"
MOMENT = 1734537511
#: Pages of these lists are counted: https://developers.intercom.com/docs/references/rest-api/api.intercom.io/articles
#: says how many there are, and Intercom's own clients ask for them with `page` and `per_page`.
COUNTED = (
    "https://developers.intercom.com/docs/references/rest-api/api.intercom.io/articles/listarticles: page, per_page"
)

ME = {
    "type": "admin",
    "id": "991267459",
    "name": "Bo",
    "email": "bo@acme.test",
    "app": {"type": "app", "id_code": "abc123", "name": "Acme", "region": "US"},
}
ASKED = Exchange("GET /me", response=ME)
CONVERSATION: dict[str, Any] = {
    "type": "conversation",
    "id": "503",
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "source": {
        "type": "conversation",
        "id": "403918334",
        "delivered_as": "customer_initiated",
        "subject": "",
        "body": "<p>this is the message body</p>",
        "author": {"type": "user", "id": "6762f1261bb69f9f2193bba7", "name": "Ann", "email": "ann@example.com"},
        "attachments": [],
        "url": None,
        "redacted": False,
    },
    "contacts": {
        "type": "contact.list",
        "contacts": [{"type": "contact", "id": "6762f1261bb69f9f2193bba7", "external_id": "70"}],
    },
    "admin_assignee_id": 991267715,
    "team_assignee_id": 5017691,
    "open": True,
    "state": "open",
    "read": False,
    "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": "123456", "name": "Test tag"}]},
    "priority": "not_priority",
    "title": None,
    "custom_attributes": {},
}
PART: dict[str, Any] = {
    "type": "conversation_part",
    "id": 1,
    "part_type": "comment",
    "body": "<p>Okay!</p>",
    "created_at": 1663597223,
    "author": {"type": "admin", "id": "274", "name": "Operator", "email": "operator+abcd1234@intercom.io"},
}
WHOLE = {
    **CONVERSATION,
    "conversation_parts": {"type": "conversation_part.list", "conversation_parts": [PART], "total_count": 1},
}
CONTACT: dict[str, Any] = {
    "type": "contact",
    "id": "6762f0d01bb69f9f2193bb7d",
    "external_id": "70",
    "role": "user",
    "email": "joe@bloggs.com",
    "phone": None,
    "name": "Joe Bloggs",
    "created_at": 1734537424,
    "updated_at": 1734537424,
    "custom_attributes": {},
}
TAG = {"type": "tag", "id": "86", "name": "Manual tag", "applied_at": 1663597223}
NOTE = {
    "type": "note",
    "id": "31",
    "created_at": 1734537390,
    "contact": {"type": "contact", "id": "6762f0ad1bb69f9f2193bb62"},
    "author": {"type": "admin", "id": "991267583", "name": "Bo", "email": "bo@acme.test"},
    "body": "<p>Hello</p>",
}
COMPANY = {"type": "company", "id": "6762f0761bb69f9f2193bae2", "company_id": "acme-1", "name": "my company"}
ARTICLE: dict[str, Any] = {
    "id": "42",
    "type": "article",
    "workspace_id": "abc123",
    "parent_id": 145,
    "parent_type": "collection",
    "title": "Thanks for everything",
    "description": "Description of the Article",
    "body": '<p class="no-margin">Body of the Article</p>',
    "author_id": 991267459,
    "state": "published",
    "created_at": 1734537288,
    "updated_at": 1734537288,
    "url": "http://help-center.test/myapp-68/en/articles/42-thanks-for-everything",
}
COLLECTION = {
    "id": "165",
    "name": "Thanks for everything",
    "url": "http://help-center.test/myapp-100/",
    "order": 1,
    "created_at": 1734537312,
    "updated_at": 1734537312,
    "description": "",
    "icon": "book-bookmark",
    "parent_id": None,
    "help_center_id": 81,
}
OPEN = {"field": "state", "operator": "=", "value": "open"}


def at(page: int, of: int) -> dict[str, Any]:
    """Where a page stands among the others."""
    return {"type": "pages", "page": page, "per_page": 2, "total_pages": of}


def following(page: int, cursor: str) -> dict[str, Any]:
    """The same where a cursor leads on."""
    return {**at(page, 2), "next": {"page": page + 1, "starting_after": cursor}}


def answered(kind: str, given: dict[str, Any], sent: dict[str, Any]) -> Case:
    """Something that the teammate 274 says in conversation 503."""
    wire = Exchange(
        "POST /conversations/503/reply",
        json={"message_type": kind, "type": "admin", "admin_id": "274", **sent},
        response=WHOLE,
    )
    return Case({"conversation_id": "503", "admin_id": 274, **given}, (wire,), {"id": "503"})


def managed(given: dict[str, Any], sent: dict[str, Any], **now: Any) -> Case:
    """Something that the teammate 274 does with conversation 503."""
    wire = Exchange("POST /conversations/503/parts", json={"admin_id": "274", **sent}, response={**WHOLE, **now})
    return Case({"conversation_id": "503", "admin_id": 274, **given}, (wire,), now)


def lost(given: dict[str, Any], **now: Any) -> Case:
    """The same, where Intercom's answer is lost, and the conversation shows that it was done."""
    wire = (Exchange("", status=502), Exchange("GET /conversations/503", response=now))
    return Case({"conversation_id": "503", "admin_id": 274, **given}, wire, {"id": "503"})


def event(topic: str, item: dict[str, Any], number: str | None = "notif_ccd8a4d0-f965-11e3-a367-c779cae3e1b3") -> Event:
    """A notification; https://developers.intercom.com/docs/webhooks/webhook-notifications."""
    payload = {
        "type": "notification_event",
        "app_id": "abc123",
        "data": {"type": "notification_event_data", "item": item},
        "links": {},
        "id": number,
        "topic": topic,
        "delivery_status": "pending",
        "delivery_attempts": 1,
        "delivered_at": 0,
        "first_sent_at": MOMENT,
        "created_at": MOMENT,
        "self": None,
    }
    return Event(payload, docs=EVENTS)


def sign(raw: bytes, now: float) -> dict[str, str]:  # noqa: ARG001 - no time is signed
    """https://developers.intercom.com/docs/webhooks/webhook-notifications#signed-notifications."""
    return {"X-Hub-Signature": "sha1=" + hmac.new(HOOK.encode(), raw, hashlib.sha1).hexdigest()}


TICKET = {
    "type": "ticket",
    "id": "627",
    "ticket_id": "22",
    "ticket_attributes": {"_default_title_": "Help", "_default_description_": "The lamp does not light"},
    "open": True,
}
CONVERSED = {
    topic: event(topic, WHOLE)
    for topic in (
        "conversation.user.created",
        "conversation.user.replied",
        "conversation.admin.replied",
        "conversation.admin.noted",
        "conversation.admin.assigned",
        "conversation.admin.closed",
        "conversation.admin.opened",
    )
}
CONTACTED = {
    topic: event(topic, CONTACT) for topic in ("contact.user.created", "contact.user.updated", "contact.lead.created")
}

contract = Contract(
    base=BASE,
    checked_with="Intercom's OpenAPI description of version 2.14, as of 2026-08-21",
    credentials={"access_token": "secret-token-123", "webhook_secret": HOOK},
    health=Exchange("GET /me", sends={"Intercom-Version": "2.14"}, response=ME),
    sign=sign,
    logins={"access token": ({"access_token": "abc"}, {"authorization": "Bearer abc", "intercom-version": "2.14"})},
    own_words=("close", "open"),
    actions={
        "get_conversation": Case(
            {"conversation_id": "503"},
            (Exchange("GET /conversations/503", response=WHOLE),),
            {
                "id": "503",
                "state": "open",
                "conversation_parts": {"conversation_parts": [{"id": "1", "part_type": "comment"}]},
                "created_at": "2024-12-18T15:58:31Z",
            },
        ),
        "get_conversation: in plain text": Case(
            {"conversation_id": "503", "plain": True},
            (Exchange("GET /conversations/503", query={"display_as": "plaintext"}, response=WHOLE),),
            {"id": "503"},
        ),
        "list_conversations": Case(
            {"limit": 2},
            (
                Exchange(
                    "GET /conversations",
                    query={"per_page": "2"},
                    response={"conversations": [CONVERSATION], "pages": following(1, "WzE=")},
                ),
                Exchange(
                    "GET /conversations",
                    query={"per_page": "2", "starting_after": "WzE="},
                    response={"conversations": [{**CONVERSATION, "id": "504"}], "pages": at(2, 2)},
                ),
            ),
            [{"id": "503"}, {"id": "504"}],
        ),
        "search_conversations": Case(
            {"query": OPEN, "limit": 2},
            (
                Exchange(
                    "POST /conversations/search",
                    json={"query": OPEN, "pagination": {"per_page": 2}},
                    response={"conversations": [CONVERSATION], "pages": following(1, "WzE=")},
                ),
                Exchange(
                    "POST /conversations/search",
                    json={"query": OPEN, "pagination": {"per_page": 2, "starting_after": "WzE="}},
                    response={"conversations": [{**CONVERSATION, "id": "504"}], "pages": at(2, 2)},
                ),
            ),
            [{"id": "503"}, {"id": "504"}],
        ),
        "create_conversation": Case(
            {"contact_id": "6762f11b1bb69f9f2193bba3", "body": "Hello there"},
            (
                Exchange(
                    "POST /conversations",
                    json={"from": {"type": "contact", "id": "6762f11b1bb69f9f2193bba3"}, "body": "Hello there"},
                    response={
                        "type": "user_message",
                        "id": "403918330",
                        "created_at": 1734537501,
                        "body": "Hello there",
                        "message_type": "inapp",
                        "conversation_id": "499",
                    },
                ),
            ),
            {"conversation_id": "499"},
            docs="https://developers.intercom.com/docs/references/rest-api/api.intercom.io/models/create_conversation_request"
            ": its own example has such an id, which is no UUID",
        ),
        "reply_to_conversation": answered("comment", {"body": "Thanks"}, {"body": "Thanks"}),
        "reply_to_conversation: as whose token it is": Case(
            {"conversation_id": "503", "body": "Thanks"},
            (
                ASKED,
                Exchange(
                    "POST /conversations/503/reply",
                    json={"message_type": "comment", "type": "admin", "admin_id": "991267459", "body": "Thanks"},
                    response=WHOLE,
                ),
            ),
            {"id": "503"},
        ),
        "add_note": answered("note", {"body": "Is a VIP."}, {"body": "Is a VIP."}),
        "assign_conversation": managed(
            {"assignee_id": 991267715},
            {"message_type": "assignment", "type": "admin", "assignee_id": "991267715"},
            admin_assignee_id=991267715,
        ),
        "assign_conversation: to a team": managed(
            {"team_id": 5017691},
            {"message_type": "assignment", "type": "team", "assignee_id": "5017691"},
            team_assignee_id=5017691,
        ),
        "assign_conversation: to nobody, and the answer was lost": lost(
            {"assignee_id": 0}, **{**WHOLE, "admin_assignee_id": 0}
        ),
        "close_conversation": managed({}, {"message_type": "close", "type": "admin"}, state="closed"),
        "close_conversation: an answer that was lost": lost({}, **{**WHOLE, "state": "closed"}),
        "close_conversation: what was lost was the question": Case(
            {"conversation_id": "503", "admin_id": 274},
            (
                Exchange("", status=502),
                Exchange("GET /conversations/503", response=WHOLE),
                Exchange(
                    "POST /conversations/503/parts",
                    json={"message_type": "close", "type": "admin", "admin_id": "274"},
                    response={**WHOLE, "state": "closed"},
                ),
            ),
            {"state": "closed"},
        ),
        "open_conversation": managed({}, {"message_type": "open"}, state="open"),
        "update_conversation": Case(
            {"conversation_id": "503", "title": "Billing", "read": False, "custom_attributes": {"priority": "High"}},
            (
                Exchange(
                    "PUT /conversations/503",
                    json={"title": "Billing", "read": False, "custom_attributes": {"priority": "High"}},
                    response={**WHOLE, "custom_attributes": {"priority": "High"}},
                ),
            ),
            {"custom_attributes": {"priority": "High"}},
        ),
        "add_tag": Case(
            {"conversation_id": "503", "tag_id": "86", "admin_id": 274},
            (Exchange("POST /conversations/503/tags", json={"id": "86", "admin_id": "274"}, response=TAG),),
            {"id": "86"},
        ),
        "remove_tag": Case(
            {"conversation_id": "503", "tag_id": "86", "admin_id": 274},
            (Exchange("DELETE /conversations/503/tags/86", json={"admin_id": "274"}, response=TAG),),
            {"id": "86"},
        ),
        "get_contact": Case(
            {"contact_id": "6762f0d01bb69f9f2193bb7d"},
            (Exchange("GET /contacts/6762f0d01bb69f9f2193bb7d", response=CONTACT),),
            {"email": "joe@bloggs.com", "role": "user"},
        ),
        "find_contact": Case(
            {"email": "joe@bloggs.com"},
            (
                Exchange(
                    "POST /contacts/search",
                    json={
                        "query": {"field": "email", "operator": "=", "value": "joe@bloggs.com"},
                        "pagination": {"per_page": 50},
                    },
                    response={"data": [{**CONTACT, "id": "lead", "role": "lead"}, CONTACT], "pages": at(1, 1)},
                ),
            ),
            {"id": "6762f0d01bb69f9f2193bb7d"},
        ),
        "find_contact: nobody": Case(
            {"external_id": "71"},
            (
                Exchange(
                    "POST /contacts/search",
                    json={
                        "query": {"field": "external_id", "operator": "=", "value": "71"},
                        "pagination": {"per_page": 50},
                    },
                    response={"data": [], "pages": at(1, 0)},
                ),
            ),
            None,
        ),
        "search_contacts": Case(
            {"query": {"operator": "AND", "value": [{"field": "role", "operator": "=", "value": "user"}]}, "limit": 5},
            (
                Exchange(
                    "POST /contacts/search",
                    json={
                        "query": {"operator": "AND", "value": [{"field": "role", "operator": "=", "value": "user"}]},
                        "pagination": {"per_page": 5},
                    },
                    response={"data": [CONTACT], "pages": at(1, 1)},
                ),
            ),
            [{"external_id": "70"}],
        ),
        "create_contact": Case(
            {"email": "joe@bloggs.com", "name": "Joe Bloggs", "custom_attributes": {"plan": "pro"}},
            (
                Exchange(
                    "POST /contacts",
                    json={
                        "role": "user",
                        "email": "joe@bloggs.com",
                        "name": "Joe Bloggs",
                        "custom_attributes": {"plan": "pro"},
                    },
                    response=CONTACT,
                ),
            ),
            {"id": "6762f0d01bb69f9f2193bb7d"},
        ),
        "update_contact": Case(
            {"contact_id": "6762f0d01bb69f9f2193bb7d", "name": "joe bloggs"},
            (Exchange("PUT /contacts/6762f0d01bb69f9f2193bb7d", json={"name": "joe bloggs"}, response=CONTACT),),
            {"role": "user"},
        ),
        "list_contact_notes": Case(
            {"contact_id": "6762f0ad1bb69f9f2193bb62"},
            (
                Exchange(
                    "GET /contacts/6762f0ad1bb69f9f2193bb62/notes",
                    query={"per_page": "50"},
                    response={"data": [NOTE], "pages": at(1, 1)},
                ),
            ),
            [{"id": "31", "body": "<p>Hello</p>"}],
            docs=COUNTED,
        ),
        "add_contact_note": Case(
            {"contact_id": "6762f0ad1bb69f9f2193bb62", "body": "Hello", "admin_id": 991267583},
            (
                Exchange(
                    "POST /contacts/6762f0ad1bb69f9f2193bb62/notes",
                    json={"body": "Hello", "admin_id": "991267583"},
                    response=NOTE,
                ),
            ),
            {"id": "31"},
            docs="https://developers.intercom.com/docs/references/rest-api/api.intercom.io/notes/createnote: its own "
            "example has the contact's id, which is no number",
        ),
        "add_contact_tag": Case(
            {"contact_id": "6762f0d01bb69f9f2193bb7d", "tag_id": "81"},
            (Exchange("POST /contacts/6762f0d01bb69f9f2193bb7d/tags", json={"id": "81"}, response=TAG),),
            {"name": "Manual tag"},
        ),
        "remove_contact_tag": Case(
            {"contact_id": "6762f0d01bb69f9f2193bb7d", "tag_id": "81"},
            (Exchange("DELETE /contacts/6762f0d01bb69f9f2193bb7d/tags/81", response=TAG),),
            {"name": "Manual tag"},
        ),
        "upsert_company": Case(
            {"company_id": "acme-1", "name": "my company"},
            (Exchange("POST /companies", json={"company_id": "acme-1", "name": "my company"}, response=COMPANY),),
            {"id": "6762f0761bb69f9f2193bae2"},
        ),
        "add_contact_to_company": Case(
            {"contact_id": "6762f0d01bb69f9f2193bb7d", "company_id": "6762f0761bb69f9f2193bae2"},
            (
                Exchange(
                    "POST /contacts/6762f0d01bb69f9f2193bb7d/companies",
                    json={"id": "6762f0761bb69f9f2193bae2"},
                    response=COMPANY,
                ),
            ),
            {"company_id": "acme-1"},
        ),
        "list_tags": Case({}, (Exchange("GET /tags", response={"type": "list", "data": [TAG]}),), [{"id": "86"}]),
        "create_tag": Case(
            {"name": "Manual tag"},
            (Exchange("POST /tags", json={"name": "Manual tag"}, response={"type": "tag", "id": "86", "name": "x"}),),
            {"id": "86"},
        ),
        "get_current_admin": Case({}, (ASKED,), {"id": "991267459", "app": {"name": "Acme"}}),
        "list_admins": Case(
            {}, (Exchange("GET /admins", response={"type": "admin.list", "admins": [ME]}),), [{"name": "Bo"}]
        ),
        "list_teams": Case(
            {},
            (
                Exchange(
                    "GET /teams",
                    response={"teams": [{"type": "team", "id": "5017691", "name": "First line", "admin_ids": [274]}]},
                ),
            ),
            [{"id": "5017691", "name": "First line", "admin_ids": [274]}],
        ),
        "get_article": Case(
            {"article_id": 42}, (Exchange("GET /articles/42", response=ARTICLE),), {"title": "Thanks for everything"}
        ),
        "list_articles": Case(
            {"limit": 3},
            (
                Exchange("GET /articles", query={"per_page": "3"}, response={"data": [ARTICLE] * 2, "pages": at(1, 2)}),
                Exchange(
                    "GET /articles",
                    query={"per_page": "3", "page": "2"},
                    response={"data": [{**ARTICLE, "id": "43"}], "pages": at(2, 2)},
                ),
            ),
            [{"id": "42"}, {"id": "42"}, {"id": "43"}],
            docs=COUNTED,
        ),
        "search_articles": Case(
            {"phrase": "everything", "state": "all"},
            (
                Exchange(
                    "GET /articles/search",
                    query={"phrase": "everything", "state": "all"},
                    response={"type": "list", "data": {"articles": [ARTICLE], "highlights": []}, "pages": at(1, 1)},
                ),
            ),
            [{"id": "42"}],
        ),
        "create_article": Case(
            {"title": "Thanks for everything", "body": "Body of the Article", "author_id": 991267459},
            (
                Exchange(
                    "POST /articles",
                    json={
                        "title": "Thanks for everything",
                        "body": "Body of the Article",
                        "state": "draft",
                        "author_id": 991267459,
                    },
                    response={**ARTICLE, "state": "draft"},
                ),
            ),
            {"state": "draft"},
        ),
        "create_article: published, in a collection, as whose token it is": Case(
            {
                "title": "Thanks for everything",
                "body": "Body of the Article",
                "description": "Description of the Article",
                "state": "published",
                "collection_id": 145,
            },
            (
                ASKED,
                Exchange(
                    "POST /articles",
                    json={
                        "title": "Thanks for everything",
                        "body": "Body of the Article",
                        "description": "Description of the Article",
                        "state": "published",
                        "author_id": 991267459,
                        "parent_id": 145,
                        "parent_type": "collection",
                    },
                    response=ARTICLE,
                ),
            ),
            {"parent_id": 145, "url": ARTICLE["url"]},
        ),
        "update_article": Case(
            {"article_id": 42, "body": "<p>New</p>", "collection_id": 145},
            (
                Exchange(
                    "PUT /articles/42",
                    json={"body": "<p>New</p>", "parent_id": "145", "parent_type": "collection"},
                    response=ARTICLE,
                ),
            ),
            {"id": "42"},
        ),
        "delete_article": Case(
            {"article_id": 42},
            (Exchange("DELETE /articles/42", response={"id": "42", "object": "article", "deleted": True}),),
            None,
        ),
        "list_collections": Case(
            {},
            (
                Exchange(
                    "GET /help_center/collections",
                    query={"per_page": "50"},
                    response={"data": [COLLECTION], "pages": at(1, 1)},
                ),
            ),
            [{"id": "165", "help_center_id": 81}],
            docs=COUNTED,
        ),
        "get_collection": Case(
            {"collection_id": 165},
            (Exchange("GET /help_center/collections/165", response=COLLECTION),),
            {"name": "Thanks for everything"},
        ),
        "create_collection": Case(
            {"name": "Thanks for everything", "parent_id": 159},
            (
                Exchange(
                    "POST /help_center/collections",
                    json={"name": "Thanks for everything", "parent_id": "159"},
                    response={**COLLECTION, "parent_id": "159"},
                ),
            ),
            {"parent_id": "159"},
        ),
        "update_collection": Case(
            {"collection_id": 165, "name": "Thanks for everything"},
            (
                Exchange(
                    "PUT /help_center/collections/165", json={"name": "Thanks for everything"}, response=COLLECTION
                ),
            ),
            {"id": "165"},
        ),
        "delete_collection": Case(
            {"collection_id": 165},
            (
                Exchange(
                    "DELETE /help_center/collections/165",
                    response={"id": "165", "object": "collection", "deleted": True},
                ),
            ),
            None,
        ),
    },
    events={
        **CONVERSED,
        **CONTACTED,
        "ticket.created": event("ticket.created", TICKET),
        "ticket.closed": event("ticket.closed", {"type": "ticket_part", "ticket": TICKET}),
        "ticket.state.updated": event("ticket.state.updated", {"type": "ticket_part", "ticket": TICKET}),
        "ping": event("ping", {"type": "ping", "message": "something something interzen"}, number=None),
    },
)
