"""Webflow, as of https://developers.webflow.com/data/reference on 2026-11-22, Data API v2."""

import hashlib
import hmac
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

REFERENCE = "https://developers.webflow.com/data/reference"
HOOK = "secret_client_789"
SITE_ID, COLLECTION_ID = "580e63e98c9a982ac9b8b741", "580e63fc8c9a982ac9b8b745"
ITEM_ID, DOMAIN_ID, HOOK_ID = "580e64008c9a982ac9b8b754", "589a331aa51e760df7ccb89d", "57ca0a9e418c504a6e1acbb6"
NOW = "2026-11-17T15:08:20.000Z"
ITEMS = f"/collections/{COLLECTION_ID}/items"
IN = {"collection_id": COLLECTION_ID}
DOMAIN = {"id": DOMAIN_ID, "url": "docs.acme.com"}
SITE = {
    "id": SITE_ID,
    "displayName": "Acme Docs",
    "shortName": "acme-docs",
    "lastPublished": NOW,
    "customDomains": [DOMAIN],
}
COLLECTION = {"id": COLLECTION_ID, "displayName": "Posts", "singularName": "Post", "slug": "posts"}
FIELD = {"id": "23cc2d952d4e4631ffd4345d", "isRequired": False, "type": "RichText", "slug": "body", "displayName": "B"}
ITEM: dict[str, Any] = {
    "id": ITEM_ID,
    "cmsLocaleId": "653ad57de882f528b32e810e",
    "lastPublished": None,
    "lastUpdated": NOW,
    "createdOn": NOW,
    "isArchived": False,
    "isDraft": False,
    "fieldData": {"name": "Client", "slug": "client", "body": "<p>Hello</p>"},
}
WEBHOOK = {"id": HOOK_ID, "triggerType": "site_publish", "url": "https://hooks.acme.com/x", "siteId": SITE_ID}
ORDER = {"orderId": "dfa-3f1", "status": "unfulfilled", "acceptedOn": NOW}
PAGE = {"siteId": SITE_ID, "pageId": "ddfa", "pageTitle": "Start", "publishedPath": "/start"}
COMMENT = {
    "threadId": "679d33953c1b82c4e3a7c3f8",
    "commentId": "679d33953c1b82c4e3a7c3f9",
    "siteId": SITE_ID,
    "pageId": "6596da6045e56dee495bcbba",
    "url": "https://acme.design.webflow.com/?pageId=1",
    "content": "Is this right?",
    "author": {"userId": "6287ec36a841b25637c663df", "email": "ann@example.com", "name": "Ann"},
}


def listed(*items: dict[str, Any], limit: int = 100) -> dict[str, Any]:
    """A page of items."""
    return {"items": list(items), "pagination": {"limit": limit, "offset": 0, "total": len(items)}}


def event(kind: str, payload: dict[str, Any], page: str = "") -> Event:
    """A delivery, as its page shows it."""
    return Event({"triggerType": kind, "payload": payload}, docs=f"{REFERENCE}/webhooks/events/{page or kind}")


