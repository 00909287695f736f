"""A real MariaDB, started by the tests on a free loopback port; skipped with a hint where it is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql
import pytest

from tests.engine.servers import free_port


@contextmanager
def mariadb_server(password: str) -> Iterator[str]:
    """A MariaDB; the URL of its database `shop`."""
    program, setup = (
        shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin"),
        shutil.which("mariadb-install-db"),
    )
    if program is None or setup is None:
        pytest.skip("needs MariaDB: apt-get install mariadb-server")
    folder = Path(tempfile.mkdtemp(prefix="tieline-mariadb-"))
    data, sock, port, log = folder / "data", folder / "sock", free_port(), folder / "log"
    who = ["--user=mysql"] if os.geteuid() == 0 else []
    if who:
        shutil.chown(folder, "mysql")
    plain = ["--no-defaults", f"--datadir={data}", *who]
    fresh = ["--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run([setup, *plain, *fresh], check=True, capture_output=True)
    options = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={sock}", "--innodb-flush-log-at-trx-commit=0"]
    with log.open("wb") as out:
        process = subprocess.Popen([program, *plain, *options], stdout=out, stderr=out)
    try:
        until = time.monotonic() + 30
        while True:
            try:
                root = pymysql.connect(unix_socket=str(sock), user="root")
                break
            except pymysql.OperationalError:
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"It does not start: {log.read_text()[-2000:]}") from None
                time.sleep(0.05)
        with root, root.cursor() as cursor:
            cursor.execute("CREATE DATABASE shop")
            cursor.execute("CREATE USER tieline@'127.0.0.1' IDENTIFIED BY %s", (password,))
            cursor.execute("GRANT ALL ON shop.* TO tieline@'127.0.0.1'")
        yield f"mysql+pymysql://tieline:{password}@127.0.0.1:{port}/shop"
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
