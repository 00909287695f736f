"""A process that looks is killed, again and again: nothing is lost, and nothing is told twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.feeds.drive import replayed
from tieline.feeds import look
from tieline.settings import settings

pytestmark = pytest.mark.slow

KILLS = 6
#: Looks until it is killed.
CHILD = """
import asyncio, sys
from blocks.files import FilesCredentials
from tieline import connections
from tieline.feeds import folder, look

async def load(kind, name):
    return FilesCredentials(url="file://" + sys.argv[1])

async def main():
    connections.load = load
    folder.SETTLE_SECONDS = 0.001
    print("ready", flush=True)
    while True:
        await look.look("files/team")

asyncio.run(main())
"""


@pytest.mark.usefixtures("team")
def test_a_process_that_is_killed_loses_nothing(folder: Path) -> None:
    chance = random.Random(1)
    (folder / "first.txt").write_text("1")
    asyncio.run(look.look("files/team"))
    environment = os.environ | {"TIELINE_DATA_DIR": str(settings().data_dir), "PYTHONPATH": str(Path.cwd())}
    for _ in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder)], env=environment, stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        until = time.monotonic() + chance.uniform(0.05, 0.4)
        while time.monotonic() < until:
            file = folder / f"{chance.randrange(20)}.txt"
            if file.exists() and chance.random() < 0.3:
                file.unlink()
            else:
                file.write_text("x" * chance.randrange(10_000))
        child.send_signal(signal.SIGKILL)
        child.communicate()
    asyncio.run(look.look("files/team"))
    told = replayed({"first.txt": "known"})
    assert told.keys() == {file.name for file in folder.iterdir()}
    assert len(told) > 5
