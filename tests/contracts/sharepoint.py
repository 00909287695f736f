"""Microsoft Graph v1.0 for SharePoint and OneDrive, as of https://learn.microsoft.com/graph/api/overview on 2026-11-22.

The description at hand is Microsoft's OpenAPI file of 2023. It has no addresses by path (`root:/…`), and no list items
below drive items; those are in the documentation that the cases name.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

DOCS = "https://learn.microsoft.com/graph"
BY_PATH = f"{DOCS}/onedrive-addressing-driveitems: the description leaves addresses by path out"
HOOK = "secret-hook-789"
TENANT, CLIENT = "84841066-274d-4ec0-a5c1-276be684bdd3", "1b8d1f5a-6d0e-4c0b-9a57-0f1d2c3b4a59"
DRIVE = "b%21t18F8ybsHUq1z3LTz8xvZqP8zaSWjkFNhsME-Fepo75dTf9vQKfeRblBZjoSQrd7"
DRIVE_ID = "b!t18F8ybsHUq1z3LTz8xvZqP8zaSWjkFNhsME-Fepo75dTf9vQKfeRblBZjoSQrd7"
SITE = "contoso.sharepoint.com,2C712604-1370-44E7-A1F5-426573FDA80A,2D2244C3-251A-49EA-93A8-39E1C3A060FE"
GRAPH = "https://graph.microsoft.com/v1.0"
DOWNLOAD = "https://contoso.sharepoint.com/_layouts/15/download.aspx"
TO = Path(tempfile.gettempdir()) / "tieline-sharepoint-contract.pdf"
ENDS = "2026-12-20T11:00:00Z"

SITE_SEEN = {
    "id": SITE,
    "displayName": "Finance",
    "name": "finance",
    "webUrl": "https://contoso.sharepoint.com/sites/finance",
}
SITE_OUT = {"id": SITE, "name": "finance", "display_name": "Finance"}
DRIVE_SEEN = {
    "id": DRIVE_ID,
    "driveType": "documentLibrary",
    "name": "Documents",
    "owner": {"group": {"id": "76", "displayName": "Finance"}},
    "webUrl": "https://contoso.sharepoint.com/sites/finance/Shared%20Documents",
}
FILE = {
    "id": "01NKDM7HMOJTVYMDOSXFDK2QJDXCDI3WUK",
    "name": "plan.pdf",
    "size": 1234,
    "eTag": '"{9CEB4C8E-D2FA-4CA5-B8C2-7BB1F3F7DC9F},2"',
    "cTag": '"c:{9CEB4C8E-D2FA-4CA5-B8C2-7BB1F3F7DC9F},1"',
    "createdDateTime": "2026-11-20T10:00:00Z",
    "lastModifiedDateTime": "2026-11-21T10:00:00Z",
    "lastModifiedBy": {"user": {"displayName": "Ann", "email": "ann@contoso.com"}},
    "parentReference": {"driveId": DRIVE_ID, "id": "01ROOT", "path": f"/drives/{DRIVE_ID}/root:/Reports"},
    "file": {"mimeType": "application/pdf", "hashes": {"quickXorHash": "dF5GC7vcaC5YVIKZY2wqGQbhVzM="}},
    "webUrl": "https://contoso.sharepoint.com/sites/finance/Shared%20Documents/Reports/plan.pdf",
}
FOLDER = {"id": "01FOLDER", "name": "Reports", "folder": {"childCount": 1}}
FILE_ID = FILE["id"]
AT = f"/drives/{DRIVE}/items/{FILE_ID}"
ITEM: dict[str, Any] = {"drive_id": DRIVE_ID, "item_id": FILE_ID}
SUBSCRIPTION = {
    "id": "7f105c7d-2dc5-4530-97cd-4e7ae6534c07",
    "resource": f"/drives/{DRIVE_ID}/root",
    "changeType": "updated",
    "notificationUrl": "https://hooks.example.com/hooks/sharepoint/main",
    "expirationDateTime": ENDS,
    "clientState": None,
}
COLUMN = {
    "id": "99ddcf45-e2f7-4f17-82b0-6fba34445103",
    "name": "Summary",
    "displayName": "Summary",
    "hidden": False,
    "readOnly": False,
    "text": {"allowMultipleLines": True, "textType": "plain"},
}


def got(path: str, answer: Any, **query: str) -> tuple[Exchange]:
    """A GET."""
    return (Exchange(f"GET {path}", query=query or None, response=answer),)


def notification(**fields: Any) -> dict[str, Any]:
    """A change notification, https://learn.microsoft.com/graph/api/resources/changenotification."""
    told = {"subscriptionId": SUBSCRIPTION["id"], "tenantId": TENANT, "subscriptionExpirationDateTime": ENDS}
    return {"value": [{**told, **fields}]}


