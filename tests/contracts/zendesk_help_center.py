"""Zendesk Help Center, as of https://developer.zendesk.com/api-reference/help_center/help-center-api/ on 2026-11-22.

The description at hand has paths and methods only, read off the vendor's pages by a client's generator.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

PAGE = "https://developer.zendesk.com/api-reference/help_center/help-center-api"
EVENTS = "https://developer.zendesk.com/api-reference/webhooks/event-types/article-events/"
BASE = "https://acme.zendesk.com/api/v2"
STAMP = "2026-01-02T03:04:05Z"
HOOK = "secret-hook-789"

ARTICLE: dict[str, Any] = {
    "id": 35467,
    "url": f"{BASE}/help_center/en-us/articles/35467.json",
    "html_url": "https://acme.zendesk.com/hc/en-us/articles/35467-Taking-photos",
    "author_id": 888887,
    "comments_disabled": True,
    "draft": False,
    "promoted": False,
    "position": 42,
    "section_id": 98838,
    "created_at": STAMP,
    "updated_at": STAMP,
    "edited_at": STAMP,
    "name": "Taking photos in low light",
    "title": "Taking photos in low light",
    "body": "<p>Use a tripod</p>",
    "source_locale": "en-us",
    "locale": "en-us",
    "outdated": False,
    "outdated_locales": [],
    "permission_group_id": 123,
    "user_segment_id": None,
    "label_names": ["photography"],
}
TRANSLATION: dict[str, Any] = {
    "id": 1635,
    "url": f"{BASE}/help_center/articles/35467/translations/fr.json",
    "html_url": "https://acme.zendesk.com/hc/fr/articles/35467",
    "source_id": 35467,
    "source_type": "Article",
    "locale": "fr",
    "title": "Comment prendre des photos",
    "body": "<p>Utilisez un trépied</p>",
    "outdated": False,
    "draft": False,
    "created_at": STAMP,
    "updated_at": STAMP,
}
SECTION: dict[str, Any] = {
    "id": 98838,
    "name": "Avionics",
    "description": "This section contains articles on flight instruments",
    "locale": "en-us",
    "category_id": 3465,
    "parent_section_id": None,
    "position": 2,
    "html_url": "https://acme.zendesk.com/hc/en-us/sections/98838",
}
CATEGORY: dict[str, Any] = {
    "id": 3465,
    "name": "Super Hero Tricks",
    "description": "This category contains a collection of super hero tricks",
    "locale": "en-us",
    "position": 2,
    "html_url": "https://acme.zendesk.com/hc/en-us/categories/3465",
}
LABEL = {"id": 1635, "name": "instructions", "url": f"{BASE}/help_center/articles/labels/1635.json"}
FILE = {
    "id": 1428,
    "article_id": 35467,
    "file_name": "tripod.png",
    "content_url": "https://acme.zendesk.com/hc/article_attachments/1428/tripod.png",
    "content_type": "image/png",
    "size": 58298,
    "inline": True,
}


def pages(path: str, at: str, first: list[Any], second: list[Any], **query: str) -> tuple[Exchange, Exchange]:
    """A list in two pages; the last one has a cursor too, as Zendesk's have."""
    asked = {"page[size]": str(len(first) + len(second)), **query}
    more = {"meta": {"has_more": True, "after_cursor": "c1"}, "links": {"next": f"{BASE}{path}.json?page[after]=c1"}}
    end = {"meta": {"has_more": False, "after_cursor": "c2"}, "links": {"next": None}}
    return (
        Exchange(f"GET {path}", query=asked, response={at: first, **more}),
        Exchange(f"GET {path}", query={**asked, "page[after]": "c1"}, response={at: second, **end}),
    )


def one(path: str, at: str, items: list[Any], **query: str) -> tuple[Exchange]:
    """A list in one page."""
    end = {"meta": {"has_more": False, "after_cursor": "c2"}}
    return (Exchange(f"GET {path}", query={"page[size]": "100", **query}, response={at: items, **end}),)


