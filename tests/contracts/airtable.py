"""Airtable, as of https://airtable.com/developers/web/api/introduction on 2026-11-22.

There is no description for machines: requests and answers follow the pages, each of which its action names.
"""

import hashlib
import hmac
from base64 import b64decode
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

BASE_ID, TABLE_ID, RECORD_ID = "appLkNDICXNqxSDhG", "tbltp8DGLhqbUmjK1", "rec560UJdUtocSouk"
OTHER_ID, HOOK_ID = "rec3lbPRG4aVqkeOQ", "ach00000000000000"
#: As Airtable's are: base64. It says "secret" in plain letters, too, so that the suite can look for it.
HOOK = "c2VjcmV0secretsecretc2Vj"
JSON = {"content-type": "application/json"}
HERE: dict[str, Any] = {"base_id": BASE_ID, "table": TABLE_ID}
PATH = f"/{BASE_ID}/{TABLE_ID}"
META = f"/meta/bases/{BASE_ID}/tables"
HOOKS = f"/bases/{BASE_ID}/webhooks"
MOMENT = "2022-09-12T21:03:48.000Z"
LATER = "2023-01-20T00:00:00.000Z"
PING = "https://hooks.acme.test/hooks/airtable/main"

RECORD = {
    "id": RECORD_ID,
    "createdTime": MOMENT,
    "fields": {"Address": "333 Post St", "Name": "Union Square", "Visited": True},
}
OTHER = {"id": OTHER_ID, "createdTime": "2022-09-12T21:03:49.000Z", "fields": {"Name": "Ferry Building"}}
SEEN = {"id": RECORD_ID, "fields": RECORD["fields"]}
COLUMN = {"id": "fld1VnoyuotSTyxW1", "name": "Name", "type": "singleLineText", "description": "Name of the apartment"}
STATUS = {
    "id": "fldumZe00w09RYTW6",
    "name": "Status",
    "type": "singleSelect",
    "options": {"choices": [{"id": "selA", "name": "Free", "color": "blueLight2"}]},
}
TABLE = {
    "id": TABLE_ID,
    "name": "Apartments",
    "description": "Apartments to track.",
    "primaryFieldId": COLUMN["id"],
    "fields": [COLUMN, STATUS],
    "views": [{"id": "viwQpsuEDqHFqegkp", "name": "Grid view", "type": "grid"}],
}
COMMENT = {
    "id": "comB5z37Mg9zaEPw6",
    "author": {"id": "usrL2PNC5o3H4lBEi", "email": "foo@bar.com", "name": "Foo Bar"},
    "text": "Hello, world!",
    "createdTime": "2021-03-01T09:00:00.000Z",
    "lastUpdatedTime": None,
}
SPECIFICATION = {"options": {"filters": {"dataTypes": ["tableData"], "recordChangeScope": TABLE_ID}}}
WEBHOOK = {
    "id": HOOK_ID,
    "areNotificationsEnabled": True,
    "cursorForNextPayload": 1,
    "isHookEnabled": True,
    "lastSuccessfulNotificationTime": None,
    "notificationUrl": PING,
    "expirationTime": LATER,
    "lastNotificationResult": None,
    "specification": SPECIFICATION,
}
PAYLOAD = {
    "timestamp": "2022-02-01T21:25:05.663Z",
    "baseTransactionNumber": 4,
    "payloadFormat": "v0",
    "actionMetadata": {
        "source": "client",
        "sourceMetadata": {"user": {"id": "usr00000000000000", "email": "foo@bar.com", "permissionLevel": "create"}},
    },
    "changedTablesById": {TABLE_ID: {"destroyedRecordIds": [RECORD_ID]}},
}


def cells(count: int, start: int = 0) -> list[dict[str, str]]:
    """Records to write."""
    return [{"Name": str(number)} for number in range(start, start + count)]


def sent(records: list[dict[str, str]], **more: Any) -> dict[str, Any]:
    """A body that writes records."""
    return {"records": [{"fields": one} for one in records], **more}


