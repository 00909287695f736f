"""What SharePoint's contract cannot say: logins, large files, locks, and what changes mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from blocks.sharepoint import SharePointCredentials
from tasks import sharepoint
from tasks.sharepoint.changes import entry
from tasks.sharepoint.items import PART_BYTES
from tests.conftest import Clock
from tests.contracts import Exchange
from tests.contracts.sharepoint import CLIENT, DRIVE, DRIVE_ID, DRIVE_SEEN, FILE, FILE_ID, HOOK, ITEM, SITE_SEEN, TENANT
from tests.test_contracts import CONTRACTS, play
from tieline import errors
from tieline.webhooks import Delivery

SESSION = "https://contoso.sharepoint.com/_api/v2.0/drives/upload"
OPENED = Exchange(
    f"POST /drives/{DRIVE}/root:/big.bin:/createUploadSession",
    json={"item": {"@microsoft.graph.conflictBehavior": "replace"}},
    response={"uploadUrl": SESSION, "expirationDateTime": "2026-12-20T11:00:00Z"},
)
BIG = bytes(PART_BYTES) + b"the end"
CUT = Exchange("", status=500)


def login(**fields: Any) -> SharePointCredentials:
    return SharePointCredentials(tenant_id=TENANT, client_id=CLIENT, **fields)


def part(start: int, piece: bytes, *, status: int = 202, response: Any = None) -> Exchange:
    span = f"bytes {start}-{start + len(piece) - 1}/{len(BIG)}"
    sends = {"content-range": span, "authorization": None}
    return Exchange(f"PUT {SESSION}", raw=piece, sends=sends, status=status, response=response)


FIRST = part(0, BIG[:PART_BYTES], response={"nextExpectedRanges": [f"{PART_BYTES}-"]})
LAST = part(PART_BYTES, b"the end", status=201, response=FILE)
UNTIL_LAST = Exchange(
    f"GET {SESSION}", sends={"authorization": None}, response={"nextExpectedRanges": [f"{PART_BYTES}-{len(BIG) - 1}"]}
)


async def upload(file: bytes | Path, *wire: Exchange) -> Any:
    _, block, vendor = play("sharepoint", OPENED, *wire)
    made = await sharepoint.upload_item.fn(block, drive_id=DRIVE_ID, path="big.bin", file=file)
    assert not vendor.left
    return made


# ---------------------------------------------------------------- logins


async def test_an_app_logs_in_with_its_secret() -> None:
    connector, block, vendor = play("sharepoint", CONTRACTS["sharepoint"].health)
    assert (await connector.identity(block)).name == "Finance"
    assert parse_qs(vendor.logins[0].content.decode()) == {
        "client_id": [CLIENT],
        "client_secret": ["secret-of-the-client-123"],
        "scope": ["https://graph.microsoft.com/.default"],
        "grant_type": ["client_credentials"],
    }


async def test_a_person_logs_in_with_a_refresh_token() -> None:
    connector, _, vendor = play("sharepoint", Exchange("GET /me/drive", response=DRIVE_SEEN))
    identity = await connector.identity(login(refresh_token="of a person"))
    assert identity.name == "Finance"
    form = parse_qs(vendor.logins[0].content.decode())
    assert (form["grant_type"], form["refresh_token"]) == (["refresh_token"], ["of a person"])
    assert "client_secret" not in form


async def test_an_app_of_selected_sites_is_tried_with_one_of_them() -> None:
    connector, _, _ = play("sharepoint", Exchange("GET /sites/contoso.com:/sites/a%20b", response=SITE_SEEN))
    block = login(client_secret="s", site="contoso.com:/sites/a b")
    assert (await connector.identity(block)).name == "Finance"


def test_a_login_needs_a_secret_or_a_person() -> None:
    with pytest.raises(ValueError, match="client_secret, or a refresh_token"):
        login()


# ---------------------------------------------------------------- large files


@pytest.mark.parametrize("on_disk", (False, True))
async def test_a_large_file_goes_up_in_parts(tmp_path: Path, *, on_disk: bool) -> None:
    file: Path | bytes = BIG
    if on_disk:
        file = tmp_path / "big.bin"
        file.write_bytes(BIG)
    assert (await upload(file, FIRST, LAST)).id == FILE_ID


@pytest.mark.usefixtures("still")
async def test_an_upload_goes_on_where_it_was_interrupted() -> None:
    assert (await upload(BIG, *[CUT] * 5, UNTIL_LAST, LAST)).id == FILE_ID


@pytest.mark.usefixtures("still")
async def test_a_part_that_had_arrived_after_all_is_not_an_error() -> None:
    late = Exchange("", status=416, response={"error": {"code": "invalidRange", "message": "It is there."}})
    assert (await upload(BIG, CUT, late, UNTIL_LAST, LAST)).id == FILE_ID


@pytest.mark.usefixtures("still")
async def test_an_upload_that_gets_no_further_ends() -> None:
    nothing = Exchange(f"GET {SESSION}", response={"nextExpectedRanges": ["0-"]})
    with pytest.raises(errors.Unavailable):
        await upload(BIG, *[CUT] * 5, nothing, *[CUT] * 5)


@pytest.mark.usefixtures("still")
async def test_a_session_that_has_ended_is_said_so() -> None:
    gone = Exchange("", status=404, response={"error": {"code": "itemNotFound", "message": "Gone."}})
    with pytest.raises(errors.NotFound):
        await upload(BIG, gone)


@pytest.mark.parametrize("taken", ("fail", "rename"))
@pytest.mark.usefixtures("still")
async def test_a_file_that_may_be_there_is_not_sent_twice(taken: Any) -> None:
    _, block, vendor = play("sharepoint", CUT)
    with pytest.raises(errors.Unavailable):
        await sharepoint.upload_item.fn(block, drive_id=DRIVE_ID, path="a.txt", file=b"a", taken=taken)
    assert len(vendor.seen) == 1


# ---------------------------------------------------------------- errors


LOCKED = Exchange("", status=423, response={"error": {"code": "notAllowed", "message": "The resource is locked"}})


@pytest.mark.usefixtures("still")
async def test_a_locked_file_is_tried_again() -> None:
    _, block, _ = play("sharepoint", LOCKED, Exchange("", response={"Summary": "a"}))
    assert await sharepoint.update_fields.fn(block, **ITEM, fields={"Summary": "a"}) == {"Summary": "a"}


async def test_a_file_that_stays_locked_is_said_so(still: Clock) -> None:
    _, block, vendor = play("sharepoint", *[LOCKED] * 5)
    with pytest.raises(errors.Locked, match="is locked"):
        await sharepoint.update_fields.fn(block, **ITEM, fields={"Summary": "a"})
    assert (len(vendor.seen), len(still.waits)) == (5, 4)


async def test_a_folder_has_nothing_to_download(tmp_path: Path) -> None:
    _, block, _ = play("sharepoint", Exchange("", response={"id": "1", "name": "Reports", "folder": {}}))
    with pytest.raises(errors.NotFound, match="Reports has no content"):
        await sharepoint.download_item.fn(block, **ITEM, to=tmp_path / "x")


async def test_a_full_drive_is_not_asked_again() -> None:
    _, block, vendor = play("sharepoint", Exchange("", status=507))
    with pytest.raises(errors.Rejected, match="full"):
        await sharepoint.upload_item.fn(block, drive_id=DRIVE_ID, path="a.txt", file=b"a")
    assert len(vendor.seen) == 1


@pytest.mark.parametrize("path", ("a/../b", "..", "a//b"))
async def test_a_path_leads_nowhere_else(path: str) -> None:
    _, block, vendor = play("sharepoint")
    with pytest.raises(errors.ConfigError):
        await sharepoint.find_item.fn(block, drive_id=DRIVE_ID, path=path)
    assert not vendor.seen


@pytest.mark.parametrize("secret", ("", "x" * 129))
async def test_nothing_is_subscribed_to_without_a_usable_secret(secret: str) -> None:
    _, block, vendor = play("sharepoint", webhook_secret=secret)
    with pytest.raises(errors.ConfigError, match="webhook_secret"):
        await sharepoint.create_subscription.fn(
            block, drive_id=DRIVE_ID, url="https://a.test", expires=datetime.now(UTC)
        )
    assert not vendor.seen


# ---------------------------------------------------------------- what changes mean

DROPPED = {
    "id": "1",
    "name": "may.pdf",
    "size": 7,
    "file": {"mimeType": "application/pdf", "hashes": {"quickXorHash": "dF5GC7vcTJ2e5gfxfLPL3g=="}},
    "parentReference": {"driveId": "d", "id": "f"},
    "eTag": '"1"',
    "lastModifiedDateTime": "2026-11-20T00:00:00Z",
}


def version(**fields: Any) -> str:
    return entry(sharepoint.Item.model_validate(DROPPED | fields)).version


def test_a_version_is_about_the_content_the_name_and_the_folder_and_nothing_else() -> None:
    filled_in = {"eTag": '"2"', "cTag": '"c"', "lastModifiedDateTime": "2026-11-21T00:00:00Z", "description": "x"}
    assert version(**filled_in) == version()
    others = [
        version(name="june.pdf"),
        version(parentReference={"driveId": "d", "id": "g"}),
        version(file={"hashes": {"quickXorHash": "another"}}),
    ]
    assert len({version(), *others}) == 4
    # A hash that has not been worked out yet.
    assert version(file={}) != version(file={}, lastModifiedDateTime="2026-11-21T00:00:00Z")


def test_what_is_deleted_has_no_version() -> None:
    gone = entry(sharepoint.Item.model_validate({"id": "3", "deleted": {"state": "deleted"}}))
    assert (gone.id, gone.version, gone.file) == ("3", "", None)


def test_an_address_that_reads_a_file_without_a_login_is_not_written_down() -> None:
    told = entry(sharepoint.Item.model_validate(DROPPED | {"@microsoft.graph.downloadUrl": "https://a.test/secret"}))
    assert "secret" not in told.model_dump_json()


def test_two_notifications_that_are_alike_are_two_reasons_to_look() -> None:
    webhook = sharepoint.connector.webhook
    assert webhook is not None
    raw = b'{"value": [{"subscriptionId": "1", "resource": "drives/d/root", "changeType": "updated"}]}'
    first, second = (webhook.delivery(Delivery({}, raw)) for _ in range(2))
    assert first != second
    assert not first.startswith("sha256:")


def test_a_notification_knows_its_drive() -> None:
    webhook = sharepoint.connector.webhook
    assert webhook is not None
    for resource, drive in (("drives/b!x/root", "b!x"), ("/drives/b!x/root", "b!x"), ("me/drive/root", "")):
        told = {"subscriptionId": "1", "changeType": "updated", "clientState": HOOK, "resource": resource}
        read = webhook.read(Delivery({}, json.dumps({"value": [told]}).encode()))
        assert sharepoint.Notification.model_validate(read["value"][0]).drive_id == drive
    for broken in (b"{}", b"[]", b'"x"', b'{"value": {}}', b'{"value": [1]}'):
        webhook.read(Delivery({}, broken))
