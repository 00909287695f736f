"""Places of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from blocks.files import FilesCredentials
from tests.files.servers import Servers

KINDS = ("disk", "memory", "sftp", "smb", "webdav", "s3", "gcs", "azure")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(tmp_path_factory.mktemp("servers"), stack)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of place."""
    return str(request.param)


@pytest.fixture
def block(kind: str, servers: Servers) -> FilesCredentials:
    """An empty folder in each kind of place."""
    return servers.block(kind)
