"""Where files lie, and how to get at them."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

from pydantic import Field, HttpUrl, SecretStr, field_validator

from tieline.credentials import Credentials
from tieline.errors import ConfigError
from tieline.files import FileStore, parse

#: Options whose values are secret, whatever the kind of place.
_SECRET = frozenset(
    {"account_key", "client_secret", "connection_string", "credential", "passphrase", "password", "private_key"}
    | {"sas_token", "secret", "token"}
)


class FilesCredentials(Credentials):
    """A folder on this machine, on a server (SFTP, SMB, WebDAV) or in an object store (S3, Google Cloud, Azure).

    Nothing outside of the folder can be read or written through it.
    """

    _block_type_name = "Files Credentials"
    _block_type_slug = "files-credentials"
    _documentation_url = HttpUrl("https://filesystem-spec.readthedocs.io/en/latest/api.html#built-in-implementations")

    url: str = Field(
        min_length=1,
        description="The folder, such as file:///srv/documents, sftp://anna@host/inbox, smb://host/share, "
        "webdavs://host/dav, s3://bucket/inbox, gs://bucket or az://container.",
    )
    options: dict[str, Any] = Field({}, description="What its kind needs besides, such as username or endpoint_url.")
    secret_options: dict[str, SecretStr] = Field(
        {},
        description="The same, for what nobody may see, such as password, private_key, secret, token or account_key.",
    )
    max_bytes: int = Field(
        2**28, gt=0, description="Bytes of a file that are read into memory at most; download_file has no limit."
    )

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        try:
            parse(url)
        except ConfigError as exc:
            raise ValueError(str(exc)) from None
        return url

    @field_validator("options")
    @classmethod
    def _tells_nothing(cls, options: dict[str, Any]) -> dict[str, Any]:
        if found := sorted(_SECRET & options.keys()):
            raise ValueError(f"{', '.join(found)} must not be seen: put it into secret_options")
        return options

    def open_store(self) -> AbstractAsyncContextManager[FileStore]:
        """The folder, not looked at yet."""
        secrets = {name: value.get_secret_value() for name, value in self.secret_options.items()}
        return FileStore.opened(self.url, self.options | secrets, most=self.max_bytes)