def held(records: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Records, as they are answered."""
    return [{"id": f"rec{one['Name']:0>14}", "createdTime": MOMENT, "fields": one} for one in records]


def sign(raw: bytes, _now: float) -> dict[str, str]:
    """https://airtable.com/developers/web/api/webhooks-overview#webhook-notification-delivery."""
    return {"X-Airtable-Content-MAC": f"hmac-sha256={hmac.new(b64decode(HOOK), raw, hashlib.sha256).hexdigest()}"}


UPSERT = {"performUpsert": {"fieldsToMergeOn": ["Name"]}}

contract = Contract(
    base="https://api.airtable.com/v0",
    credentials={"token": "pat_secret_token_123.abc", "webhook_secret": HOOK},
    health=Exchange("GET /meta/whoami", response={"id": "usrL2PNC5o3H4lBEi", "email": "foo@bar.com"}),
    sign=sign,
    own_words=("refresh",),
    logins={"personal access token": ({"token": "pat_abc"}, {"authorization": "Bearer pat_abc"})},
    actions={
        "list_bases": Case(
            {"limit": 2},
            (
                Exchange(
                    "GET /meta/bases",
                    response={
                        "bases": [{"id": BASE_ID, "name": "Apartment Hunting", "permissionLevel": "create"}],
                        "offset": "itr23sEjsdfEr3282/appSW9R5uCNmRmfl6",
                    },
                ),
                Exchange(
                    "GET /meta/bases",
                    query={"offset": "itr23sEjsdfEr3282/appSW9R5uCNmRmfl6"},
                    response={"bases": [{"id": "appSW9R5uCNmRmfl6", "name": "Tracker", "permissionLevel": "edit"}]},
                ),
            ),
            [{"id": BASE_ID, "permission_level": "create"}, {"id": "appSW9R5uCNmRmfl6", "name": "Tracker"}],
        ),
        "get_schema": Case(
            {"base_id": BASE_ID},
            (Exchange(f"GET {META}", response={"tables": [TABLE]}),),
            {"tables": [{"name": "Apartments", "fields": [{"name": "Name"}, {"type": "singleSelect"}]}]},
        ),
        "create_table": Case(
            {
                "base_id": BASE_ID,
                "name": "Apartments",
                "description": "Apartments to track.",
                "fields": [
                    {"name": "Name", "type": "singleLineText"},
                    {"name": "Status", "type": "singleSelect", "options": {"choices": [{"name": "Free"}]}},
                ],
            },
            (
                Exchange(
                    f"POST {META}",
                    json={
                        "name": "Apartments",
                        "description": "Apartments to track.",
                        "fields": [
                            {"name": "Name", "type": "singleLineText"},
                            {"name": "Status", "type": "singleSelect", "options": {"choices": [{"name": "Free"}]}},
                        ],
                    },
                    response=TABLE,
                ),
            ),
            {"id": TABLE_ID, "primary_field_id": COLUMN["id"]},
        ),
        "create_field": Case(
            {"base_id": BASE_ID, "table_id": TABLE_ID, "field": {"name": "Name", "type": "singleLineText"}},
            (
                Exchange(
                    f"POST {META}/{TABLE_ID}/fields", json={"name": "Name", "type": "singleLineText"}, response=COLUMN
                ),
            ),
            {"id": COLUMN["id"], "type": "singleLineText"},
        ),
        "list_records": Case(
            {
                **HERE,
                "formula": 'NOT({Name} = "")',
                "fields": ["Name", "Visited"],
                "sort": [{"field": "Name", "direction": "desc"}],
                "view": "Grid view",
                "limit": 150,
            },
            (
                Exchange(
                    f"POST {PATH}/listRecords",
                    json={
                        "pageSize": 100,
                        "filterByFormula": 'NOT({Name} = "")',
                        "fields": ["Name", "Visited"],
                        "sort": [{"field": "Name", "direction": "desc"}],
                        "view": "Grid view",
                    },
                    response={"records": [RECORD], "offset": f"itr1/{RECORD_ID}"},
                ),
                Exchange(
                    f"POST {PATH}/listRecords",
                    json={
                        "pageSize": 100,
                        "filterByFormula": 'NOT({Name} = "")',
                        "fields": ["Name", "Visited"],
                        "sort": [{"field": "Name", "direction": "desc"}],
                        "view": "Grid view",
                        "offset": f"itr1/{RECORD_ID}",
                    },
                    response={"records": [OTHER]},
                ),
            ),
            [SEEN, {"id": OTHER_ID}],
        ),
        "get_record": Case(
            {**HERE, "record_id": RECORD_ID}, (Exchange(f"GET {PATH}/{RECORD_ID}", response=RECORD),), SEEN
        ),
        "create_records": Case(
            {**HERE, "records": cells(12), "typecast": True},
            (
                Exchange(
                    f"POST {PATH}",
                    json=sent(cells(10), typecast=True),
                    sends=JSON,
                    response={"records": held(cells(10))},
                ),
                Exchange(
                    f"POST {PATH}",
                    json=sent(cells(2, 10), typecast=True),
                    sends=JSON,
                    response={"records": held(cells(2, 10))},
                ),
            ),
            [{"fields": one} for one in cells(12)],
        ),
        "update_records": Case(
            {**HERE, "records": [{"id": RECORD_ID, "fields": {"Visited": True, "Address": None}}]},
            (
                Exchange(
                    f"PATCH {PATH}",
                    json={"records": [{"id": RECORD_ID, "fields": {"Visited": True, "Address": None}}]},
                    sends=JSON,
                    response={"records": [RECORD]},
                ),
            ),
            [SEEN],
        ),
        "update_records: more than one call": Case(
            {**HERE, "records": [{"id": one["id"], "fields": one["fields"]} for one in held(cells(11))]},
            (
                Exchange(
                    f"PATCH {PATH}",
                    json={"records": [{"id": one["id"], "fields": one["fields"]} for one in held(cells(10))]},
                    response={"records": held(cells(10))},
                ),
                Exchange(
                    f"PATCH {PATH}",
                    json={"records": [{"id": one["id"], "fields": one["fields"]} for one in held(cells(1, 10))]},
                    response={"records": held(cells(1, 10))},
                ),
            ),
            [{"id": one["id"]} for one in held(cells(11))],
        ),
        "upsert_records": Case(
            {**HERE, "records": cells(11), "merge_on": ["Name"]},
            (
                Exchange(
                    f"PATCH {PATH}",
                    json=sent(cells(10), **UPSERT),
                    sends=JSON,
                    response={
                        "records": held(cells(10)),
                        "createdRecords": [one["id"] for one in held(cells(9, 1))],
                        "updatedRecords": ["rec00000000000000"],
                    },
                ),
                Exchange(
                    f"PATCH {PATH}",
                    json=sent(cells(1, 10), **UPSERT),
                    sends=JSON,
                    response={
                        "records": held(cells(1, 10)),
                        "createdRecords": [],
                        "updatedRecords": ["rec00000000000010"],
                    },
                ),
            ),
            {
                "records": [{"fields": one} for one in cells(11)],
                "created_records": [one["id"] for one in held(cells(9, 1))],
                "updated_records": ["rec00000000000000", "rec00000000000010"],
            },
        ),
        "delete_records": Case(
            {**HERE, "record_ids": [RECORD_ID]},
            (
                Exchange(
                    f"DELETE {PATH}",
                    query={"records[]": RECORD_ID},
                    response={"records": [{"id": RECORD_ID, "deleted": True}]},
                ),
            ),
            [RECORD_ID],
        ),
        "list_comments": Case(
            {**HERE, "record_id": RECORD_ID, "limit": 10},
            (
                Exchange(
                    f"GET {PATH}/{RECORD_ID}/comments",
                    query={"pageSize": "10"},
                    response={"comments": [COMMENT], "offset": None},
                ),
            ),
            [{"id": COMMENT["id"], "text": "Hello, world!", "author": {"name": "Foo Bar"}}],
        ),
        "add_comment": Case(
            {**HERE, "record_id": RECORD_ID, "text": "Hello, world!", "parent_comment_id": "comA"},
            (
                Exchange(
                    f"POST {PATH}/{RECORD_ID}/comments",
                    json={"text": "Hello, world!", "parentCommentId": "comA"},
                    response={**COMMENT, "parentCommentId": "comA"},
                ),
            ),
            {"id": COMMENT["id"], "parent_comment_id": "comA"},
        ),
        "list_webhooks": Case(
            {"base_id": BASE_ID},
            (Exchange(f"GET {HOOKS}", response={"webhooks": [WEBHOOK]}),),
            [{"id": HOOK_ID, "notification_url": PING}],
        ),
        "create_webhook": Case(
            {"base_id": BASE_ID, "url": PING, "data_types": ["tableData"], "within": TABLE_ID},
            (
                Exchange(
                    f"POST {HOOKS}",
                    json={"notificationUrl": PING, "specification": SPECIFICATION},
                    response={"id": HOOK_ID, "macSecretBase64": "some secret", "expirationTime": LATER},
                ),
            ),
            {"id": HOOK_ID, "mac_secret_base64": "**********"},
        ),
        "refresh_webhook": Case(
            {"base_id": BASE_ID, "webhook_id": HOOK_ID},
            (Exchange(f"POST {HOOKS}/{HOOK_ID}/refresh", response={"expirationTime": LATER}),),
            {"expiration_time": "2023-01-20T00:00:00Z"},
        ),
        "update_webhook": Case(
            {"base_id": BASE_ID, "webhook_id": HOOK_ID, "notifications": True},
            (Exchange(f"POST {HOOKS}/{HOOK_ID}/enableNotifications", json={"enable": True}, response={}),),
        ),
        "delete_webhook": Case({"base_id": BASE_ID, "webhook_id": HOOK_ID}, (Exchange(f"DELETE {HOOKS}/{HOOK_ID}"),)),
        "read_webhook_payloads": Case(
            {"base_id": BASE_ID, "webhook_id": HOOK_ID, "cursor": 4, "limit": 20},
            (
                Exchange(
                    f"GET {HOOKS}/{HOOK_ID}/payloads",
                    query={"cursor": "4", "limit": "20"},
                    response={"payloads": [PAYLOAD], "cursor": 5, "mightHaveMore": False},
                ),
            ),
            {
                "payloads": [{"base_transaction_number": 4, "changed_tables_by_id": PAYLOAD["changedTablesById"]}],
                "cursor": 5,
                "might_have_more": False,
            },
        ),
    },
    events={
        "base.changed": Event(
            {"base": {"id": BASE_ID}, "webhook": {"id": HOOK_ID}, "timestamp": "2022-02-01T21:25:05.663Z"},
            docs="https://airtable.com/developers/web/api/webhooks-overview#webhook-notification-delivery",
        )
    },
)
