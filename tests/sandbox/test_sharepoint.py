"""The connector, played against the simulated SharePoint on a real socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from blocks.sharepoint import SharePointCredentials
from tasks import sharepoint
from tasks.sharepoint.items import PART_BYTES
from tests.conftest import Clock
from tests.sandbox.receiver import Receiver
from tieline import errors
from tieline.sandbox import Fault, Sandbox, logins, running
from tieline.sandbox.sharepoint.memory import Library, Tenant
from tieline.webhooks import Delivery

SECRET = "a long random text"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running(tickets=1) as served:
        yield served


@pytest.fixture
def library(sandbox: Sandbox) -> Library:
    return next(iter(sandbox.state[Tenant].libraries.values()))


@pytest.fixture
def block(sandbox: Sandbox) -> SharePointCredentials:
    return login(sandbox)


def login(sandbox: Sandbox, **fields: Any) -> SharePointCredentials:
    usual: dict[str, Any] = {
        **sandbox.connection("sharepoint"),
        "webhook_secret": SECRET,
        "rate": "60000/minute",
    }
    return SharePointCredentials(**usual | fields)


async def found(block: SharePointCredentials, library: Library, path: str) -> sharepoint.Item:
    item = await sharepoint.find_item.fn(block, drive_id=library.id, path=path)
    assert item is not None
    return item


# ---------------------------------------------------------------- logins


async def test_who_may_log_in(sandbox: Sandbox, block: SharePointCredentials) -> None:
    assert (await sharepoint.connector.identity(block)).name == "Support"
    person = login(sandbox, client_secret="", refresh_token=logins("sharepoint")["refresh_token"])
    assert (await sharepoint.connector.identity(person)).name == "Support"
    for wrong in ({"client_secret": "no"}, {"client_secret": "", "refresh_token": "no"}, {"client_id": "no"}):
        with pytest.raises(errors.AuthFailed):
            await sharepoint.connector.identity(login(sandbox, **wrong))


async def test_a_revoked_token_is_replaced(sandbox: Sandbox, block: SharePointCredentials) -> None:
    await sharepoint.connector.identity(block)
    sandbox.state[Tenant].tokens.clear()
    await sharepoint.connector.identity(block)
    assert len(sandbox.state[Tenant].tokens) == 1


# ---------------------------------------------------------------- what a summary needs


async def test_a_pdf_is_found_read_and_its_summary_written_back(
    block: SharePointCredentials, library: Library, tmp_path: Path
) -> None:
    library.write("Contracts/offer.pdf", b"%PDF-1.7 and so on")
    (site,) = await sharepoint.list_sites.fn(block, search="support")
    assert (await sharepoint.get_site.fn(block, site="lumora.sharepoint.sandbox.test:/sites/support")).id == site.id
    (drive,) = await sharepoint.list_drives.fn(block, site_id=site.id)
    item = await found(block, library, "contracts/Offer.pdf")
    where: dict[str, Any] = {"drive_id": drive.id, "item_id": item.id}
    file = await sharepoint.download_item.fn(block, **where, to=tmp_path / "offer.pdf")
    assert file.read_bytes() == b"%PDF-1.7 and so on"

    with pytest.raises(errors.Rejected, match="not recognized"):
        await sharepoint.update_fields.fn(block, **where, fields={"Summary": "Short."})
    await sharepoint.create_column.fn(block, drive_id=drive.id, name="Summary", kind="note")
    await sharepoint.create_column.fn(block, drive_id=drive.id, name="Tags", kind="choice", choices=["offer"])
    with pytest.raises(errors.Conflict):
        await sharepoint.create_column.fn(block, drive_id=drive.id, name="summary")
    columns = {one.name for one in await sharepoint.list_columns.fn(block, drive_id=drive.id)}
    assert {"Summary", "Tags", "Title"} <= columns

    await sharepoint.update_fields.fn(block, **where, fields={"Summary": "Short.", "Tags": ["offer", "2026"]})
    row = await sharepoint.get_fields.fn(block, **where)
    assert (row.fields["Summary"], row.fields["Tags"]) == ("Short.", ["offer", "2026"])
    (seen,) = await sharepoint.list_items.fn(block, drive_id=drive.id, folder_id=item.parent_reference.id, fields=True)
    assert seen.list_item is not None
    assert seen.list_item.fields["Summary"] == "Short."
    await sharepoint.update_fields.fn(block, **where, fields={"Summary": None})
    assert "Summary" not in (await sharepoint.get_fields.fn(block, **where)).fields
    # What is written into the columns changes the item, but not its content.
    after = await sharepoint.get_item.fn(block, **where)
    assert (after.c_tag == item.c_tag, after.e_tag == item.e_tag) == (True, False)


async def test_what_does_not_fit_or_came_too_late_is_refused(block: SharePointCredentials, library: Library) -> None:
    item = await found(block, library, "welcome.txt")
    where: dict[str, Any] = {"drive_id": library.id, "item_id": item.id}
    with pytest.raises(errors.Rejected, match="255"):
        await sharepoint.update_fields.fn(block, **where, fields={"Title": "x" * 256})
    row = await sharepoint.get_fields.fn(block, **where)
    await sharepoint.update_fields.fn(block, **where, fields={"Title": "a"}, e_tag=row.e_tag)
    with pytest.raises(errors.Conflict):
        await sharepoint.update_fields.fn(block, **where, fields={"Title": "b"}, e_tag=row.e_tag)


async def test_who_holds_a_file(block: SharePointCredentials, library: Library, still: Clock) -> None:
    item = await found(block, library, "welcome.txt")
    where: dict[str, Any] = {"drive_id": library.id, "item_id": item.id}
    holder = await sharepoint.find_holder.fn(block, **where)
    assert holder is not None
    assert (holder.name, holder.checked_out) == ("Imani Okafor", False)
    library.locks[item.id] = "Grace Muthoni"
    with pytest.raises(errors.Locked):
        await sharepoint.update_fields.fn(block, **where, fields={"Title": "x"})
    assert still.waits, "it was tried again"
    holder = await sharepoint.find_holder.fn(block, **where)
    assert holder is not None
    assert (holder.name, holder.checked_out) == ("Grace Muthoni", True)


async def test_what_is_gone(block: SharePointCredentials, library: Library, tmp_path: Path) -> None:
    item = await found(block, library, "welcome.txt")
    library.remove(item.id)
    assert await sharepoint.find_item.fn(block, drive_id=library.id, path="welcome.txt") is None
    with pytest.raises(errors.NotFound):
        await sharepoint.download_item.fn(block, drive_id=library.id, item_id=item.id, to=tmp_path / "x")
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - nobody else runs here


# ---------------------------------------------------------------- files go up


async def test_files_large_and_small(block: SharePointCredentials, library: Library, tmp_path: Path) -> None:
    small = await sharepoint.upload_item.fn(block, drive_id=library.id, path="A b/ü #1.txt", file=b"small")
    assert library.contents[small.id] == b"small"
    data = bytes(range(256)) * (PART_BYTES // 256) + b"the end"
    big = tmp_path / "big.bin"
    big.write_bytes(data)
    made = await sharepoint.upload_item.fn(block, drive_id=library.id, path="A b/big.bin", file=big)
    assert (made.size, library.contents[made.id] == data) == (len(data), True)
    back = await sharepoint.download_item.fn(block, drive_id=library.id, item_id=made.id, to=tmp_path / "back")
    assert back.read_bytes() == data
    with pytest.raises(errors.BadAnswer, match="larger"):
        await sharepoint.download_item.fn(
            block, drive_id=library.id, item_id=made.id, to=tmp_path / "no", most_bytes=1000
        )


async def test_an_answer_that_is_lost_does_not_spoil_an_upload(
    sandbox: Sandbox, block: SharePointCredentials, library: Library, still: Clock
) -> None:
    assert not still.waits
    data = bytes(PART_BYTES) + b"the end"
    sandbox.faults.add(Fault("cut", "sharepoint", "PUT /upload", times=1))
    made = await sharepoint.upload_item.fn(block, drive_id=library.id, path="big.bin", file=data)
    assert library.contents[made.id] == data


async def test_names_that_are_taken(block: SharePointCredentials, library: Library) -> None:
    where: dict[str, Any] = {"drive_id": library.id, "path": "welcome.txt", "file": b"new"}
    with pytest.raises(errors.Conflict, match="same name"):
        await sharepoint.upload_item.fn(block, **where, taken="fail")
    assert (await sharepoint.upload_item.fn(block, **where, taken="rename")).name == "welcome 1.txt"
    assert (await sharepoint.upload_item.fn(block, **where)).name == "welcome.txt"
    folder = await sharepoint.create_folder.fn(block, drive_id=library.id, name="New")
    assert folder.folder is not None
    with pytest.raises(errors.Conflict):
        await sharepoint.create_folder.fn(block, drive_id=library.id, name="new")
    with pytest.raises(errors.Rejected):
        await sharepoint.create_folder.fn(block, drive_id=library.id, name="a:b")


# ---------------------------------------------------------------- changes


async def test_changes_since_a_token(block: SharePointCredentials, library: Library) -> None:
    start = await sharepoint.list_changes.fn(block, drive_id=library.id, token=sharepoint.LATEST)
    assert (start.items, start.anew, start.more) == ((), False, False)
    library.write("Reports/new.txt", b"new")
    library.write("Reports/carrier.txt", b"longer")
    welcome = library.find("welcome.txt")
    assert welcome is not None
    library.remove(welcome["id"])
    told = await sharepoint.list_changes.fn(block, drive_id=library.id, token=start.token)
    known = {one["id"]: one["name"] for one in library.items.values()}
    files = sharepoint.file_events(library.id, told.items, since=start.asked - timedelta(seconds=2))
    assert {(one.event, known.get(one.item_id, "welcome.txt")) for one in files} >= {("file_deleted", "welcome.txt")}
    assert {known.get(one.item_id) for one in files} == {"new.txt", "carrier.txt", None}
    again = await sharepoint.list_changes.fn(block, drive_id=library.id, token=told.token)
    assert (again.items, again.anew) == ((), False)


async def test_a_token_that_is_too_old_lists_everything(block: SharePointCredentials, library: Library) -> None:
    start = await sharepoint.list_changes.fn(block, drive_id=library.id)
    library.write("x.txt", b"x")
    library.forgotten = len(library.changes)
    told = await sharepoint.list_changes.fn(block, drive_id=library.id, token=start.token)
    assert told.anew
    assert {one.id for one in told.items} == set(library.items)
    assert not (await sharepoint.list_changes.fn(block, drive_id=library.id, token=told.token)).anew


async def test_a_large_drive_comes_in_parts(block: SharePointCredentials, library: Library) -> None:
    for number in range(25):
        library.write(f"{number}.txt", b"x")
    seen, token, parts = set(), "", 0
    for _ in range(100):
        part = await sharepoint.list_changes.fn(block, drive_id=library.id, token=token, limit=7)
        seen |= {one.id for one in part.items}
        token, parts = part.token, parts + 1
        if parts == 2:  # what is deleted meanwhile moves nothing over a page's end
            library.remove(next(iter(library.children(library.top)))["id"])
        if not part.more:
            break
    assert seen >= set(library.items)
    assert parts > 3


# ---------------------------------------------------------------- subscriptions


def soon(**span: float) -> datetime:
    return datetime.now(UTC) + timedelta(**span)


async def test_a_change_is_told_of(block: SharePointCredentials, library: Library) -> None:
    with Receiver() as receiver:
        made = await sharepoint.create_subscription.fn(
            block, drive_id=library.id, url=receiver.url, expires=soon(days=1)
        )
        asked = len(receiver.wait(1))
        library.write("new.txt", b"new")
        got = receiver.wait(asked + 2)[asked:]  # a new file, and its content
    webhook = sharepoint.connector.webhook
    assert webhook is not None
    numbers = set()
    for one in got:
        delivery = Delivery(one.headers, one.body)
        webhook.check(delivery, SECRET)
        assert webhook.event(delivery) == "drive_changed"
        numbers.add(webhook.delivery(delivery))
        told = sharepoint.Notification.model_validate(one.json["value"][0])
        assert (told.subscription_id, told.drive_id) == (made.id, library.id)
    assert len(numbers) == len(got)


async def test_subscriptions_are_listed_renewed_and_ended(block: SharePointCredentials, library: Library) -> None:
    with Receiver() as receiver:
        made = await sharepoint.create_subscription.fn(
            block, drive_id=library.id, url=receiver.url, expires=soon(days=1)
        )
    (one,) = await sharepoint.list_subscriptions.fn(block)
    assert (one.id, one.notification_url) == (made.id, receiver.url)
    renewed = await sharepoint.update_subscription.fn(block, subscription_id=made.id, expires=soon(days=3))
    assert renewed.expiration_date_time - made.expiration_date_time > timedelta(days=1)
    with pytest.raises(errors.Rejected, match="42300"):
        await sharepoint.update_subscription.fn(block, subscription_id=made.id, expires=soon(days=31))
    await sharepoint.delete_subscription.fn(block, subscription_id=made.id)
    assert await sharepoint.list_subscriptions.fn(block) == []
    with pytest.raises(errors.NotFound):
        await sharepoint.update_subscription.fn(block, subscription_id=made.id, expires=soon(days=1))


async def test_nobody_is_subscribed_who_does_not_answer(block: SharePointCredentials, library: Library) -> None:
    with Receiver(echo=False) as receiver, pytest.raises(errors.Rejected, match="validation"):
        await sharepoint.create_subscription.fn(block, drive_id=library.id, url=receiver.url, expires=soon(days=1))
    assert await sharepoint.list_subscriptions.fn(block) == []


# ---------------------------------------------------------------- whatever is sent


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    with running(tickets=1) as served:
        yield served


NAMES = st.sampled_from(("name", "folder", "text", "choice", "item", "resource", "expirationDateTime", "Title"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)
PATHS = (
    "subscriptions",
    "drives/{drive}/list/columns",
    "drives/{drive}/items/root/children",
    "drives/{drive}/root:/a.txt:/createUploadSession",
    "drives/{drive}/root:/welcome.txt:/listItem/fields",
    "drives/{drive}/root/delta",
    "drives/{drive}/x",
)


@how(max_examples=60, deadline=None)
@given(
    method=st.sampled_from(("GET", "POST", "PATCH", "PUT")),
    path=st.sampled_from(PATHS),
    body=st.dictionaries(NAMES, VALUES, max_size=4) | VALUES,
    query=st.dictionaries(st.sampled_from(("$top", "$skiptoken", "token", "search")), st.text(max_size=3), max_size=2),
)
def test_no_request_breaks_it(world: Sandbox, method: str, path: str, body: object, query: dict[str, str]) -> None:
    tenant = world.state[Tenant]
    tenant.tokens["known"] = soon(hours=1)
    drive = next(iter(tenant.libraries))
    answer = httpx.request(
        method,
        f"{world.url_of('sharepoint')}/v1.0/{path.format(drive=drive)}",
        json=body,
        params=query,
        headers={"authorization": "Bearer known"},
        trust_env=False,
    )
    assert answer.status_code < 500
    assert answer.is_success or answer.status_code == 405 or json.loads(answer.content)["error"]["code"]