def sign(raw: bytes, now: float) -> dict[str, str]:
    """https://developers.webflow.com/data/docs/working-with-webhooks#validating-request-signatures."""
    stamp = str(int(now * 1000))
    signature = hmac.new(HOOK.encode(), f"{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    return {"x-webflow-timestamp": stamp, "x-webflow-signature": signature}


MOVED = {"workspaceId": "625860a7a6c16d624927122f", "siteId": SITE_ID, "collectionId": COLLECTION_ID}

contract = Contract(
    base="https://api.webflow.com/v2",
    checked_with="Webflow's OpenAPI description of the Data API v2, as of 2026-05-26",
    credentials={"token": "secret_token_123", "webhook_secret": HOOK},
    health=Exchange("GET /sites", response={"sites": [SITE]}),
    sign=sign,
    logins={"site token": ({"token": "abc"}, {"authorization": "Bearer abc"})},
    own_words=("publish", "unpublish"),
    actions={
        "list_sites": Case({}, (Exchange("GET /sites", response={"sites": [SITE]}),), [{"id": SITE_ID}]),
        "get_site": Case(
            {"site_id": SITE_ID}, (Exchange(f"GET /sites/{SITE_ID}", response=SITE),), {"display_name": "Acme Docs"}
        ),
        "publish_site": Case(
            {"site_id": SITE_ID, "domain_ids": [DOMAIN_ID]},
            (
                Exchange(
                    f"POST /sites/{SITE_ID}/publish",
                    json={"customDomains": [DOMAIN_ID], "publishToWebflowSubdomain": True},
                    status=202,
                    response={"customDomains": [DOMAIN], "publishToWebflowSubdomain": True},
                ),
            ),
            {"to_subdomain": True, "custom_domains": [{"url": "docs.acme.com"}]},
        ),
        "list_collections": Case(
            {"site_id": SITE_ID},
            (Exchange(f"GET /sites/{SITE_ID}/collections", response={"collections": [COLLECTION]}),),
            [{"id": COLLECTION_ID, "display_name": "Posts"}],
        ),
        "get_collection": Case(
            IN,
            (Exchange(f"GET /collections/{COLLECTION_ID}", response={**COLLECTION, "fields": [FIELD]}),),
            {"fields": [{"slug": "body", "type": "RichText"}]},
        ),
        "list_items": Case(
            {**IN, "limit": 101},
            (
                Exchange(f"GET {ITEMS}", query={"limit": "100"}, response=listed(*[ITEM] * 100)),
                Exchange(f"GET {ITEMS}", query={"limit": "100", "offset": "100"}, response=listed(ITEM)),
            ),
            [{"id": ITEM_ID}] * 101,
        ),
        "list_items: live": Case(
            {**IN, "live": True, "name": "Client", "limit": 5},
            (Exchange(f"GET {ITEMS}/live", query={"name": "Client", "limit": "5"}, response=listed(ITEM)),),
            [{"id": ITEM_ID}],
        ),
        "get_item": Case(
            {**IN, "item_id": ITEM_ID},
            (Exchange(f"GET {ITEMS}/{ITEM_ID}", response=ITEM),),
            {"id": ITEM_ID, "fields": {"name": "Client"}},
        ),
        "get_item: live": Case(
            {**IN, "item_id": ITEM_ID, "live": True},
            (Exchange(f"GET {ITEMS}/{ITEM_ID}/live", response=ITEM),),
            {"id": ITEM_ID},
        ),
        "find_item": Case(
            {**IN, "slug": "client"},
            (Exchange(f"GET {ITEMS}", query={"slug": "client", "limit": "1"}, response=listed(ITEM)),),
            {"id": ITEM_ID},
        ),
        "find_item: none": Case(
            {**IN, "slug": "other", "live": True},
            (Exchange(f"GET {ITEMS}/live", query={"slug": "other", "limit": "1"}, response=listed()),),
            None,
        ),
        "create_item": Case(
            {**IN, "name": "Client", "slug": "client", "fields": {"body": "<p>Hello</p>"}},
            (
                Exchange(
                    f"POST {ITEMS}",
                    json={"isDraft": False, "isArchived": False, "fieldData": ITEM["fieldData"]},
                    status=202,
                    response=ITEM,
                ),
            ),
            {"id": ITEM_ID, "draft": False},
        ),
        "create_item: live": Case(
            {**IN, "name": "Client", "slug": "client", "live": True},
            (
                Exchange(
                    f"POST {ITEMS}/live",
                    json={"isDraft": False, "isArchived": False, "fieldData": {"name": "Client", "slug": "client"}},
                    status=202,
                    response=ITEM,
                ),
            ),
            {"id": ITEM_ID},
            docs=f"{REFERENCE}/cms/collection-items/live-items/create-item-live (id and dates are Webflow's to give)",
        ),
        "create_item: no answer": Case(
            {**IN, "name": "Client", "slug": "client", "fields": {"body": "<p>Hello</p>"}},
            (
                Exchange(
                    f"POST {ITEMS}",
                    json={"isDraft": False, "isArchived": False, "fieldData": ITEM["fieldData"]},
                    status=500,
                ),
                Exchange(f"GET {ITEMS}", query={"slug": "client", "limit": "1"}, response=listed(ITEM)),
            ),
            {"id": ITEM_ID},
        ),
        "update_item": Case(
            {**IN, "item_id": ITEM_ID, "fields": {"body": "<p>Bye</p>"}},
            (Exchange(f"PATCH {ITEMS}/{ITEM_ID}", json={"fieldData": {"body": "<p>Bye</p>"}}, response=ITEM),),
            {"id": ITEM_ID},
        ),
        "update_item: live": Case(
            {**IN, "item_id": ITEM_ID, "draft": False, "live": True},
            (Exchange(f"PATCH {ITEMS}/{ITEM_ID}/live", json={"isDraft": False}, response=ITEM),),
            {"id": ITEM_ID},
        ),
        "delete_item": Case({**IN, "item_id": ITEM_ID}, (Exchange(f"DELETE {ITEMS}/{ITEM_ID}", status=204),)),
        "unpublish_item": Case({**IN, "item_id": ITEM_ID}, (Exchange(f"DELETE {ITEMS}/{ITEM_ID}/live", status=204),)),
        "publish_items": Case(
            {**IN, "item_ids": [ITEM_ID]},
            (
                Exchange(
                    f"POST {ITEMS}/publish",
                    json={"itemIds": [ITEM_ID]},
                    status=202,
                    response={"publishedItemIds": [ITEM_ID], "errors": []},
                ),
            ),
            {"ids": [ITEM_ID], "errors": []},
        ),
        "list_webhooks": Case(
            {"site_id": SITE_ID},
            (Exchange(f"GET /sites/{SITE_ID}/webhooks", response={"webhooks": [WEBHOOK]}),),
            [{"id": HOOK_ID, "trigger_type": "site_publish"}],
        ),
        "create_webhook": Case(
            {"site_id": SITE_ID, "trigger_type": "site_publish", "url": "https://hooks.acme.com/x"},
            (
                Exchange(
                    f"POST /sites/{SITE_ID}/webhooks",
                    json={"triggerType": "site_publish", "url": "https://hooks.acme.com/x"},
                    status=201,
                    response={**WEBHOOK, "secretKey": "never in what is shown"},
                ),
            ),
            {"id": HOOK_ID, "secret_key": "**********"},
        ),
        "delete_webhook": Case({"webhook_id": HOOK_ID}, (Exchange(f"DELETE /webhooks/{HOOK_ID}", status=204),)),
    },
    events={
        **{
            f"collection_item_{done}": event(f"collection_item_{done}", {**ITEM, **MOVED}, f"collection-item-{done}")
            for done in ("created", "changed", "deleted", "published", "unpublished")
        },
        "page_created": event("page_created", {**PAGE, "createdOn": NOW}, "page-created"),
        "page_metadata_updated": event("page_metadata_updated", {**PAGE, "lastUpdated": NOW}, "page-metadata-updated"),
        "page_deleted": event("page_deleted", {**PAGE, "deletedOn": NOW}, "page-deleted"),
        "site_publish": event(
            "site_publish", {"siteId": SITE_ID, "publishedOn": NOW, "domains": ["docs.acme.com"]}, "site-publish"
        ),
        "form_submission": event(
            "form_submission",
            {
                "name": "Contact Us",
                "siteId": SITE_ID,
                "data": {"First Name": "Ann", "email": "ann@example.com"},
                "submittedAt": NOW,
                "id": "6321ca84df3949bfc6752327",
                "formId": "65429eadebe8a9f3a30f62d0",
            },
            "form-submission",
        ),
        "comment_created": event("comment_created", COMMENT, "comment-created"),
        "ecomm_new_order": event("ecomm_new_order", ORDER, "ecomm-new-order"),
        "ecomm_order_changed": event("ecomm_order_changed", {**ORDER, "status": "fulfilled"}, "ecomm-order-changed"),
        "ecomm_inventory_changed": event(
            "ecomm_inventory_changed",
            {"id": "5bfedb42bab0ad90fa7dad39", "quantity": 100, "inventoryType": "finite"},
            "ecomm-inventory-changed",
        ),
    },
)
