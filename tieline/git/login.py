"""The environment that git runs in: how to log in, and nothing of this machine's own configuration.

https://git-scm.com/docs/git#_environment_variables, https://git-scm.com/docs/gitcredentials
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

#: Git asks this program; the answers are in its environment, where no command line and no file shows them.
_ASK = """#!/bin/sh
case "$1" in
Username*) printf '%s\\n' "$TIELINE_GIT_USER" ;;
Password*) printf '%s\\n' "$TIELINE_GIT_TOKEN" ;;
*) exit 1 ;;
esac
"""
#: What is taken over from our own environment: how programs are found, and how they get out.
_KEPT = ("PATH", "SYSTEMROOT", "TMPDIR", "TMP", "TEMP")
_PROXIES = ("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")
#: Of an ssh that asks nobody, trusts no key but the given ones, and opens nothing else.
_SSH = (
    *("-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"),
    *("-o", "PreferredAuthentications=publickey", "-o", "StrictHostKeyChecking=yes", "-o", "UpdateHostKeys=no"),
    *("-o", f"GlobalKnownHostsFile={os.devnull}", "-o", "ClearAllForwardings=yes", "-o", "PermitLocalCommand=no"),
    *("-o", "ConnectTimeout=30", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"),
)
#: Given with each command, because older versions of git know no way to give them in the environment.
_CONFIG: Mapping[str, str] = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "credential.helper": "",
    "protocol.allow": "never",
    "protocol.version": "2",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "push.recurseSubmodules": "no",
    # Another server would be given the login of this one.
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "100",
    "http.lowSpeedTime": "60",
    "gc.autoDetach": "false",
    "gc.reflogExpire": "now",
    "core.logAllRefUpdates": "false",
    "core.quotePath": "false",
    "commit.gpgSign": "false",
    "push.gpgSign": "false",
    "log.showSignature": "false",
}


@dataclass(frozen=True)
class Login:
    """Where repositories are, and how to log in there.

    Args:
        url: The address that they are below; see `address_of`.
        user: With a token; many servers take any.
        token: For https.
        key: A private key without a passphrase, for ssh.
        known_hosts: The server's keys, as ssh keeps them.
        author: Who commits; see `person`.
        verify: File with the CA certificates to trust, if not the usual ones.
        mark: What is another for every other login: what one may read, another does not find in the cache.
    """

    url: str
    user: str = ""
    token: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    known_hosts: str = ""
    author: str = ""
    verify: str = ""
    mark: str = ""

    @property
    def scheme(self) -> str:
        """Such as "https"."""
        return httpx.URL(self.url).scheme

    def options(self) -> list[str]:
        """The configuration, as options of git; nothing in it is secret."""
        config = {**_CONFIG, f"protocol.{self.scheme}.allow": "always"}
        return [word for name, value in config.items() for word in ("-c", f"{name}={value}")]

    @contextmanager
    def environment(self) -> Iterator[dict[str, str]]:
        """All that git gets, with files in a folder that only we can read, as long as it is needed."""
        with TemporaryDirectory(prefix="tieline-git-") as name:
            folder = Path(name)
            made = {name: os.environ[name] for name in (*_KEPT, *_PROXIES) if name in os.environ}
            made |= {
                "HOME": str(folder),  # there is no .gitconfig and no .netrc in it
                "XDG_CONFIG_HOME": str(folder),
                "LC_ALL": "C",  # what git says is read by a program
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_ATTR_NOSYSTEM": "1",
                "GIT_TERMINAL_PROMPT": "0",
                "GIT_LITERAL_PATHSPECS": "1",
                "GIT_NO_REPLACE_OBJECTS": "1",
            }
            made |= self._ssh(folder) if self.scheme == "ssh" else self._https(folder)
            yield made

    def _https(self, folder: Path) -> dict[str, str]:
        ask = _private(folder / "ask", _ASK, mode=0o700)
        said = {"TIELINE_GIT_USER": self.user or "git", "TIELINE_GIT_TOKEN": self.token} if self.token else {}
        trusted = {"GIT_SSL_CAINFO": self.verify} if self.verify else {}
        return {"GIT_ASKPASS": str(ask) if said else "false", **said, **trusted}

    def _ssh(self, folder: Path) -> dict[str, str]:
        key = _private(folder / "key", self.key.strip() + "\n")
        known = _private(folder / "known_hosts", self.known_hosts.strip() + "\n")
        words = ["ssh", "-F", os.devnull, "-i", str(key), "-o", f"UserKnownHostsFile={known}", *_SSH]
        return {"GIT_SSH_COMMAND": shlex.join(words), "GIT_SSH_VARIANT": "ssh"}


def _private(file: Path, text: str, *, mode: int = 0o600) -> Path:
    """A file that was never anybody else's to read."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as made:
        made.write(text)
    return file
