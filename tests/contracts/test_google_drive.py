"""What Google Drive's contract cannot say: its logins, its errors, and what becomes of texts and changes."""

from __future__ import annotations

import json
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from blocks.google_drive import GoogleDriveCredentials
from tasks import google_drive
from tasks.google_drive.changes import entry
from tasks.google_drive.files import LONGEST_PROPERTY, quoted
from tasks.google_drive.uploads import related
from tests.contracts import Exchange
from tests.contracts.play import Vendor
from tests.test_contracts import CONTRACTS, play
from tieline import errors
from tieline.transport import clients

CONTRACT = CONTRACTS["google_drive"]
CLIENT = {"client_id": "1", "client_secret": "x", "refresh_token": "1//y"}
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
ACCOUNT = {"client_email": "bot@acme.iam.gserviceaccount.com", "private_key": PEM, "private_key_id": "k1"}
TEXTS = st.text(st.characters(codec="utf-8"))


# ---------------------------------------------------------------- logins


@pytest.mark.parametrize("subject", ("", "ann@example.com"))
async def test_a_service_account_signs_what_google_documents(subject: str) -> None:
    vendor = Vendor(CONTRACT, (CONTRACT.health,))
    clients.transport = vendor
    block = GoogleDriveCredentials(service_account=json.dumps(ACCOUNT), subject=subject)
    await google_drive.connector.identity(block)
    form = dict(parse_qsl(vendor.logins[0].content.decode()))
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    claims = jwt.decode(form["assertion"], KEY.public_key(), algorithms=["RS256"], audience=CONTRACT.tokens)
    assert claims["iss"] == ACCOUNT["client_email"]
    assert claims["scope"] == "https://www.googleapis.com/auth/drive"
    assert claims["exp"] - claims["iat"] == 3600
    assert claims.get("sub", "") == subject
    assert jwt.get_unverified_header(form["assertion"]) == {"alg": "RS256", "typ": "JWT", "kid": "k1"}
    assert vendor.seen[0].headers["authorization"] == "Bearer token-1"


async def test_a_key_that_cannot_sign_is_not_shown() -> None:
    broken = json.dumps({**ACCOUNT, "private_key": "-----BEGIN PRIVATE KEY-----\nsecret-half\n"})
    clients.transport = Vendor(CONTRACT, ())
    with pytest.raises(errors.ConfigError, match="cannot sign") as raised:
        await google_drive.connector.identity(GoogleDriveCredentials(service_account=broken))
    assert raised.value.__context__ is None
    assert "secret-half" not in str(raised.value)


@pytest.mark.parametrize(
    "fields",
    (
        {},
        {"client_id": "1"},
        {**CLIENT, "service_account": json.dumps(ACCOUNT)},
        {**CLIENT, "subject": "ann@example.com"},
        {"service_account": "secret-text"},
        {"service_account": '{"client_email": "secret-mail"}'},
        {"service_account": "[]"},
    ),
)
def test_half_a_login_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as raised:
        GoogleDriveCredentials(**fields)
    assert "secret-" not in str(raised.value)


# ---------------------------------------------------------------- errors


def refused(status: int, reason: Any, message: str = "No.") -> Exchange:
    listed = [{"domain": "global", "reason": reason, "message": message}]
    return Exchange("", status=status, response={"error": {"errors": listed, "code": status, "message": message}})


@pytest.mark.parametrize(
    ("status", "reason", "error"),
    (
        (403, "userRateLimitExceeded", errors.RateLimited),
        (403, "rateLimitExceeded", errors.RateLimited),
        (403, "insufficientFilePermissions", errors.AuthFailed),
        (403, "storageQuotaExceeded", errors.Rejected),
        (403, "exportSizeLimitExceeded", errors.Rejected),
        (403, "a word that Google invents tomorrow", errors.AuthFailed),
        (404, "notFound", errors.NotFound),
        (400, "invalid", errors.Rejected),
        (400, ["no word"], errors.Rejected),
    ),
)
@pytest.mark.usefixtures("still")
async def test_an_error_goes_by_its_reason(status: int, reason: Any, error: type[errors.ConnectorError]) -> None:
    connector, block, _ = play("google_drive", *[refused(status, reason)] * 9)
    with pytest.raises(errors.ConnectorError) as raised:
        await connector.actions["get_file"].execute(block, {"file_id": "1"})
    assert type(raised.value) is error
    assert raised.value.status == status


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(("error", "errors", "reason")), inner),
    )
)
def test_any_answer_can_be_read(said: Any) -> None:
    for status in (200, 400, 403):
        error = google_drive.read_error(httpx.Response(status, content=json.dumps(said)))
        assert error is None or error.status == status != 200


