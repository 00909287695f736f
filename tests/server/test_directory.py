"""Connections as Prefect keeps them."""

from __future__ import annotations

import asyncio
import logging

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import SecretStr

from blocks.webhook import WebhookCredentials
from tests.server.conftest import SECRET, freshdesk, zendesk
from tieline import connections
from tieline.credentials import Inbound, Receives
from tieline.errors import ConfigError
from tieline.server.directory import Directory, read_blocks

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_server")]


def common(system: str, secret: str = "", verification: str = "signature") -> WebhookCredentials:
    inbound = Inbound.model_validate({"verification": verification})
    return WebhookCredentials(system=system, webhook_secret=SecretStr(secret), webhook=inbound)


async def save(**blocks: Receives) -> None:
    for name, block in blocks.items():
        await connections.save(block, name.replace("_", "-"), replace=True)


async def test_every_block_that_receives_is_found() -> None:
    await save(dir_one=zendesk(), dir_two=freshdesk(rate="5/minute"), github_dir=common("github", "github-secret"))
    await save(dir_wrong=common("github"), nothing_dir=common("nothing"))
    found = await asyncio.to_thread(read_blocks, {})
    ours = {
        key: one
        for key, one in found.receivers.items()
        if key[1] in {"dir", "dir-one", "dir-two"} and key[0] != "asana"
    }
    assert set(ours) == {("zendesk", "dir-one"), ("freshdesk", "dir-two"), ("github", "dir")}
    assert ours["zendesk", "dir-one"].secrets == (SECRET,)
    assert ours["github", "dir"].secrets == ("github-secret",)
    assert "github-CONNECTION" in found.problems["webhook-credentials/dir-wrong"]
    assert "nothing" in found.problems["webhook-credentials/nothing-dir"]
    again = await asyncio.to_thread(read_blocks, found.receivers)
    assert again.receivers["zendesk", "dir-one"] is found.receivers["zendesk", "dir-one"], "its rate goes on"
    await save(dir_one=zendesk("another"))
    changed = await asyncio.to_thread(read_blocks, found.receivers)
    assert changed.receivers["zendesk", "dir-one"].secrets == ("another",)


async def test_problems_are_said_once_and_without_secrets(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "tieline")
    await save(dir_wrong=common("github", "s3cret-of-github"))
    directory = Directory()
    await directory.look(0)
    await directory.look(0)
    lines = [record.getMessage() for record in caplog.records if "dir-wrong" in record.getMessage()]
    assert len(lines) == 1
    assert "s3cret" not in caplog.text


async def test_a_secret_that_the_vendor_told_is_kept() -> None:
    await save(asana_dir=common("asana", verification="handshake"))
    directory = Directory()
    await directory.look(0)
    waiting = directory.get("asana", "dir")
    assert waiting is not None
    assert waiting.verification == "handshake"
    await directory.set_secret(waiting, "told-by-asana")
    now = directory.get("asana", "dir")
    assert now is not None
    assert (now.secrets, now.verification) == (("told-by-asana",), "signature")
    kept = await connections.load(WebhookCredentials, "asana-dir")
    assert kept.webhook_secret.get_secret_value() == "told-by-asana"


async def test_what_is_known_stays_while_prefect_is_away() -> None:
    await save(dir_one=zendesk())
    directory = Directory()
    assert await directory.look(0)
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        with pytest.raises(ConfigError, match="cannot be reached"):
            await asyncio.to_thread(read_blocks, {})
        assert not await directory.look(0)
        assert directory.get("zendesk", "dir-one") is not None
    assert await directory.look(0)


async def test_it_is_looked_at_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tieline.server.directory.KEEP_SECONDS", 0.02)
    directory = Directory()
    await directory.start()
    await save(dir_late=zendesk())
    async with asyncio.timeout(30):
        while directory.get("zendesk", "dir-late") is None:  # noqa: ASYNC110 - it is another task that finds it
            await asyncio.sleep(0.01)
    directory.stop()
