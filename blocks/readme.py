"""Credentials for ReadMe."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, HttpUrl, SecretStr

from tieline.credentials import Address, HttpCredentials
from tieline.transport.auth import Bearer


def _of_v2(url: str) -> str:
    if "/api/v1" in url:
        raise ValueError(
            "leads to ReadMe's API v1; only v2 is spoken, at https://api.readme.com. It serves projects on ReadMe "
            "Refactored: upgrade the project, its keys stay good"
        )
    return url.removesuffix("/v2")


def _bare(key: SecretStr) -> SecretStr:
    word, blank, _ = key.get_secret_value().strip().partition(" ")
    if blank and word.lower() in {"basic", "bearer"}:
        raise ValueError(
            f"begins with {word}: give the key alone (rdme_...). API v1 wanted it encoded, v2 wants it as it is"
        )
    return key


class ReadMeCredentials(HttpCredentials):
    """An API key of a ReadMe project on ReadMe Refactored, which the API v2 is for."""

    _block_type_name = "ReadMe Project Credentials"
    _block_type_slug = "readme-project-credentials"
    _documentation_url = HttpUrl("https://docs.readme.com/main/reference/authentication")
    _api_path: ClassVar[str] = "/v2"

    url: Annotated[Address, AfterValidator(_of_v2)] = Field(
        "", description="Another address of the API, such as a proxy; empty for https://api.readme.com."
    )
    key: Annotated[SecretStr, AfterValidator(_bare)] = Field(
        description="API key (rdme_...), made in the project's dashboard under Configuration, API Keys."
    )

    @property
    def base_url(self) -> str:
        """ReadMe's host, the same for all projects."""
        return "https://api.readme.com"

    def auth(self) -> Bearer:
        """The key, as a bearer."""
        return Bearer(self.key)
