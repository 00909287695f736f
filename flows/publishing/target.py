"""Pages as scenarios publish them, and what a system that shows pages must be able to do.

What we write stands in a *region* of a page, between two marks; the text of people around it stays theirs. The first
mark holds a digest of what was written, so that a region that somebody has edited since is known, and not overwritten.
Nothing is kept elsewhere: what is published is its own record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

from pydantic import Field

from tieline import Model


class Page(Model):
    """What shall stand in one region of one page."""

    path: str = Field(description="Which page, in slashes, such as api/acme.client; a title where there are no paths.")
    title: str = Field(description="Of the page, where it has to be made.")
    region: str = Field(description="The region's name: letters, digits, dots, dashes.", pattern=r"^[\w.-]{1,100}$")
    text: str = Field(description="In Markdown. Empty: the region shall go.")
    newest_first: bool = Field(default=False, description="A new region goes before those that are there.")


class Region(Model):
    """A region of ours, as it is there."""

    name: str
    written: str = Field(description="The digest of what was written; see `forms.Form.digest`.")
    now: str = Field(description="The digest of what stands there.")
    given: str = Field("", description="The digest of what was to be written, where it is kept in another form.")

    @property
    def edited(self) -> bool:
        """Whether somebody has changed it since."""
        return self.written != self.now


class Standing(Model):
    """A page as it is there."""

    id: str
    title: str
    version: str = Field(description="Changes whenever the page does.")
    regions: tuple[Region, ...] = ()
    link: str = ""

    def region(self, name: str) -> Region | None:
        """A region by its name."""
        return next((one for one in self.regions if one.name == name), None)


class Draft(Model):
    """A page that is to be written, and what was there when that was decided."""

    page: Page
    standing: Standing | None = None


class Written(Model):
    """What became of a draft."""

    path: str
    region: str
    did: Literal["created", "updated", "removed"]
    link: str = ""


class Proposed(Model):
    """A pull request with our drafts."""

    link: str
    head: str = Field(description="Its newest commit.")


class Found(Model):
    """A page that speaks of something."""

    path: str
    title: str
    text: str = Field(description="In Markdown, as well as it can be told.")
    link: str = ""


@runtime_checkable
class Target(Protocol):
    """Where pages are published. Errors are those of `tieline.errors`."""

    async def read(self, page: Page) -> Standing | None:
        """The page as it is there. None: it has to be made.

        Raises:
            Conflict: The marks on it are damaged.
        """

    def digest(self, text: str) -> str:
        """What the digest of a region will be when this Markdown stands in it."""

    async def write(self, drafts: Sequence[Draft], message: str) -> list[Written]:
        """Write the regions, and make them visible; together where the system can, else one page after the other.

        A page that has moved on since the draft is not touched.

        Args:
            drafts: Of one page as many regions as wanted.
            message: What was changed, in a line, for the page's history.

        Raises:
            Conflict: A page is not as the draft says; what was written before stays, and is recognized.
        """

    async def search(self, words: Sequence[str], limit: int) -> list[Found]:
        """Pages that may speak of one of these names, those of people included."""


@runtime_checkable
class Listing(Protocol):
    """A target whose pages are found by their paths, and are told without being read."""

    async def listed(self, folder: str) -> list[str]:
        """The paths of the pages right in a folder, such as "reference/"."""


@runtime_checkable
class Renaming(Protocol):
    """A target whose pages are found by their titles, and can get another one."""

    async def rename(self, standing: Standing, title: str) -> Standing:
        """Give a page another title; as it is then.

        Raises:
            Conflict: It has moved on, or another page has that title.
        """


@runtime_checkable
class Proposing(Protocol):
    """A target whose changes can wait for a person in the system itself: a repository with pull requests."""

    async def propose(self, name: str, drafts: Sequence[Draft], title: str, text: str) -> Proposed:
        """Put the drafts, and no more, on a branch of that name, and open, or bring up to date, its pull request.

        Raises:
            Conflict: Somebody else has written on that branch.
        """

    async def proposed(self, name: str) -> Proposed | None:
        """The open pull request of that branch, as it is now."""

    async def accept(self, name: str, head: str) -> str:
        """Merge the open pull request of that branch, as it was at that commit; its address, or "" if there is none.

        Raises:
            Conflict: It has moved on, or cannot be merged.
        """

    async def withdraw(self, name: str, why: str) -> None:
        """Close the open pull request of that branch, if there is one, and say why."""
