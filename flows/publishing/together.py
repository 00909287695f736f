"""What all targets do alike with drafts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from flows.publishing.target import Draft, Page, Standing, Written
from tieline.errors import ConfigError, Conflict


def by_page(drafts: Sequence[Draft]) -> list[tuple[Standing | None, list[Page]]]:
    """Drafts of one page together, in their order: a page is written once, with all its regions."""
    found: dict[tuple[str, str], tuple[Standing | None, list[Page]]] = {}
    for one in drafts:
        key = ("id", one.standing.id) if one.standing else ("path", one.page.path)
        found.setdefault(key, (one.standing, []))[1].append(one.page)
    return list(found.values())


def checked(before: Standing, now: Standing) -> None:
    """Compare a page with what it was when the draft was made.

    Raises:
        Conflict: It has moved on.
    """
    if now.version != before.version:
        raise Conflict(
            f"{now.title!r} was changed while it was about to be written.", hint="It is read anew the next time."
        )


def outcome_of(drafts: Sequence[Draft], link: str) -> list[Written]:
    """What became of drafts that were written all at once."""
    return [one for before, pages in by_page(drafts) for one in outcome(before, pages, link)]


def outcome(before: Standing | None, pages: Sequence[Page], link: str) -> list[Written]:
    """What became of the regions of one page that was written."""
    return [
        Written(
            path=page.path,
            region=page.region,
            did="removed"
            if not page.text
            else "updated"
            if before is not None and before.region(page.region) is not None
            else "created",
            link=link,
        )
        for page in pages
    ]


def slug(path: str) -> str:
    """A path as one part of an address, such as api-acme-client, for systems whose pages are found by it.

    Raises:
        ConfigError: Nothing of it can stand in an address.
    """
    made = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")
    if made and made.replace("-", "/") != path:
        # Or a.b and a/b would be one page.
        made += f"-{hashlib.sha256(path.encode()).hexdigest()[:6]}"
    if not made:
        raise ConfigError(f"{path!r} gives no address of a page.", hint="Use letters of the Latin alphabet, or digits.")
    return made


def decoded(content: bytes, path: str) -> str:
    """A file as text.

    Raises:
        Conflict: It is no UTF-8: what people wrote would be lost if it were written back.
    """
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Conflict(f"{path} is not UTF-8.", hint="Save it in UTF-8, or move it away.") from None
