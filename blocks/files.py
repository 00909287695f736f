"""Where files lie, and how to get at them."""

from __future__ import annotations

from typing import Any

from pydantic import Field, HttpUrl, SecretStr

from tieline.credentials import Credentials
from tieline.files import FileStore


class FilesCredentials(Credentials):
    """A folder on this machine, on a server (SFTP, SMB, WebDAV) or in an object store (S3, Google Cloud, Azure).

    Nothing outside of the folder can be read or written through it.
    """

    _block_type_name = "Files Credentials"
    _block_type_slug = "files-credentials"
    _documentation_url = HttpUrl("https://filesystem-spec.readthedocs.io/en/latest/api.html#built-in-implementations")

    url: str = Field(
        min_length=1,
        description="The folder, such as file:///srv/documents, sftp://host/inbox, smb://host/share or s3://bucket/inbox.",
    )
    options: dict[str, Any] = Field(
        {}, description="Options of its file system as fsspec names them, such as endpoint_url."
    )
    secret_options: dict[str, SecretStr] = Field(
        {}, description="Options that nobody may see, such as password, secret or account_key."
    )
    max_bytes: int = Field(2**28, gt=0, description="Bytes of a file that are read at most.")

    def open_store(self) -> FileStore:
        """The folder, not looked at yet."""
        secrets = {name: value.get_secret_value() for name, value in self.secret_options.items()}
        url = self.url if "://" in self.url else f"file://{self.url}"
        return FileStore(url, self.options | secrets, most=self.max_bytes)
