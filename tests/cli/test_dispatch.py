"""`tieline dispatch`, in a process of its own."""

from __future__ import annotations

import signal

import pytest

from tests.cli.conftest import start
from tests.cli.test_processes import until
from tests.dispatch.house import DELIVERIES, deliver, rows, ticket
from tests.worker.place import eventually

pytestmark = [pytest.mark.prefect]


def test_it_says_what_starts_what_looks_at_the_inbox_and_ends(prefect_server: str) -> None:
    deliver(ticket(1, "ticket.nobody_wants_this"))
    process = start("dispatch", PREFECT_API_URL=prefect_server)
    try:
        said = until(process, "╰")
        assert f"Dispatching to {prefect_server}" in said
        assert "zendesk.ticket.created" in said
        eventually(lambda: [row.state for row in rows(DELIVERIES)] == ["skipped"], "somebody looked at it")
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=60)
        assert "Traceback" not in rest
    finally:
        process.kill()
        process.communicate()
