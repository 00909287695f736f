"""What each target still has to be told: drafts of what is not there yet, and what is in the way."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from pydantic import Field

from blocks import documentation_project as project
from flows.publishing import Draft, Page, Proposing, Standing, Target, Written, target
from tieline import ConfigError, Model
from tieline.errors import Conflict


class Part(Model):
    """What one target is to be told."""

    connection: str
    place: str = ""
    how: str = "commit"
    pages: tuple[Page, ...] = Field((), description="Regions that are to be as they stand here.")

    @property
    def name(self) -> str:
        """The target in a few words."""
        return f"{self.connection} {self.place}".strip()


class Hindrance(NamedTuple):
    """A page that cannot be written, and why."""

    where: str
    path: str
    region: str
    why: str

    @property
    def name(self) -> str:
        """Which region of which page, for a `Proposal`."""
        return f"{self.where}, {self.path}, {self.region}"


class Share(NamedTuple):
    """A target, what is to be written there, and what is in the way."""

    part: Part
    target: Target
    drafts: tuple[Draft, ...]
    conflicts: tuple[Hindrance, ...]


def parts(of: project.DocumentationProject, pages: Sequence[tuple[project.Kind, Page]]) -> list[Part]:
    """Which pages go where, in the words that the project puts around them."""
    framed = [(kind, _framed(page, of.templates.get(kind, ""))) for kind, page in pages]
    return [
        Part(
            connection=one.connection,
            place=one.place,
            how=one.how,
            pages=tuple(page for kind, page in framed if kind in one.pages),
        )
        for one in of.targets
    ]


def _framed(page: Page, template: str) -> Page:
    if not page.text or not template:
        return page
    words = {"{text}": page.text.strip("\n"), "{title}": page.title}
    text = re.sub("|".join(map(re.escape, words)), lambda found: words[found[0]], template)
    return page.model_copy(update={"text": text})


async def share(part: Part) -> Share:
    """Compare what is to be there with what is.

    Raises:
        ConfigError: The target is not to be found, or cannot hold proposals.
        ConnectorError: It cannot be asked.
    """
    where = target(part.connection, part.place)
    if part.how == "pull_request" and not isinstance(where, Proposing):
        raise ConfigError(
            f"{part.connection} has no pull requests.", hint='Choose how="commit": approvals are asked for in any case.'
        )
    known: dict[str, Standing | Conflict | None] = {}
    drafts: list[Draft] = []
    conflicts: list[Hindrance] = []
    for page in part.pages:
        if page.path not in known:
            try:
                known[page.path] = await where.read(page)
            except Conflict as exc:
                known[page.path] = exc
        standing = known[page.path]
        why = str(standing) if isinstance(standing, Conflict) else edited(standing, page, where)
        if why:
            conflicts.append(Hindrance(part.name, page.path, page.region, why))
        elif not isinstance(standing, Conflict) and differs(standing, page, where):
            drafts.append(Draft(page=page, standing=standing))
    return Share(part, where, tuple(drafts), tuple(conflicts))


def unexpected(found: Share, left: Collection[str]) -> None:
    """Make sure that nothing is in the way but what was told of.

    Args:
        found: What is to be written, and what is in the way.
        left: What people have agreed to leave as it is; see `Hindrance.name`.

    Raises:
        Conflict: Somebody has edited what we are to replace.
    """
    for one in found.conflicts:
        if one.name not in left:
            raise Conflict(f"{one.where}, {one.path}: {one.why}")


async def publish(found: Share, message: str, left: Collection[str] = ()) -> list[Written]:
    """Write what is not there yet; a page that moves meanwhile is looked at once more.

    Args:
        found: What is to be written.
        message: For the history of the pages.
        left: See `unexpected`.

    Raises:
        Conflict: Somebody has edited what we are to replace, or keeps editing it.
    """
    try:
        return await found.target.write(found.drafts, message)
    except Conflict:
        found = await share(found.part)
        unexpected(found, left)
        return await found.target.write(found.drafts, message)


def edited(standing: Standing | None, page: Page, where: Target) -> str:
    """Why a region must not be replaced, since people have edited it; empty where it may."""
    region = standing.region(page.region) if standing else None
    if region is None or not region.edited or region.now == where.digest(page.text):
        return ""
    return (
        "Somebody has edited what is generated here. Move that text out of the region, or delete the region with its "
        "marks, and run it again with everything=True."
    )


def differs(standing: Standing | None, page: Page, where: Target) -> bool:
    """Whether a region is not there as it shall be."""
    region = standing.region(page.region) if standing else None
    if region is None or not page.text:
        return bool(page.text) or region is not None
    return (region.given or region.now) != where.digest(page.text)


def listed(drafts: Iterable[Draft]) -> Mapping[str, list[str]]:
    """Drafts by what becomes of the page: created, updated, removed."""
    found: dict[str, list[str]] = {}
    for one in drafts:
        region = one.standing.region(one.page.region) if one.standing else None
        did = "removed" if not one.page.text else "updated" if region else "created"
        found.setdefault(did, []).append(one.page.path)
    return found