def life(word: str) -> Event:
    """What becomes of a subscription."""
    return Event(notification(lifecycleEvent=word), docs=f"{DOCS}/change-notifications-lifecycle-events")


def sign(raw: bytes, _now: float) -> bytes:
    """The secret stands in each notification, https://learn.microsoft.com/graph/change-notifications-delivery-webhooks."""
    value = json.loads(raw).get("value", [])
    return json.dumps({"value": [{**one, "clientState": HOOK} for one in value]}).encode()


contract = Contract(
    base=GRAPH,
    tokens=f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token",
    checked_with="Microsoft Graph's OpenAPI description v1.0 (copy of 2023), as of 2026-11-22",
    credentials={
        "tenant_id": TENANT,
        "client_id": CLIENT,
        "client_secret": "secret-of-the-client-123",
        "webhook_secret": HOOK,
    },
    health=Exchange("GET /sites/root", response=SITE_SEEN),
    logins={
        "the app itself": (
            {"tenant_id": TENANT, "client_id": CLIENT, "client_secret": "s", "site": "root"},
            {"authorization": "Bearer token-1"},
        )
    },
    actions={
        "list_sites": Case(
            {"search": "finance"},
            got("/sites", {"value": [SITE_SEEN]}, search="finance"),
            [SITE_OUT],
            docs=f"{DOCS}/api/site-search: `search` has no dollar there",
        ),
        "get_site": Case(
            {"site": "contoso.sharepoint.com:/sites/finance"},
            got("/sites/contoso.sharepoint.com:/sites/finance", SITE_SEEN),
            SITE_OUT,
            docs=f"{DOCS}/api/site-getbypath: the description leaves addresses by path out",
        ),
        "get_site: by id": Case({"site": SITE}, got(f"/sites/{SITE}", SITE_SEEN), SITE_OUT),
        "list_drives": Case(
            {"site_id": SITE},
            got(f"/sites/{SITE}/drives", {"value": [DRIVE_SEEN]}, **{"$top": "100"}),
            [{"id": DRIVE_ID, "name": "Documents", "drive_type": "documentLibrary"}],
        ),
        "list_drives: of a person": Case(
            {"user_id": "ann@contoso.com", "limit": 1},
            got("/users/ann%40contoso.com/drives", {"value": [DRIVE_SEEN]}, **{"$top": "1"}),
            [{"id": DRIVE_ID}],
        ),
        "list_items": Case(
            {"drive_id": DRIVE_ID, "limit": 2},
            (
                Exchange(
                    f"GET /drives/{DRIVE}/items/root/children",
                    query={"$top": "2"},
                    response={
                        "value": [FOLDER],
                        "@odata.nextLink": f"{GRAPH}/drives/{DRIVE}/items/root/children?$top=2&$skiptoken=x",
                    },
                ),
                Exchange(
                    f"GET /drives/{DRIVE}/items/root/children",
                    query={"$top": "2", "$skiptoken": "x"},
                    response={"value": [FILE]},
                ),
            ),
            [
                {"name": "Reports", "folder": {"child_count": 1}},
                {"id": FILE_ID, "file": {"mime_type": "application/pdf"}},
            ],
            docs=f"{DOCS}/paging: the token is of Graph's making",
        ),
        "list_items: with fields": Case(
            {"drive_id": DRIVE_ID, "folder_id": "01FOLDER", "fields": True},
            got(
                f"/drives/{DRIVE}/items/01FOLDER/children",
                {"value": [{**FILE, "listItem": {"id": "4", "fields": {"Summary": "Short."}}}]},
                **{"$top": "200", "$expand": "listItem($expand=fields)"},
            ),
            [{"id": FILE_ID, "list_item": {"fields": {"Summary": "Short."}}}],
            docs=f"{DOCS}/query-parameters#expand-parameter (options in brackets)",
        ),
        "get_item": Case(
            ITEM,
            got(AT, {**FILE, "@microsoft.graph.downloadUrl": f"{DOWNLOAD}?tempauth=secret"}),
            {"id": FILE_ID, "name": "plan.pdf", "size": 1234, "download_url": None},
        ),
        "find_item": Case(
            {"drive_id": DRIVE_ID, "path": "/Reports/plan of 2026 #1.pdf"},
            got(f"/drives/{DRIVE}/root:/Reports/plan%20of%202026%20%231.pdf", FILE),
            {"id": FILE_ID},
            docs=BY_PATH,
        ),
        "find_item: nothing there": Case(
            {"drive_id": DRIVE_ID, "path": "no.pdf"},
            (
                Exchange(
                    f"GET /drives/{DRIVE}/root:/no.pdf",
                    status=404,
                    response={"error": {"code": "itemNotFound", "message": "The resource could not be found."}},
                ),
            ),
            None,
            docs=BY_PATH,
        ),
        "find_holder": Case(
            ITEM,
            got(
                AT,
                {
                    "id": FILE_ID,
                    "publication": {
                        "level": "checkout",
                        "versionId": "1.0",
                        "checkedOutBy": {"user": {"displayName": "Ben", "email": "ben@contoso.com"}},
                    },
                    "lastModifiedBy": FILE["lastModifiedBy"],
                },
                **{"$select": "id,publication,lastModifiedBy"},
            ),
            {"name": "Ben", "email": "ben@contoso.com", "checked_out": True},
        ),
        "find_holder: not checked out": Case(
            ITEM,
            got(
                AT,
                {"id": FILE_ID, "lastModifiedBy": FILE["lastModifiedBy"]},
                **{"$select": "id,publication,lastModifiedBy"},
            ),
            {"name": "Ann", "checked_out": False},
        ),
        "download_item": Case(
            {**ITEM, "to": str(TO)},
            (
                *got(AT, {**FILE, "@microsoft.graph.downloadUrl": f"{DOWNLOAD}?tempauth=secret"}),
                Exchange(
                    f"GET {DOWNLOAD}",
                    query={"tempauth": "secret"},
                    sends={"authorization": None},
                    response=b"%PDF-",
                ),
            ),
            str(TO),
            docs=f"{DOCS}/api/driveitem-get-content: the second is no address of Graph's",
        ),
        "upload_item": Case(
            {"drive_id": DRIVE_ID, "path": "Reports/plan.pdf", "file": b"%PDF-1.7"},
            (
                Exchange(
                    f"PUT /drives/{DRIVE}/root:/Reports/plan.pdf:/content",
                    query={"@microsoft.graph.conflictBehavior": "replace"},
                    raw=b"%PDF-1.7",
                    sends={"content-type": "application/octet-stream"},
                    status=201,
                    response=FILE,
                ),
            ),
            {"id": FILE_ID},
            docs=BY_PATH,
        ),
        "create_folder": Case(
            {"drive_id": DRIVE_ID, "name": "Reports"},
            (
                Exchange(
                    f"POST /drives/{DRIVE}/items/root/children",
                    json={"name": "Reports", "folder": {}, "@microsoft.graph.conflictBehavior": "fail"},
                    status=201,
                    response=FOLDER,
                ),
            ),
            {"id": "01FOLDER", "name": "Reports"},
            docs=f"{DOCS}/api/driveitem-post-children (`@microsoft.graph.conflictBehavior`)",
        ),
        "get_fields": Case(
            ITEM,
            got(
                f"{AT}/listItem",
                {"id": "4", "eTag": '"9ceb4c8e,2"', "fields": {"id": "4", "Title": "Plan", "Tags": ["a"]}},
                **{"$expand": "fields"},
            ),
            {"e_tag": '"9ceb4c8e,2"', "fields": {"Title": "Plan", "Tags": ["a"]}},
        ),
        "update_fields": Case(
            {**ITEM, "fields": {"Summary": "Short.", "Tags": ["plan", "2026"], "Old": None}},
            (
                Exchange(
                    f"PATCH {AT}/listItem/fields",
                    json={
                        "Tags@odata.type": "Collection(Edm.String)",
                        "Summary": "Short.",
                        "Tags": ["plan", "2026"],
                        "Old": None,
                    },
                    sends={"if-match": None},
                    response={"id": "4", "Summary": "Short.", "Tags": ["plan", "2026"]},
                ),
            ),
            {"Summary": "Short.", "Tags": ["plan", "2026"]},
            docs=f"{DOCS}/api/listitem-update, and {DOCS}/api/driveitem-get for `listItem`: the description ends there",
        ),
        "update_fields: unless it has changed": Case(
            {**ITEM, "fields": {"Summary": "Short."}, "e_tag": '"9ceb4c8e,2"'},
            (
                Exchange(
                    f"PATCH {AT}/listItem/fields",
                    json={"Summary": "Short."},
                    sends={"if-match": '"9ceb4c8e,2"'},
                    response={"Summary": "Short."},
                ),
            ),
            docs=f"{DOCS}/api/listitem-update, as above",
            output={"Summary": "Short."},
        ),
        "list_columns": Case(
            {"drive_id": DRIVE_ID},
            got(f"/drives/{DRIVE}/list/columns", {"value": [COLUMN]}, **{"$top": "200"}),
            [{"name": "Summary", "text": {"allowMultipleLines": True}}],
        ),
        "create_column": Case(
            {"drive_id": DRIVE_ID, "name": "Summary", "kind": "note", "description": "What it says, in short"},
            (
                Exchange(
                    f"POST /drives/{DRIVE}/list/columns",
                    json={
                        "name": "Summary",
                        "displayName": "Summary",
                        "description": "What it says, in short",
                        "text": {"allowMultipleLines": True, "textType": "plain"},
                    },
                    status=201,
                    response=COLUMN,
                ),
            ),
            {"name": "Summary"},
        ),
        "create_column: a choice of several": Case(
            {"drive_id": DRIVE_ID, "name": "Tags", "kind": "choice", "choices": ["plan"]},
            (
                Exchange(
                    f"POST /drives/{DRIVE}/list/columns",
                    json={
                        "name": "Tags",
                        "displayName": "Tags",
                        "choice": {"allowTextEntry": True, "choices": ["plan"], "displayAs": "checkBoxes"},
                    },
                    status=201,
                    response={"id": "1", "name": "Tags", "choice": {"choices": ["plan"]}},
                ),
            ),
            {"name": "Tags"},
        ),
        "create_column: a number": Case(
            {"drive_id": DRIVE_ID, "name": "Pages", "kind": "number", "display_name": "Number of pages"},
            (
                Exchange(
                    f"POST /drives/{DRIVE}/list/columns",
                    json={"name": "Pages", "displayName": "Number of pages", "number": {}},
                    status=201,
                    response={"id": "2", "name": "Pages", "number": {}},
                ),
            ),
            {"name": "Pages"},
        ),
        "list_changes": Case(
            {"drive_id": DRIVE_ID},
            (
                Exchange(
                    f"GET /drives/{DRIVE}/root/delta",
                    query={"$top": "200"},
                    response={"value": [FOLDER], "@odata.nextLink": f"{GRAPH}/drives/{DRIVE}/root/delta?token=next"},
                ),
                Exchange(
                    f"GET /drives/{DRIVE}/root/delta",
                    query={"token": "next"},
                    response={"value": [FILE], "@odata.deltaLink": f"{GRAPH}/drives/{DRIVE}/root/delta?token=later"},
                ),
            ),
            {
                "items": [{"name": "Reports"}, {"name": "plan.pdf"}],
                "token": f"{GRAPH}/drives/{DRIVE}/root/delta?token=later",
                "more": False,
                "anew": True,
            },
            docs=f"{DOCS}/api/driveitem-delta (`/root/delta`; the description has only its older form)",
        ),
        "list_changes: since a token": Case(
            {"drive_id": DRIVE_ID, "token": f"{GRAPH}/drives/{DRIVE}/root/delta?token=later"},
            got(
                f"/drives/{DRIVE}/root/delta",
                {
                    "value": [{"id": FILE_ID, "deleted": {"state": "deleted"}}],
                    "@odata.deltaLink": f"{GRAPH}/drives/{DRIVE}/root/delta?token=last",
                },
                token="later",
            ),
            {"items": [{"id": FILE_ID, "deleted": {"state": "deleted"}}], "more": False, "anew": False},
            docs=f"{DOCS}/api/driveitem-delta (`/root/delta`; the description has only its older form)",
        ),
        "list_changes: from now on": Case(
            {"drive_id": DRIVE_ID, "token": "latest"},
            got(
                f"/drives/{DRIVE}/root/delta",
                {"value": [], "@odata.deltaLink": f"{GRAPH}/drives/{DRIVE}/root/delta?token=now"},
                token="latest",
            ),
            {"items": [], "token": f"{GRAPH}/drives/{DRIVE}/root/delta?token=now", "anew": False},
            docs=f"{DOCS}/api/driveitem-delta (`/root/delta`; the description has only its older form)",
        ),
        "list_changes: a token that is too old": Case(
            {"drive_id": DRIVE_ID, "token": f"{GRAPH}/drives/{DRIVE}/root/delta?token=old", "limit": 1},
            (
                Exchange(
                    f"GET /drives/{DRIVE}/root/delta",
                    query={"token": "old"},
                    status=410,
                    headers={"location": f"{GRAPH}/drives/{DRIVE}/root/delta?token=fresh"},
                    response={"error": {"code": "resyncChangesApplyDifferences", "message": "Resync required."}},
                ),
                Exchange(
                    f"GET /drives/{DRIVE}/root/delta",
                    query={"$top": "1"},
                    response={"value": [FILE], "@odata.nextLink": f"{GRAPH}/drives/{DRIVE}/root/delta?token=next"},
                ),
            ),
            {"token": f"{GRAPH}/drives/{DRIVE}/root/delta?token=next", "more": True, "anew": True},
            docs=f"{DOCS}/api/driveitem-delta (`/root/delta`; the description has only its older form)",
        ),
        "list_subscriptions": Case(
            {},
            got("/subscriptions", {"value": [SUBSCRIPTION]}),
            [{"id": SUBSCRIPTION["id"], "change_type": "updated"}],
        ),
        "create_subscription": Case(
            {"drive_id": DRIVE_ID, "url": SUBSCRIPTION["notificationUrl"], "expires": ENDS},
            (
                Exchange(
                    "POST /subscriptions",
                    json={
                        "changeType": "updated",
                        "notificationUrl": SUBSCRIPTION["notificationUrl"],
                        "lifecycleNotificationUrl": SUBSCRIPTION["notificationUrl"],
                        "resource": f"/drives/{DRIVE_ID}/root",
                        "expirationDateTime": ENDS,
                        "clientState": HOOK,
                    },
                    status=201,
                    response={**SUBSCRIPTION, "clientState": HOOK},
                ),
            ),
            {"id": SUBSCRIPTION["id"], "expiration_date_time": ENDS, "client_state": None},
        ),
        "update_subscription": Case(
            {"subscription_id": SUBSCRIPTION["id"], "expires": ENDS},
            (
                Exchange(
                    f"PATCH /subscriptions/{SUBSCRIPTION['id']}",
                    json={"expirationDateTime": ENDS},
                    response=SUBSCRIPTION,
                ),
            ),
            {"id": SUBSCRIPTION["id"]},
        ),
        "delete_subscription": Case(
            {"subscription_id": SUBSCRIPTION["id"]},
            (Exchange(f"DELETE /subscriptions/{SUBSCRIPTION['id']}", status=204),),
        ),
    },
    events={
        "drive_changed": Event(
            notification(
                resource=f"drives/{DRIVE_ID}/root",
                changeType="updated",
                resourceData={"@odata.type": "#Microsoft.Graph.DriveItem"},
            ),
            docs=f"{DOCS}/api/resources/changenotification",
        ),
        "reauthorization_required": life("reauthorizationRequired"),
        "subscription_removed": life("subscriptionRemoved"),
        "notifications_missed": life("missed"),
    },
    sign=sign,
)