def event(kind: str, **event: Any) -> Event:
    """A delivery of an event subscription."""
    payload = {
        "account_id": 10168721,
        "detail": {"brand_id": "224348602", "id": "7005414006398"},
        "event": event,
        "id": "01GX4P86AC7T0AFF86QGAHTEFR",
        "subject": "zen:article:7005414006398",
        "time": "2023-04-03T23:11:49.571545199Z",
        "type": f"zen:event-type:article.{kind}",
        "zendesk_event_version": "2022-11-06",
    }
    return Event(payload, headers={"X-Zendesk-Webhook-Invocation-Id": "01H0QC"}, docs=EVENTS)


def sign(raw: bytes, now: float) -> dict[str, str]:
    """https://developer.zendesk.com/documentation/webhooks/verifying/."""
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    made = hmac.new(HOOK.encode(), moment.encode() + raw, hashlib.sha256).digest()
    return {
        "X-Zendesk-Webhook-Signature": base64.b64encode(made).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": moment,
    }


PUBLISHED = {
    "author_id": "225859532",
    "category_id": "7005437869694",
    "locale": "en-us",
    "section_id": "7005437870078",
    "title": "Dolor est quo ratione.",
}
NEW = {"title": "Taking photos in low light", "body": "<p>Use a tripod</p>", "draft": False}

