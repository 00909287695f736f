"""Each kind of place is connected with the command that docs/files.md shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, answer, tieline
from tests.files.servers import Servers

__all__ = ["tieline"]

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_server")]


@pytest.mark.parametrize("kind", ("sftp", "smb", "webdav", "s3", "gcs", "azure"))
def test_a_place_is_connected(kind: str, servers: Servers, tieline: Run, tmp_path: Path) -> None:
    block = servers.block(kind)
    secrets = {name: value.get_secret_value() for name, value in block.secret_options.items()}
    (tmp_path / "options.json").write_text(json.dumps(block.options))
    (tmp_path / "secrets.json").write_text(json.dumps(secrets))
    given = [f"url={block.url}", f"options=@{tmp_path}/options.json", f"secret_options=@{tmp_path}/secrets.json"]
    fields = [word for one in given for word in ("--field", one)]
    result = tieline("connect", "files", "--name", f"place-{kind}", "--replace", *fields)
    assert answer(tieline("check", f"files/place-{kind}", "--json"))[0]["ok"]
    assert not [secret for secret in secrets.values() if secret in result.output and secret != "anon"]
