"""Ways to log in, and where they must not go."""

from __future__ import annotations

import base64
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from tests.engine.probe import SECRET, ProbeCredentials, Vendor, answer, probe
from tieline.errors import BadAnswer, ConfigError
from tieline.transport.api import Api, segment
from tieline.transport.auth import JwtBearer
from tieline.transport.rules import HttpRules


@pytest.mark.parametrize(
    ("way", "name", "value"),
    (
        ("bearer", "authorization", f"Bearer {SECRET}"),
        ("key", "x-api-key", f"Token {SECRET}"),
        ("basic", "authorization", "Basic " + base64.b64encode(f"ann:{SECRET}".encode()).decode()),
    ),
)
async def test_a_key_stands_in_its_header(way: str, name: str, value: str) -> None:
    vendor = Vendor(answer())
    await probe(way=way).get("/x")
    assert vendor.seen[0].headers[name] == value


async def test_a_key_stands_in_the_query_beside_the_rest() -> None:
    vendor = Vendor(answer())
    await probe(way="query").get("/x", params={"q": "a b"})
    assert dict(vendor.seen[0].url.params) == {"q": "a b", "api_key": SECRET}


@pytest.mark.parametrize("way", ("bearer", "key", "basic", "query"))
@pytest.mark.parametrize(
    "url",
    ("https://files.test/put?sig=1", "https://probe.test/put?sig=1", "http://probe.test/put"),
)
async def test_an_address_with_a_permission_of_its_own_gets_no_login(way: str, url: str) -> None:
    vendor = Vendor(answer())
    await probe(way=way, account="acme-42").upload(url, b"data", headers={"x-amz-acl": "private"})
    request = vendor.seen[0]
    shown = f"{request.url} {dict(request.headers)}"
    assert SECRET not in shown
    assert "acme-42" not in shown
    assert "authorization" not in request.headers
    assert request.headers["x-amz-acl"] == "private"
    assert str(request.url) == url


async def test_the_blocks_own_headers_go_along_at_home() -> None:
    vendor = Vendor(answer())
    await probe(account="acme-42").get("/x")
    assert vendor.seen[0].headers["x-account"] == "acme-42"


@pytest.mark.parametrize(
    "path",
    (
        "https://evil.test/x",
        "//evil.test/x",
        "http://probe.test/x",
        "https://probe.test:444/x",
        "https://probe.test@evil.test/",
    ),
)
async def test_a_login_goes_nowhere_else(path: str) -> None:
    vendor = Vendor(answer())
    with pytest.raises(BadAnswer, match="another host"):
        await probe().get(path)
    assert vendor.seen == []


@pytest.mark.parametrize("path", ("https://probe.test:bad/x", "/a\x00b"))
async def test_what_is_no_address_is_said_so(path: str) -> None:
    vendor = Vendor(answer())
    with pytest.raises(BadAnswer, match="not an address"):
        await probe().get(path)
    assert vendor.seen == []


async def test_a_redirect_is_not_followed() -> None:
    vendor = Vendor(answer(302, location=f"https://evil.test/?ticket={SECRET}"))
    with pytest.raises(BadAnswer, match=r"https://evil\.test/'") as raised:
        await probe().get("/x")
    assert len(vendor.seen) == 1
    assert "ticket" not in str(raised.value)


@pytest.mark.parametrize("value", (".", "..", ""))
def test_a_segment_that_would_change_the_path_is_refused(value: str) -> None:
    with pytest.raises(ConfigError, match="Nothing was sent"):
        segment(value)


async def test_a_segment_stays_one() -> None:
    vendor = Vendor(answer())
    for value in ("a/b", "a?b=c", "../../x", "a#b", "ü", "a%2Fb", "...", "a;b"):
        await probe().delete(f"/things/{segment(value)}/end")
    for request in vendor.seen:
        assert request.url.raw_path.startswith(b"/things/")
        assert request.url.raw_path.count(b"/") == 3
        assert not request.url.query


# ---------------------------------------------------------------- tokens that we sign


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey) -> SecretStr:
    plain = serialization.NoEncryption()
    raw = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return SecretStr(raw.decode())


def token(login: JwtBearer) -> str:
    request = next(login.auth_flow(httpx.Request("GET", "https://probe.test/")))
    return str(request.headers["authorization"]).removeprefix("Bearer ")


def test_a_token_is_signed_by_the_key_and_renewed_before_it_expires(
    key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_800_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    login = JwtBearer({"iss": "tieline"}, pem(key), seconds=600, headers={"kid": "k1"})
    first = token(login)
    said = jwt.decode(first, key.public_key(), algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False})
    assert said == {"iss": "tieline", "iat": 1_799_999_940, "exp": 1_800_000_600}
    assert jwt.get_unverified_header(first)["kid"] == "k1"
    now[0] += 479
    assert token(login) == first
    now[0] += 2
    assert token(login) != first
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(first, other.public_key(), algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False})


@pytest.mark.parametrize("bad", ("not a key", "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----", ""))
def test_a_key_that_is_none_is_said_so_and_not_shown(bad: str) -> None:
    with pytest.raises(ConfigError, match="whole private key") as raised:
        token(JwtBearer({}, SecretStr(bad)))
    assert raised.value.__context__ is None
    assert not bad or bad not in str(raised.value)


# ---------------------------------------------------------------- the seam for OAuth2


class Refreshing(httpx.Auth):
    """Asks for a new token when one is refused."""

    def __init__(self) -> None:
        self.token = "old"
        self.refreshed = 0

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        request.headers["authorization"] = f"Bearer {self.token}"
        response = yield request
        if response.status_code == 401:
            self.refreshed += 1
            self.token = "new"
            request.headers["authorization"] = "Bearer new"
            yield request


class OAuthCredentials(ProbeCredentials):
    """A made-up system with tokens that end."""

    _block_type_name = "Probe OAuth Credentials"
    _block_type_slug = "probe-oauth-credentials"

    def auth(self) -> httpx.Auth:
        """A login that renews itself."""
        return Refreshing()


def _until_new(request: httpx.Request) -> httpx.Response:
    return answer(200 if request.headers["authorization"] == "Bearer new" else 401)


async def test_a_login_may_renew_itself_within_a_call(tmp_path: Path) -> None:
    """The body is a file, which is streamed: it is read again for the second request."""
    file = tmp_path / "big.bin"
    file.write_bytes(b"x" * 200_000)
    vendor = Vendor(_until_new)
    api = Api("probe", "act", OAuthCredentials(), HttpRules())
    await api.post("/files", content=file)
    await api.get("/x")
    assert [request.headers["authorization"] for request in vendor.seen] == ["Bearer old", "Bearer new", "Bearer new"]
    assert [len(body) for body in vendor.bodies] == [200_000, 200_000, 0]
