"""Several processes share one budget through a real Redis."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator

import pytest

from tests.engine.probe import Vendor, answer, probe
from tests.engine.servers import free_port, redis_server
from tieline.errors import ConfigError
from tieline.settings import settings

WORKER = """
    import asyncio, sys
    from tieline.errors import RateLimited
    from tieline.transport.governor import governor
    async def main():
        sent = 0
        keeper = governor("probe/shared", "20/hour")
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range(20):
            try:
                await keeper.admit(0.5)
            except RateLimited:
                break
            sent += 1
        print(sent)
    asyncio.run(main())
"""


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.mark.services
def test_processes_share_one_budget(redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_REDIS_URL", redis)
    start = [sys.executable, "-c", textwrap.dedent(WORKER)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    workers = [subprocess.Popen(start, text=True, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n", worker.communicate()[1]
    for worker in workers:
        worker.stdin.write("\n")
        worker.stdin.flush()
    said = [worker.communicate(timeout=60) for worker in workers]
    sent = [int(out) for out, _ in said]
    assert sum(sent) == 20, said


@pytest.mark.parametrize(
    "url", ("redis://:s3cret@127.0.0.1:{port}/0", "nonsense://:s3cret@host", "redis://:s3cret@127.0.0.1:x/0")
)
async def test_a_redis_that_cannot_be_used_is_said_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_REDIS_URL", url.format(port=free_port()))
    settings.cache_clear()
    vendor = Vendor(answer())
    with pytest.raises(ConfigError, match="TIELINE_REDIS_URL") as raised:
        await probe(rate="5/minute").get("/x")
    assert vendor.seen == []
    assert "s3cret" not in str(raised.value)
