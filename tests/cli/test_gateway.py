"""`tieline gateway`, and what the doctor says of connections that receive."""

from __future__ import annotations

import asyncio
import re
import signal
import socket

import httpx
import pytest

from tests.cli.conftest import Run, start
from tests.cli.test_processes import until
from tests.server.conftest import event, signed, zendesk
from tieline import connections

pytestmark = [pytest.mark.prefect]


@pytest.fixture
def connected(prefect_server: str) -> str:
    async def save() -> None:
        await connections.save(zendesk(), "gw-signed", replace=True)
        await connections.save(zendesk("", verification="none"), "gw-open", replace=True)
        await connections.save(zendesk(""), "gw-bare", replace=True)

    asyncio.run(save())
    return prefect_server


def test_it_receives_says_what_is_open_and_ends(connected: str) -> None:
    process = start("gateway", "--port", "0", PREFECT_API_URL=connected)
    try:
        said = until(process, "╰")
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert found, said
        assert re.search(r"zendesk/gw-open +VERIFIES NOTHING", said)
        assert re.search(r"zendesk/gw-bare +refuses everything", said)
        raw = event()
        for name, status in {"gw-signed": 202, "gw-open": 202, "gw-bare": 401}.items():
            answer = httpx.post(f"{found[0]}/hooks/zendesk/{name}", content=raw, headers=signed(raw), trust_env=False)
            assert answer.status_code == status
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=60)
        assert "Traceback" not in rest
    finally:
        process.kill()
        process.communicate()


def test_a_port_that_is_taken(connected: str, tieline: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = tieline("gateway", "--port", str(taken.getsockname()[1]), code=1, PREFECT_API_URL=connected)
    assert "cannot listen" in result.stderr


@pytest.mark.usefixtures("connected")
def test_the_doctor_names_what_verifies_nothing(tieline: Run) -> None:
    said = re.sub(r"\s+", " ", tieline("doctor").stdout)
    assert re.search(r"zendesk/gw-open\b.* VERIFY NOTHING", said)
    assert "gw-bare" in said
