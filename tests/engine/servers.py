"""Real Redis and Postgres, started by the tests on free loopback ports; skipped with a hint where they are missing."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tieline.settings import settings


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"It does not listen: {log.read_text()[-2000:]}")


@contextmanager
def _running(command: list[str], port: int, log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd="/")
        try:
            _await_port(port, process, log)
            yield
        finally:
            process.send_signal(signal.SIGINT)  # to Postgres, SIGTERM means: when everybody has gone
            process.wait(20)


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A Redis; its URL."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("needs redis-server: apt-get install redis-server")
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    with _running([program, *options], port, folder / "redis.log"):
        yield f"redis://127.0.0.1:{port}/0"


def _postgres_program(name: str) -> str:
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = next((str(home / name) for home in homes if (home / name).exists()), shutil.which(name))
    if found is None:
        pytest.skip("needs Postgres: apt-get install postgresql")
    return found


def _as_nobody_special() -> list[str]:
    """What runs a command as somebody else, because Postgres refuses to be run by root."""
    if os.geteuid() != 0:
        return []
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("needs the user postgres: apt-get install postgresql")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


class Postgres:
    """A Postgres with data of its own, which may be killed and started again.

    Args:
        folder: For its data; belongs to who runs it.
    """

    def __init__(self, folder: Path) -> None:
        self._port, self._log = free_port(), Path(tempfile.gettempdir()) / f"{folder.name}.log"
        user, data, password = _as_nobody_special(), folder / "data", folder / "password"
        if user:
            shutil.chown(folder, "postgres")
        password.write_text("s3cret-database")
        password.chmod(0o644)
        setup = ["-D", str(data), "-U", "tieline", "-A", "scram-sha-256", f"--pwfile={password}", "-N", "-E", "UTF8"]
        subprocess.run([*user, _postgres_program("initdb"), *setup], check=True, capture_output=True, cwd="/")
        options = ["-D", str(data), "-p", str(self._port), "-h", "127.0.0.1", "-k", str(folder), "-F"]
        self._command = [*user, _postgres_program("postgres"), *options]
        self.url = f"postgresql://tieline:s3cret-database@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it; it answers when this returns."""
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(self._command, stdout=out, stderr=out, cwd="/", start_new_session=True)
        _await_port(self._port, self._process, self._log)
        end = time.monotonic() + 60
        while True:  # it listens before it lets anybody in
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """End it as a power failure would, with all that it has started."""
        # Each of its processes leads a group of its own, and would finish what it is doing.
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text("ascii").split()
        self._process.kill()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it in good order."""
        self._process.send_signal(signal.SIGINT)  # to Postgres, SIGTERM means: when everybody has gone
        self._process.wait(20)
        self._log.unlink(missing_ok=True)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A Postgres that runs."""
    # Not below pytest's folder: that one is root's alone.
    folder = Path(tempfile.mkdtemp(prefix="tieline-postgres-"))
    try:
        made = Postgres(folder)
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_server() -> Iterator[str]:
    """A Postgres; the URL of its database `postgres`."""
    with postgres() as made:
        yield made.url


def use_empty_store(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty a database, and let it be the store."""
    if url.startswith("postgresql"):
        engine = create_engine(url.replace("postgresql", "postgresql+psycopg"))
        with engine.begin() as db:
            db.execute(text("DROP SCHEMA public CASCADE"))
            db.execute(text("CREATE SCHEMA public"))
        engine.dispose()
    monkeypatch.setenv("TIELINE_DATABASE_URL", url)
    settings.cache_clear()
