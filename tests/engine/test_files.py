"""Files in forms, and files that a vendor keeps elsewhere."""

from __future__ import annotations

import asyncio
import tracemalloc
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.probe import Client, Vendor, answer, probe, serving
from tieline.errors import BadAnswer, ConfigError
from tieline.sandbox import forms
from tieline.transport.multipart import File, Multipart

MB = 2**20
STORE = "https://files.test/1?ticket=abc"


def sent(vendor: Vendor) -> dict[str, str | forms.File]:
    """The form that came in, read by somebody else."""
    assert vendor.seen[0].headers["content-length"] == str(len(vendor.bodies[0]))
    return dict(forms.parse(vendor.seen[0].headers["content-type"], vendor.bodies[0]))


@pytest.mark.parametrize("on_disk", (False, True))
async def test_a_form_with_a_file(tmp_path: Path, on_disk: bool) -> None:  # noqa: FBT001 - a case
    content = bytes(range(256))
    (tmp_path / "x.bin").write_bytes(content)
    file = File("plän.pdf", tmp_path / "x.bin" if on_disk else content, "application/pdf")
    vendor = Vendor(answer())
    await probe().post("/x", form={"comment": "ä\r\nb", "none": None}, files={"file": file})
    assert sent(vendor) == {"comment": "ä\r\nb", "file": forms.File("plän.pdf", "application/pdf", content)}


async def test_a_field_comes_several_times_and_a_file_with_words_of_the_vendor_s() -> None:
    form = Multipart({"files": ["/a", "/b"]}, {"run.sh": File("run.sh", b"x", attributes={"x-attributes": 'a"b'})})
    body = await body_of(form)
    assert body.count(b'name="files"') == 2
    assert b'name="run.sh"; filename="run.sh"; x-attributes="a%22b"\r\n' in body


async def body_of(form: Multipart) -> bytes:
    return b"".join([piece async for piece in form])


@given(name=st.text(max_size=20), content=st.binary(max_size=50))
def test_no_name_and_no_content_breaks_a_form(name: str, content: bytes) -> None:
    form = Multipart({}, {"file": File(name.encode("utf-8", "replace").decode(), content)})
    body = asyncio.run(body_of(form))
    assert len(body) == int(form.headers["content-length"])
    boundary = form.headers["content-type"].partition("boundary=")[2].encode()
    head, _, rest = body.partition(b"\r\n\r\n")
    assert rest == content + b"\r\n--" + boundary + b"--\r\n"
    assert head.count(b"\r\n") == 2


async def test_a_file_that_is_not_there_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    vendor = Vendor(answer())
    with pytest.raises(ConfigError, match="cannot be read"):
        await probe().post("/x", files={"file": File("x", tmp_path / "none")})
    assert vendor.seen == []


def test_a_large_file_is_streamed(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(40 * MB)
    lengths: list[int] = []

    async def handler(client: Client) -> None:
        head = await client.reader.readuntil(b"\r\n\r\n")
        left = length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
        while left:
            left -= len(await client.reader.read(min(left, MB)))
        lengths.append(length)
        await client.reply()

    async def send() -> None:
        async with serving(handler) as url:
            await probe(url=url).post("/x", files={"file": File("large", tmp_path / "large")})

    tracemalloc.start()
    try:
        asyncio.run(send())
        assert tracemalloc.get_traced_memory()[1] < 8 * MB
    finally:
        tracemalloc.stop()
    assert lengths[0] > 40 * MB


# ---------------------------------------------------------------- kept elsewhere


async def test_a_file_that_is_kept_elsewhere_is_fetched_without_the_login(tmp_path: Path) -> None:
    vendor = Vendor(httpx.Response(302, headers={"location": STORE}), httpx.Response(200, content=b"bytes"))
    await probe().download_to("/file", tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == b"bytes"
    first, second = vendor.seen
    assert "authorization" in first.headers
    assert "authorization" not in second.headers
    assert str(second.url) == STORE


async def test_an_address_below_the_own_one_is_followed_too() -> None:
    vendor = Vendor(httpx.Response(307, headers={"location": "../store/1"}), httpx.Response(200, content=b"bytes"))
    assert await probe().download("/a/file") == b"bytes"
    assert vendor.seen[1].url.path == "/store/1"


@pytest.mark.parametrize("location", ("http://files.test/1", "file:///etc/passwd"))
async def test_where_it_is_not_safe_nobody_goes(location: str) -> None:
    vendor = Vendor(httpx.Response(302, headers={"location": location}), httpx.Response(200, content=b"bytes"))
    with pytest.raises(BadAnswer, match="redirects to an"):
        await probe().download("/file")
    assert len(vendor.seen) == 1


async def test_a_redirect_of_a_redirect_is_not_followed() -> None:
    vendor = Vendor(httpx.Response(302, headers={"location": STORE}))
    with pytest.raises(BadAnswer, match="redirects"):
        await probe().download("/file")
    assert len(vendor.seen) == 2


async def test_only_downloads_are_followed() -> None:
    vendor = Vendor(httpx.Response(302, headers={"location": STORE}))
    with pytest.raises(BadAnswer, match="was not followed"):
        await probe().get("/x")
    assert len(vendor.seen) == 1
