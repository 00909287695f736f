"""Servers that tests share: started once, on a free port of this machine, with data of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tieline.prefect_server import started


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prefect server for the rest of the session: the address of its API, which Prefect's client uses from now on."""
    with started(tmp_path_factory.mktemp("prefect"), services=True) as server:
        yield server.api