contract = Contract(
    base=BASE,
    checked_with="paths and methods of Zendesk's reference, as of 2026-11-22",
    credentials={
        "subdomain": "acme",
        "email": "bo@acme.test",
        "api_token": "secret-token-123",
        "webhook_secret": HOOK,
    },
    health=Exchange("GET /users/me", response={"user": {"id": 7, "name": "Bo", "email": "bo@acme.test"}}),
    sign=sign,
    logins={
        "API token": (
            {"subdomain": "https://acme.zendesk.com/", "email": "bo@acme.test", "api_token": "abc"},
            {"authorization": "Basic " + base64.b64encode(b"bo@acme.test/token:abc").decode()},
        ),
        "OAuth": ({"subdomain": "acme", "oauth_token": "abc"}, {"authorization": "Bearer abc"}),
    },
    own_words=("archive",),
    actions={
        "get_article": Case(
            {"article_id": 35467},
            (Exchange("GET /help_center/articles/35467", response={"article": ARTICLE}),),
            {"id": 35467, "body": "<p>Use a tripod</p>", "user_segment_id": None},
        ),
        "get_article: in a language": Case(
            {"article_id": 35467, "locale": "es-419"},
            (
                Exchange(
                    "GET /help_center/es-419/articles/35467", response={"article": {**ARTICLE, "locale": "es-419"}}
                ),
            ),
            {"locale": "es-419"},
        ),
        "list_articles": Case(
            {"limit": 3},
            pages("/help_center/articles", "articles", [{**ARTICLE, "id": n} for n in (1, 2)], [{**ARTICLE, "id": 3}]),
            [{"id": 1}, {"id": 2}, {"id": 3}],
        ),
        "list_articles: of a section": Case(
            {"section_id": 98838, "locale": "en-us", "label_names": ["photography", "camera"]},
            one("/help_center/en-us/sections/98838/articles", "articles", [ARTICLE], label_names="photography,camera"),
            [{"id": 35467}],
        ),
        "list_articles: of a category": Case(
            {"category_id": 3465},
            one("/help_center/categories/3465/articles", "articles", [ARTICLE]),
            [{"id": 35467}],
        ),
        "search_articles": Case(
            {"query": '"low light"', "section_id": 98838, "locale": "en-us", "limit": 3},
            (
                Exchange(
                    "GET /help_center/articles/search",
                    query={"query": '"low light"', "locale": "en-us", "section": "98838", "per_page": "3"},
                    response={"count": 1, "page": 1, "page_count": 1, "per_page": 3, "results": [ARTICLE]},
                ),
            ),
            [{"id": 35467}],
        ),
        "create_article": Case(
            {
                "section_id": 98838,
                "title": "Taking photos in low light",
                "body": "<p>Use a tripod</p>",
                "permission_group_id": 123,
                "user_segment_id": None,
            },
            (
                Exchange(
                    "POST /help_center/sections/98838/articles",
                    json={
                        "article": {**NEW, "permission_group_id": 123, "user_segment_id": None},
                        "notify_subscribers": False,
                    },
                    response={"article": ARTICLE},
                    status=201,
                ),
            ),
            {"id": 35467},
        ),
        "create_article: with everything": Case(
            {
                "section_id": 98838,
                "title": "Taking photos in low light",
                "body": "<p>Use a tripod</p>",
                "permission_group_id": 123,
                "user_segment_id": 456,
                "locale": "en-us",
                "draft": True,
                "label_names": ["photography"],
                "author_id": 888887,
                "notify_subscribers": True,
            },
            (
                Exchange(
                    "POST /help_center/en-us/sections/98838/articles",
                    json={
                        "article": {
                            **NEW,
                            "draft": True,
                            "permission_group_id": 123,
                            "user_segment_id": 456,
                            "locale": "en-us",
                            "label_names": ["photography"],
                            "author_id": 888887,
                        },
                        "notify_subscribers": True,
                    },
                    response={"article": {**ARTICLE, "draft": True}},
                    status=201,
                ),
            ),
            {"draft": True},
        ),
        "update_article": Case(
            {"article_id": 35467, "promoted": False, "label_names": []},
            (
                Exchange(
                    "PUT /help_center/articles/35467",
                    json={"article": {"promoted": False, "label_names": []}},
                    response={"article": {**ARTICLE, "label_names": []}},
                ),
            ),
            {"label_names": []},
        ),
        "archive_article": Case(
            {"article_id": 35467}, (Exchange("DELETE /help_center/articles/35467", status=204),), None
        ),
        "list_labels": Case(
            {"article_id": 35467}, one("/help_center/articles/35467/labels", "labels", [LABEL]), [{"id": 1635}]
        ),
        "add_label": Case(
            {"article_id": 35467, "name": "instructions"},
            (
                Exchange(
                    "POST /help_center/articles/35467/labels",
                    json={"label": {"name": "instructions"}},
                    response={"label": LABEL},
                    status=201,
                ),
            ),
            {"id": 1635, "name": "instructions"},
        ),
        "add_label: an answer that was lost": Case(
            {"article_id": 35467, "name": "instructions"},
            (
                Exchange(
                    "POST /help_center/articles/35467/labels", json={"label": {"name": "instructions"}}, status=502
                ),
                *one("/help_center/articles/35467/labels", "labels", [LABEL]),
            ),
            {"id": 1635},
        ),
        "remove_label": Case(
            {"article_id": 35467, "label_id": 1635},
            (Exchange("DELETE /help_center/articles/35467/labels/1635", status=204),),
            None,
        ),
        "list_attachments": Case(
            {"article_id": 35467},
            one("/help_center/articles/35467/attachments", "article_attachments", [FILE]),
            [{"id": 1428, "file_name": "tripod.png"}],
        ),
        "upload_attachment": Case(
            {"article_id": 35467, "file": b"\x89PNG", "filename": "tripod.png", "inline": True},
            (
                Exchange(
                    "POST /help_center/articles/35467/attachments",
                    parts={"inline": "true", "file": ("tripod.png", "image/png", b"\x89PNG")},
                    response={"article_attachment": FILE},
                    status=201,
                ),
            ),
            {"id": 1428, "inline": True},
            docs=f"{PAGE}/article_attachments/#create-article-attachment: a form with the file, not JSON",
        ),
        "get_translation": Case(
            {"article_id": 35467, "locale": "fr"},
            (Exchange("GET /help_center/articles/35467/translations/fr", response={"translation": TRANSLATION}),),
            {"locale": "fr", "title": "Comment prendre des photos"},
        ),
        "list_translations": Case(
            {"source_id": 98838, "kind": "section"},
            one("/help_center/sections/98838/translations", "translations", [{**TRANSLATION, "source_id": 98838}]),
            [{"source_id": 98838}],
        ),
        "create_translation": Case(
            {"source_id": 35467, "locale": "fr", "title": "Comment prendre des photos", "body": "<p>Là</p>"},
            (
                Exchange(
                    "POST /help_center/articles/35467/translations",
                    json={
                        "translation": {
                            "locale": "fr",
                            "title": "Comment prendre des photos",
                            "body": "<p>Là</p>",
                            "draft": False,
                        }
                    },
                    response={"translation": TRANSLATION},
                    status=201,
                ),
            ),
            {"id": 1635},
        ),
        "create_translation: an answer that was lost": Case(
            {"source_id": 35467, "locale": "FR", "title": "Comment prendre des photos"},
            (
                Exchange("", status=500),
                *one("/help_center/articles/35467/translations", "translations", [TRANSLATION]),
            ),
            {"id": 1635},
        ),
        "update_translation": Case(
            {"source_id": 35467, "locale": "fr", "body": "<p>Utilisez un trépied</p>", "draft": False},
            (
                Exchange(
                    "PUT /help_center/articles/35467/translations/fr",
                    json={"translation": {"body": "<p>Utilisez un trépied</p>", "draft": False}},
                    response={"translation": TRANSLATION},
                ),
            ),
            {"body": "<p>Utilisez un trépied</p>"},
        ),
        "update_translation: a category's name": Case(
            {"source_id": 3465, "kind": "category", "locale": "fr", "title": "Astuces", "outdated": False},
            (
                Exchange(
                    "PUT /help_center/categories/3465/translations/fr",
                    json={"translation": {"title": "Astuces", "outdated": False}},
                    response={"translation": {**TRANSLATION, "title": "Astuces"}},
                ),
            ),
            {"title": "Astuces"},
        ),
        "list_categories": Case(
            {"locale": "en-us"}, one("/help_center/en-us/categories", "categories", [CATEGORY]), [{"id": 3465}]
        ),
        "get_category": Case(
            {"category_id": 3465},
            (Exchange("GET /help_center/categories/3465", response={"category": CATEGORY}),),
            {"name": "Super Hero Tricks"},
        ),
        "create_category": Case(
            {"name": "Super Hero Tricks", "locale": "en-us", "position": 2},
            (
                Exchange(
                    "POST /help_center/en-us/categories",
                    json={
                        "category": {"name": "Super Hero Tricks", "description": "", "locale": "en-us", "position": 2}
                    },
                    response={"category": CATEGORY},
                    status=201,
                ),
            ),
            {"id": 3465},
        ),
        "list_sections": Case({}, one("/help_center/sections", "sections", [SECTION]), [{"id": 98838}]),
        "list_sections: of a category": Case(
            {"category_id": 3465, "locale": "en-us"},
            one("/help_center/en-us/categories/3465/sections", "sections", [SECTION]),
            [{"category_id": 3465}],
        ),
        "get_section": Case(
            {"section_id": 98838, "locale": "en-us"},
            (Exchange("GET /help_center/en-us/sections/98838", response={"section": SECTION}),),
            {"name": "Avionics"},
        ),
        "create_section": Case(
            {"category_id": 3465, "name": "Avionics", "description": "Instruments", "parent_section_id": 5},
            (
                Exchange(
                    "POST /help_center/categories/3465/sections",
                    json={"section": {"name": "Avionics", "description": "Instruments", "parent_section_id": 5}},
                    response={"section": SECTION},
                    status=201,
                ),
            ),
            {"id": 98838},
        ),
        "move_section": Case(
            {"section_id": 98838, "category_id": 3465},
            (
                Exchange(
                    "PUT /help_center/sections/98838",
                    json={"section": {"category_id": 3465}},
                    response={"section": SECTION},
                ),
            ),
            {"category_id": 3465},
        ),
        "get_locales": Case(
            {},
            (Exchange("GET /help_center/locales", response={"locales": ["en-us", "da"], "default_locale": "en-us"}),),
            {"locales": ["en-us", "da"], "default_locale": "en-us"},
        ),
        "list_permission_groups": Case(
            {},
            one("/guide/permission_groups", "permission_groups", [{"id": 123, "name": "Core team", "built_in": False}]),
            [{"id": 123, "name": "Core team"}],
        ),
        "list_user_segments": Case(
            {},
            one(
                "/help_center/user_segments",
                "user_segments",
                [{"id": 456, "name": "VIP agents", "user_type": "staff", "built_in": False}],
            ),
            [{"id": 456, "user_type": "staff"}],
        ),
    },
    events={
        "article.published": event("published", **PUBLISHED),
        "article.unpublished": event("unpublished"),
        "article.author_changed": event("author_changed", current="6998057797118"),
    },
)
