"""The simulated Google Drive, asked by our own connector over a real socket."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from blocks.google_drive import GoogleDriveCredentials
from tasks import google_drive
from tests.sandbox.conftest import Clock
from tests.sandbox.receiver import Got, Receiver
from tieline import errors
from tieline.sandbox import Fault, Sandbox, create_app, logins, running
from tieline.sandbox.google_drive import uploads
from tieline.sandbox.google_drive.memory import Drive
from tieline.webhooks import Delivery

FAST = "100000/minute"
GOOGLES = "application/vnd.google-apps."


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    with Sandbox(create_app(tickets=1, clock=clock)) as made:
        # Tokens are checked by the sandbox's clock, and assertions signed by ours.
        yield made


def block_of(sandbox: Sandbox, **fields: Any) -> GoogleDriveCredentials:
    login = {
        "client_id": logins("google_drive")["client_id"],
        "client_secret": logins("google_drive")["client_secret"],
        "refresh_token": logins("google_drive")["refresh_token"],
    }
    return GoogleDriveCredentials(url=sandbox.url_of("google_drive"), rate=FAST, **(fields or login))


class Hand:
    """Calls actions as the command line does."""

    def __init__(self, block: GoogleDriveCredentials) -> None:
        self.block = block

    async def __call__(self, action: str, /, **params: Any) -> Any:
        return await google_drive.connector.actions[action].execute(self.block, params)

    async def named(self, name: str) -> dict[str, Any]:
        """The file of a name."""
        (found,) = await self("list_files", q=f"name = '{name}'")
        return dict(found)


@pytest.fixture
def do(sandbox: Sandbox) -> Hand:
    return Hand(block_of(sandbox))


# ---------------------------------------------------------------- logins


async def test_a_refresh_token_logs_in(do: Hand) -> None:
    identity = await google_drive.connector.identity(do.block)
    assert (identity.name, identity.detail) == ("Grace Muthoni", "grace@lumora.example")


async def test_a_wrong_refresh_token_is_refused(sandbox: Sandbox, do: Hand) -> None:
    wrong = do.block.model_copy(update={"refresh_token": SecretStr("1//other")})
    with pytest.raises(errors.AuthFailed, match="invalid_grant"):
        await google_drive.connector.identity(wrong)
    assert sandbox.state[Drive].tokens == {}


def new_account() -> tuple[Sandbox, dict[str, Any]]:
    """A sandbox with the time of the world, and a service account in it."""
    sandbox = running(tickets=1).start()
    made = httpx.post(f"{sandbox.url}/_sandbox/google_drive/service_account", trust_env=False).json()
    return sandbox, made["service_account"]


async def test_a_service_account_logs_in_for_itself_and_for_a_person() -> None:
    sandbox, account = new_account()
    with_key = {"service_account": json.dumps(account)}
    try:
        assert (await google_drive.connector.identity(block_of(sandbox, **with_key))).name
        assert (
            await google_drive.connector.identity(block_of(sandbox, subject="grace@lumora.example", **with_key))
        ).name
        with pytest.raises(errors.AuthFailed, match="unauthorized_client"):
            await google_drive.connector.identity(block_of(sandbox, subject="eve@lumora.example", **with_key))
    finally:
        sandbox.stop()


async def test_a_key_that_google_does_not_know_is_refused() -> None:
    sandbox, account = new_account()
    other, theirs = new_account()
    try:
        forged = {**theirs, "client_email": account["client_email"]}
        with pytest.raises(errors.AuthFailed, match="invalid_grant"):
            await google_drive.connector.identity(block_of(sandbox, service_account=json.dumps(forged)))
    finally:
        sandbox.stop()
        other.stop()


async def test_a_scope_that_was_not_asked_for_is_missing() -> None:
    sandbox, account = new_account()
    scopes = ["https://www.googleapis.com/auth/drive.readonly"]
    hand = Hand(block_of(sandbox, service_account=json.dumps(account), scopes=scopes))
    try:
        file = await hand.named("Returns.md")
        with pytest.raises(errors.AuthFailed, match="scope") as raised:
            await hand("update_properties", file_id=file["id"], description="x")
        assert raised.value.code == "insufficientPermissions"
    finally:
        sandbox.stop()


async def test_a_token_is_renewed_when_it_has_ended(sandbox: Sandbox, do: Hand, clock: Clock) -> None:
    await do("list_files")
    clock.forward(hours=2)
    await do("list_files")
    assert len(sandbox.state[Drive].tokens) == 2


# ---------------------------------------------------------------- files


async def test_files_are_found_page_by_page(sandbox: Sandbox, do: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tieline.sandbox.google_drive.files.MOST", 3)
    everything = await do("list_files", limit=50)
    assert len({file["id"] for file in everything}) == len(everything) > 6
    asked = [logged for logged in sandbox.state.log if logged.path == "/drive/v3/files"]
    assert len(asked) > 2
    assert "Team.txt" in {file["name"] for file in everything}, "shared drives are looked into"


async def test_a_query_and_a_folder_narrow_it_down(do: Hand) -> None:
    folder = await do.named("Documents")
    inside = await do("list_files", folder=folder["id"])
    assert {file["name"] for file in inside} == {"Winter lamps", "Stock", "October", "Returns.md"}
    texts = await do("list_files", folder=folder["id"], q="mimeType contains 'text/' or name = 'Stock'")
    assert {file["name"] for file in texts} == {"Returns.md", "Stock"}
    assert await do("list_files", drive="0Asandbox") == await do("list_files", q="name = 'Team.txt'")
    with pytest.raises(errors.Rejected, match="Invalid Value"):
        await do("list_files", q="name is nice")


async def test_what_is_missing_is_said_so(do: Hand) -> None:
    with pytest.raises(errors.NotFound, match="File not found: nothing"):
        await do("get_file", file_id="nothing")


async def test_properties_are_merged_and_taken_away(do: Hand) -> None:
    file = await do.named("Returns.md")
    wanted = {"properties": {"tags": "returns", "old": "x"}, "app_properties": {"digest": "1"}}
    await do("update_properties", file_id=file["id"], description="About returns.", **wanted)
    changed = await do("update_properties", file_id=file["id"], properties={"old": None})
    assert changed["properties"] == {"tags": "returns"}
    assert changed["app_properties"] == {"digest": "1"}
    assert changed["description"] == "About returns."
    assert changed["md5_checksum"] == file["md5_checksum"], "what is said about it does not change what is in it"
    assert changed["version"] > file["version"]
    found = await do("list_files", q="properties has { key='tags' and value='returns' }")
    assert [one["id"] for one in found] == [file["id"]]


async def test_what_may_only_be_read_is_not_changed(do: Hand) -> None:
    file = await do.named("Rules.txt")
    with pytest.raises(errors.AuthFailed, match="as an editor") as raised:
        await do("update_properties", file_id=file["id"], description="x")
    assert raised.value.code == "insufficientFilePermissions"


@pytest.mark.usefixtures("still")
async def test_a_rate_limit_is_waited_for_though_it_says_403(sandbox: Sandbox, do: Hand) -> None:
    await do("list_files")
    sandbox.faults.add(Fault("429", system="google_drive", match="GET /drive", times=1))
    assert await do("list_files")
    assert [logged.status for logged in sandbox.state.log][-2:] == [403, 200]


# ---------------------------------------------------------------- downloads


def text_of(got: dict[str, Any]) -> str:
    return Path(got["file"]).read_text("utf-8")


async def test_a_file_is_downloaded(do: Hand, tmp_path: Path) -> None:
    file = await do.named("Returns.md")
    got = await do("download_file", file_id=file["id"], to=str(tmp_path / "x"))
    assert (got["name"], got["mime_type"]) == ("Returns.md", "text/markdown")
    assert text_of(got).startswith("# Notes of the returns meeting")


@pytest.mark.parametrize(
    ("name", "part", "says"),
    (
        ("Winter lamps", "word/document.xml", b"Production begins in January"),
        ("Stock", "xl/worksheets/sheet1.xml", b"Lamp Aurora"),
        ("October", "ppt/slides/slide2.xml", b"We answer parcels first."),
        ("The plan", "word/document.xml", b"Production begins in January"),
    ),
)
async def test_documents_of_googles_own_are_exported(
    do: Hand, tmp_path: Path, name: str, part: str, says: bytes
) -> None:
    file = await do.named(name)
    got = await do("download_file", file_id=file["id"], to=str(tmp_path / "x"))
    with zipfile.ZipFile(got["file"]) as archive:
        assert says in archive.read(part)
    assert Path(got["name"]).suffix in {".docx", ".xlsx", ".pptx"}


async def test_another_format_can_be_asked_for(do: Hand, tmp_path: Path) -> None:
    file = await do.named("Stock")
    got = await do("download_file", file_id=file["id"], to=str(tmp_path / "x"), export_as="text/csv")
    assert got["name"] == "Stock.csv"
    rows = list(csv.reader(text_of(got).splitlines()))
    assert rows[1] == ["Lamp Aurora", "120", "40"]
    with pytest.raises(errors.Rejected, match="conversion is not supported"):
        await do("download_file", file_id=file["id"], to=str(tmp_path / "y"), export_as="audio/ogg")
    assert not (tmp_path / "y").exists()


async def test_a_folder_has_nothing_to_download(do: Hand, tmp_path: Path) -> None:
    file = await do.named("Reports")
    with pytest.raises(errors.ConfigError, match="is a folder"):
        await do("download_file", file_id=file["id"], to=str(tmp_path / "x"))


async def test_what_is_too_large_to_export_is_said_so(
    do: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tieline.sandbox.google_drive.exports.LARGEST", 10)
    file = await do.named("Winter lamps")
    with pytest.raises(errors.Rejected, match="10 MB"):
        await do("download_file", file_id=file["id"], to=str(tmp_path / "x"))


# ---------------------------------------------------------------- folders, and the end of files


async def test_a_folder_is_made_and_deleted_with_what_is_in_it(sandbox: Sandbox, do: Hand) -> None:
    outer = await do("create_folder", name="Outer")
    inner = await do("create_folder", name="Inner", folder=outer["id"])
    assert inner["mime_type"] == GOOGLES + "folder"
    assert await do("delete_file", file_id=outer["id"]) is None
    with pytest.raises(errors.NotFound):
        await do("get_file", file_id=inner["id"])
    assert inner["id"] not in sandbox.state[Drive].files


# ---------------------------------------------------------------- uploads


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Small files go in pieces, of a size that leaves a rest."""
    monkeypatch.setattr("tasks.google_drive.uploads.LARGEST_AT_ONCE", 10)
    monkeypatch.setattr("tieline.transport.resumable.PIECE", 2 * 256 * 2**10)
    return bytes(range(256)) * 5000


