"""Where git repositories are, and how to get at them."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Self

from pydantic import Field, HttpUrl, SecretStr, field_validator, model_validator

from tieline.credentials import Credentials
from tieline.errors import ConfigError
from tieline.git import Git, Login, address_of, person


class GitCredentials(Credentials):
    """Git repositories on any server, over https with a token or over ssh with a key.

    What was fetched of them is kept in the user's cache folder. Nothing is checked out, and nothing in them is run.
    """

    _block_type_name = "Git Credentials"
    _block_type_slug = "git-credentials"
    _documentation_url = HttpUrl("https://git-scm.com/docs/gitcredentials")

    url: str = Field(
        min_length=1,
        description="What the repositories are below, such as https://github.com or ssh://git@git.acme.com/docs; or a "
        "repository itself.",
    )
    repository: str = Field(
        "", description="The one that is meant where none is named, such as acme/app.git or acme/app.wiki.git."
    )
    user: str = Field("", description="The user that the token belongs to; many servers take any.")
    token: SecretStr = Field(SecretStr(""), description="An access token or a password, for https.")
    private_key: SecretStr = Field(
        SecretStr(""), description="A private key without a passphrase, for ssh: the whole file, such as a deploy key."
    )
    known_hosts: str = Field(
        "",
        description="The server's public keys, as `ssh-keyscan` prints them; for ssh. Compare them with its owner's.",
    )
    verify: str = Field("", description="File with the CA certificates to trust (PEM), if not the usual ones.")
    author_name: str = Field("Tieline", description="Whose name commits carry.")
    author_email: str = Field("tieline@localhost", description="Whose e-mail address commits carry.")
    max_bytes: int = Field(
        2**30,
        gt=0,
        description="Bytes that are fetched at once at most, and of a file that are read into memory.",
    )

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        try:
            return address_of(url)
        except ConfigError as exc:
            raise ValueError(str(exc)) from None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.url.startswith("ssh:"):
            if not self.private_key or not self.known_hosts.strip():
                raise ValueError("ssh needs private_key and known_hosts")
            if self.token:
                raise ValueError("a token is for https, and the url is for ssh")
        elif self.private_key or self.known_hosts:
            raise ValueError("private_key and known_hosts are for ssh, and the url is for https")
        try:
            person(self.author_name, self.author_email)
        except ConfigError as exc:
            raise ValueError(str(exc)) from None
        return self

    def open_git(self) -> AbstractAsyncContextManager[Git]:
        """The repositories; nothing is asked of the server yet."""
        login = Login(
            self.url,
            user=self.user,
            token=self.token.get_secret_value(),
            key=self.private_key.get_secret_value(),
            known_hosts=self.known_hosts,
            author=person(self.author_name, self.author_email),
            verify=self.verify,
            mark=self.digest(),
        )
        return Git.opened(login, default=self.repository, most=self.max_bytes)
