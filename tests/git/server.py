"""Git's own server, `git http-backend`, behind a small HTTP server that wants a login."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from blocks.git import GitCredentials

USER, TOKEN = "ada", "to/ken #?%secret"
#: The server has nothing to do with the environment of a test.
_QUIET = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "HOME": os.devnull}
_QUIET |= {f"GIT_{who}_{what}": "ada@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
_AUTHOR = "author Ada <ada@example.com> 1767323045 +0000\ncommitter Ada <ada@example.com> 1767323045 +0000\n"


def git(folder: Path, *words: str, feed: bytes = b"") -> str:
    """Run git in a repository of the server's."""
    command = ["git", "-C", str(folder), *words]
    done = subprocess.run(command, input=feed, capture_output=True, check=True, env=_QUIET)
    return done.stdout.decode("utf-8", "replace").strip()


class Forge:
    """Repositories in a folder, and what was asked of the server."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.url = folder, ""
        self.asked: list[str] = []
        #: A path that leads to another address.
        self.moved: dict[str, str] = {}

    def block(self, **fields: Any) -> GitCredentials:
        """A connection that may do everything."""
        return GitCredentials(**{"url": self.url, "user": USER, "token": TOKEN, "repository": "app.git", **fields})

    def make(self, name: str = "app.git") -> Path:
        """An empty repository."""
        there = self.folder / name
        there.mkdir(parents=True)
        git(there, "init", "--bare", "--quiet", "--template=", "--initial-branch=main", ".")
        for setting in ("http.receivepack", "uploadpack.allowFilter"):
            git(there, "config", setting, "true")
        return there

    def commit(
        self,
        files: Mapping[str, bytes | str | None],
        *,
        branch: str = "main",
        name: str = "app.git",
        message: str = "Change",
        at: str = "",
    ) -> str:
        """Somebody pushes; a content may be given with its mode, such as "120000 target"."""
        there, ref = self.folder / name, f"refs/heads/{branch}"
        parent = at or git(there, "for-each-ref", "--format=%(objectname)", ref)
        feed = f"commit {ref}\n{_AUTHOR}data {len(message)}\n{message}\n" + (f"from {parent}\n" if parent else "")
        lines = [feed.encode()]
        for path, content in files.items():
            if content is None:
                lines.append(f'D "{path}"\n'.encode())
            elif isinstance(content, str):
                mode, _, text = content.partition(" ")
                if mode == "160000":
                    lines.append(f'M 160000 {text} "{path}"\n'.encode())
                else:
                    lines.append(f'M {mode} inline "{path}"\ndata {len(text)}\n{text}\n'.encode())
            else:
                lines += [f'M 100644 inline "{path}"\ndata {len(content)}\n'.encode(), content, b"\n"]
        git(there, "fast-import", "--quiet", "--force", feed=b"".join(lines))
        return git(there, "rev-parse", f"refs/heads/{branch}")


@contextmanager
def serving(forge: Forge) -> Iterator[Forge]:
    """The server, on a free port of this machine."""
    if shutil.which("git") is None:
        pytest.skip("needs git: apt-get install git")

    class Handler(_Handler):
        there = forge

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        forge.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield forge
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    """CGI for one program: https://git-scm.com/docs/git-http-backend."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # else each header is sent for itself, and the other side waits for more
    there: Forge

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self._body())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _serve(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        self.there.asked.append(self.path)
        if there := next((to for start, to in self.there.moved.items() if path.startswith(start)), ""):
            self._answer(301, [("Location", there + self.path)], b"")
            return
        login = "Basic " + base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
        if self.headers.get("authorization") != login:
            self._answer(401, [("WWW-Authenticate", 'Basic realm="git"')], b"")
            return
        env = _QUIET | {
            "GIT_PROJECT_ROOT": str(self.there.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REMOTE_USER": USER,
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("content-encoding", ""),
            "GIT_PROTOCOL": self.headers.get("git-protocol", ""),
        }
        done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, check=False, env=env)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n") if ": " in line]
        status = next((int(value[:3]) for name, value in headers if name == "Status"), 200)
        self._answer(status, [(name, value) for name, value in headers if name != "Status"], content)

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        taken = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            taken += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return taken