# ---------------------------------------------------------------- texts


@given(name=TEXTS, value=TEXTS)
def test_a_value_that_is_cut_fits_and_begins_as_it_did(name: str, value: str) -> None:
    if len(name.encode()) > LONGEST_PROPERTY:
        with pytest.raises(errors.ConfigError):
            google_drive.fitting(name, value)
        return
    cut = google_drive.fitting(name, value)
    assert value.startswith(cut)
    assert len((name + cut).encode()) <= LONGEST_PROPERTY
    assert cut == value or len((name + cut).encode()) > LONGEST_PROPERTY - 4, "no more is cut than must be"


async def test_a_property_that_is_too_long_is_refused_before_it_is_sent() -> None:
    connector, block, vendor = play("google_drive")
    with pytest.raises(errors.ConfigError, match="'tags' and its value are 125 bytes"):
        await connector.actions["update_properties"].execute(block, {"file_id": "1", "properties": {"tags": "x" * 121}})
    assert vendor.seen == []


@pytest.mark.parametrize(("text", "made"), (("a", "'a'"), ("it's", r"'it\'s'"), ("a\\' or ''", r"'a\\\' or \'\''")))
def test_a_text_cannot_leave_its_place_in_a_query(text: str, made: str) -> None:
    assert quoted(text) == made


@given(content=st.binary())
def test_an_upload_in_one_request_can_be_taken_apart(content: bytes) -> None:
    body, boundary = related({"name": "n"}, "application/octet-stream", content)
    head = f"Content-Type: multipart/related; boundary={boundary}\r\n\r\n".encode()
    said, data = BytesParser(policy=HTTP).parsebytes(head + body).iter_parts()
    assert json.loads(said.get_content()) == {"name": "n"}
    assert body.count(boundary.encode()) == 3
    assert data.get_content_type() == "application/octet-stream"
    assert content in body


async def test_a_file_that_cannot_be_read_is_said_before_anything_is_sent() -> None:
    connector, block, vendor = play("google_drive")
    with pytest.raises(errors.ConfigError, match="cannot be read"):
        await connector.actions["upload_file"].execute(block, {"file": Path("/no/such/file.pdf")})
    assert vendor.seen == []


# ---------------------------------------------------------------- changes

FILE = {
    "id": "1",
    "name": "may.pdf",
    "mimeType": "application/pdf",
    "parents": ["f"],
    "size": 7,
    "md5Checksum": "0cc175b9c0f1b6a831c399e269772661",
    "modifiedTime": "2026-11-20T00:00:00Z",
}


def version(**fields: Any) -> str:
    return entry(google_drive.File.model_validate(FILE | fields)).version


def test_a_version_is_about_the_content_the_name_and_the_folder_and_nothing_else() -> None:
    filled_in = {"modifiedTime": "2026-11-21T00:00:00Z", "description": "x", "properties": {"a": "b"}, "version": 9}
    assert version(**filled_in) == version()
    assert len({version(), version(name="june.pdf"), version(parents=["g"]), version(md5Checksum="0")}) == 4
    document = {"md5Checksum": None, "size": None}
    assert version(**document) != version(**document, modifiedTime="2026-11-21T00:00:00Z")


def test_what_is_in_the_trash_is_gone() -> None:
    assert version(trashed=True) == ""


async def test_pieces_go_to_the_session_one_after_the_other_without_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.google_drive.uploads.LARGEST_AT_ONCE", 2)
    monkeypatch.setattr("tieline.transport.resumable.PIECE", 4)
    session = "https://www.googleapis.com/upload/drive/v3/files?uploadType=resumable&upload_id=x"
    put = "PUT https://www.googleapis.com/upload/drive/v3/files"
    asked = {"uploadType": "resumable", "upload_id": "x"}
    there, made = {"range": "bytes=0-3"}, {"id": "4", "name": "a.txt"}
    connector, block, vendor = play(
        "google_drive",
        Exchange("", headers={"location": session}),
        Exchange(put, query=asked, raw=b"abcd", sends={"content-range": "bytes 0-3/6"}, status=308, headers=there),
        Exchange(put, query=asked, raw=b"ef", sends={"content-range": "bytes 4-5/6"}, response=made),
    )
    given_back = await connector.actions["upload_file"].execute(block, {"file": b"abcdef", "name": "a.txt"})
    assert given_back["id"] == "4"
    begun, *sent = vendor.seen
    assert begun.headers["x-upload-content-length"] == "6"
    assert begun.url.params["uploadType"] == "resumable"
    assert not any("authorization" in one.headers for one in sent)
