"""What addresses, refs and paths may look like. What git would take for an option or a helper is refused here."""

from __future__ import annotations

import re

import httpx

from tieline.errors import ConfigError

#: Helpers such as `ext::` run programs, and files of this machine are nobody's business.
SCHEMES = ("https", "http", "ssh")
SHA = re.compile(r"[0-9a-f]{40}")
#: As `git check-ref-format` has it: https://git-scm.com/docs/git-check-ref-format
_NO_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/.]|/\.|[/.]$|\.lock(/|$)|^@$")
_NAME = re.compile(r"[\w~.+][\w~.+-]*")
_USER = re.compile(r"[\w.+][\w.+-]*")
_NO_PERSON = re.compile(r"[<>\x00-\x1f\x7f]")


def address_of(url: str) -> str:
    """An address that git may be given, without a slash at its end.

    Raises:
        ConfigError: It is none, or holds a password.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL()
    if parsed.scheme not in SCHEMES or not parsed.host or parsed.host.startswith("-"):
        hint = "Write it like https://github.com/acme or ssh://git@github.com/acme."
        raise ConfigError("That is no address of a git server.", hint=hint)
    user, colon, _ = parsed.userinfo.decode("ascii", "replace").partition(":")
    if colon or (user and parsed.scheme != "ssh"):
        raise ConfigError("The address holds a login.", hint="Put the user and the token into their own fields.")
    if user and not _USER.fullmatch(user):
        raise ConfigError("The user in the address cannot be used.", hint="Write it like ssh://git@github.com/acme.")
    if parsed.query or parsed.fragment:
        raise ConfigError("The address goes on after a ? or a #.", hint="Leave that out.")
    return url.rstrip("/")


def below(url: str, repository: str) -> str:
    """The address of a repository below another address.

    Raises:
        ConfigError: It leads elsewhere.
    """
    parts = repository.strip("/").split("/") if repository else []
    if any(not _NAME.fullmatch(part) or part in {".", ".."} for part in parts):
        raise ConfigError(f"{repository!r} is no repository.", hint="Write it like acme/app.git. Nothing was sent.")
    return "/".join([url, *parts])


def ref_name(ref: str) -> str:
    """The name of a branch or a tag.

    Raises:
        ConfigError: Git knows no such names.
    """
    if not ref or _NO_REF.search(ref):
        raise ConfigError(f"{ref!r} cannot be the name of a branch or a tag.", hint="Nothing was sent.")
    return ref


def person(name: str, email: str) -> str:
    """Who commits, as git writes it.

    Raises:
        ConfigError: It could be read as something else.
    """
    if _NO_PERSON.search(name + email) or not name.strip() or not email.strip():
        raise ConfigError("The author's name or e-mail address cannot be used.", hint="Leave out < and >.")
    return f"{name.strip()} <{email.strip()}>"


def is_inside(path: str) -> bool:
    """Whether a path stays in the repository, and out of git's own folder."""
    parts = path.split("/")
    return not any(part in {"", ".", ".."} or part.casefold() == ".git" or set(part) & {"\\", "\0"} for part in parts)


def inside(path: str) -> str:
    """A path inside of a repository.

    Raises:
        ConfigError: It leads out of it, or into git's own folder.
    """
    if not is_inside(path):
        raise ConfigError(f"{path!r} is not a path inside of a repository.", hint="Nothing was sent.")
    return path