def pieces(sandbox: Sandbox) -> list[int]:
    return [logged.status for logged in sandbox.state.log if logged.method == "PUT"]


@pytest.mark.parametrize("content", (b"", b"a,b\r\n1,2\r\n", b"--x\r\n\r\n\x00\xff--"))
async def test_a_small_file_is_uploaded_as_it_is(do: Hand, tmp_path: Path, content: bytes) -> None:
    folder = await do.named("Documents")
    made = await do("upload_file", file=content, name="a.csv", folder=folder["id"])
    assert (made["name"], made["mime_type"], made["size"]) == ("a.csv", "text/csv", len(content))
    assert made["parents"] == [folder["id"]]
    await do("download_file", file_id=made["id"], to=str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == content


async def test_a_large_file_is_uploaded_in_pieces(sandbox: Sandbox, do: Hand, tmp_path: Path, in_pieces: bytes) -> None:
    (tmp_path / "large.bin").write_bytes(in_pieces)
    made = await google_drive.upload_file.fn(do.block, file=tmp_path / "large.bin")
    assert sandbox.state[Drive].contents[made.id] == in_pieces
    assert pieces(sandbox) == [308, 308, 200]


@pytest.mark.parametrize(
    "fault",
    (
        Fault("500", system="google_drive", match="^PUT", times=2),
        Fault("500", system="google_drive", match="^PUT", times=6),
        Fault("cut", system="google_drive", match="^PUT", times=2),
        Fault("cut", system="google_drive", match="^PUT", times=6),
    ),
    ids=("errors", "many errors", "lost answers", "many lost answers"),
)
@pytest.mark.usefixtures("still")
async def test_an_upload_goes_on_where_it_stopped(sandbox: Sandbox, do: Hand, in_pieces: bytes, fault: Fault) -> None:
    await do("list_files")
    sandbox.faults.add(fault)
    made = await google_drive.upload_file.fn(do.block, file=in_pieces, name="x.bin")
    assert sandbox.state[Drive].contents[made.id] == in_pieces
    assert [file["name"] for file in sandbox.state[Drive].files.values()].count("x.bin") == 1


async def test_an_upload_that_was_only_half_taken_goes_on_from_there(
    sandbox: Sandbox, do: Hand, in_pieces: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = uploads._take

    def half(session: dict[str, Any], span: str | None, piece: bytes) -> bool:
        found = uploads._SPAN.fullmatch(span or "")
        assert found is not None
        if len(pieces(sandbox)) < 2:
            start, total = int(found[1]), int(found[3])
            piece = piece[: uploads.STEP]
            span = f"bytes {start}-{start + len(piece) - 1}/{total}"
        return whole(session, span, piece)

    monkeypatch.setattr(uploads, "_take", half)
    made = await google_drive.upload_file.fn(do.block, file=in_pieces, name="x.bin")
    assert sandbox.state[Drive].contents[made.id] == in_pieces
    assert pieces(sandbox) == [308, 308, 308, 200]


@pytest.mark.usefixtures("still")
async def test_an_upload_that_does_not_get_on_is_given_up(
    do: Hand, in_pieces: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_take", lambda *_: False)
    with pytest.raises(errors.Unavailable, match="does not get on after 0 of 1280000 bytes"):
        await google_drive.upload_file.fn(do.block, file=in_pieces, name="x.bin")


async def test_a_session_ends_after_a_week(do: Hand, in_pieces: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "SESSION_LIVES", timedelta())
    with pytest.raises(errors.NotFound):
        await google_drive.upload_file.fn(do.block, file=in_pieces, name="x.bin")


async def test_a_file_goes_into_folders_only(do: Hand) -> None:
    file = await do.named("Rules.txt")
    with pytest.raises(errors.Rejected, match="id of a folder"):
        await do("upload_file", file=b"x", name="x", folder=file["id"])
    with pytest.raises(errors.NotFound):
        await do("upload_file", file=b"x", name="x", folder="nothing")
    with pytest.raises(errors.ConfigError, match="no name"):
        await do("upload_file", file=b"x")


# ---------------------------------------------------------------- changes


async def test_changes_are_listed_from_a_token_on(do: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tieline.sandbox.google_drive.changes.MOST", 1)
    token = await do("get_start_page_token")
    assert await do("list_changes", page_token=token) == {"changes": [], "page_token": token, "more": False}
    kept, gone = [(await do("create_folder", name=name))["id"] for name in ("Kept", "Gone")]
    await do("update_properties", file_id=kept, description="x")
    await do("delete_file", file_id=gone)
    found = await do("list_changes", page_token=token, limit=1)
    assert [(one["file_id"], one["removed"]) for one in found["changes"]] == [(kept, False)]
    assert found["more"]
    rest = await do("list_changes", page_token=found["page_token"])
    assert [(one["file_id"], one["removed"], one["file"]) for one in rest["changes"]] == [(gone, True, None)]
    assert not rest["more"]
    assert rest["page_token"] == await do("get_start_page_token")


async def test_changes_are_what_happened_to_files(do: Hand, clock: Clock) -> None:
    old, other = await do.named("Returns.md"), await do("upload_file", file=b"x", name="old.txt")
    token = await do("get_start_page_token")
    clock.forward(minutes=1)
    since = clock()
    made = await do("upload_file", file=b"x", name="new.txt")
    await do("create_folder", name="Not a document")
    await do("update_properties", file_id=made["id"], description="x")
    await do("update_properties", file_id=old["id"], description="x")
    await do("delete_file", file_id=other["id"])
    listed = await google_drive.list_changes.fn(do.block, page_token=token)
    assert [(one.event, one.file_id) for one in google_drive.file_events(listed.changes, since=since)] == [
        ("file_created", made["id"]),
        ("file_updated", old["id"]),
        ("file_deleted", other["id"]),
    ]


async def test_a_token_from_too_long_ago_is_gone(do: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    token = await do("get_start_page_token")
    monkeypatch.setattr("tieline.sandbox.google_drive.memory.KEPT_CHANGES", 2)
    for name in "abc":
        await do("create_folder", name=name)
    with pytest.raises(errors.NotFound, match="get_start_page_token") as raised:
        await do("list_changes", page_token=token)
    assert raised.value.status == 410
    with pytest.raises(errors.Rejected, match="Invalid Value"):
        await do("list_changes", page_token="999999")


# ---------------------------------------------------------------- channels


SECRET = "a long random text"


@pytest.fixture
def told(do: Hand) -> Iterator[Receiver]:
    do.block = do.block.model_copy(update={"webhook_secret": SecretStr(SECRET)})
    with Receiver() as receiver:
        yield receiver


def read(got: Got) -> tuple[str, dict[str, Any]]:
    """What our own verifier and reader make of a notification."""
    webhook = google_drive.connector.webhook
    assert webhook is not None
    delivery = Delivery(headers=got.headers, raw=got.body)
    webhook.check(delivery, SECRET)
    with pytest.raises(errors.SignatureInvalid):
        webhook.check(delivery, "another")
    return webhook.event(delivery), dict(webhook.read(delivery))


async def test_a_channel_says_that_something_changed(sandbox: Sandbox, do: Hand, told: Receiver, clock: Clock) -> None:
    token = await do("get_start_page_token")
    ends = clock() + timedelta(days=30)
    channel = await do("create_channel", url=told.url, page_token=token, expires=ends.isoformat())
    assert datetime.fromisoformat(channel["expiration"]) == clock() + timedelta(days=7), "no channel lives longer"
    (hello,) = told.wait(1)
    assert read(hello)[0] == "sync"
    file = await do.named("Returns.md")
    await do("update_properties", file_id=file["id"], description="x")
    event, said = read(told.wait(2)[1])
    assert (event, said["channel_id"], said["file_id"]) == ("change", channel["id"], "")
    assert int(said["message_number"]) > 1
    assert await do("delete_channel", channel_id=channel["id"], resource_id=channel["resource_id"]) is None
    assert sandbox.hooks.subscriptions == {}
    with pytest.raises(errors.NotFound):
        await do("delete_channel", channel_id=channel["id"], resource_id=channel["resource_id"])


async def test_a_channel_of_one_file_says_what_happened_to_it(do: Hand, told: Receiver) -> None:
    file, other = await do.named("Returns.md"), await do.named("Team.txt")
    channel = await do("create_channel", url=told.url, file_id=file["id"])
    await do("update_properties", file_id=other["id"], description="x")
    await do("update_properties", file_id=file["id"], description="x")
    event, said = read(told.wait(2)[1])
    assert (event, said["file_id"], said["channel_id"]) == ("file_updated", file["id"], channel["id"])
    await do("delete_file", file_id=file["id"])
    assert read(told.wait(3)[2])[0] == "file_deleted"


async def test_a_channel_ends(sandbox: Sandbox, do: Hand, told: Receiver, clock: Clock) -> None:
    await do("create_channel", url=told.url, page_token=await do("get_start_page_token"))
    clock.forward(minutes=61)
    await do("create_folder", name="Unheard of")
    assert sandbox.hooks.subscriptions == {}
    assert len(told.wait(1)) == 1


async def test_channels_that_make_no_sense_are_refused(do: Hand, told: Receiver) -> None:
    token = await do("get_start_page_token")
    with pytest.raises(errors.ConfigError, match="page_token or file_id"):
        await do("create_channel", url=told.url)
    await do("create_channel", url=told.url, page_token=token, channel_id="1")
    with pytest.raises(errors.Rejected, match="not unique"):
        await do("create_channel", url=told.url, page_token=token, channel_id="1")
    with pytest.raises(errors.Rejected, match="HTTPS"):
        await do("create_channel", url="nowhere", page_token=token)
    do.block = do.block.model_copy(update={"webhook_secret": SecretStr("")})
    with pytest.raises(errors.ConfigError, match="no webhook_secret"):
        await do("create_channel", url=told.url, page_token=token)
