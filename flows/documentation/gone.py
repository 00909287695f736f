"""What is there of modules that are gone, found where all is made anew: the push that took them away was missed."""

from __future__ import annotations

from collections.abc import Collection

from blocks import documentation_project as project
from flows.documentation.pages import slug
from flows.documentation.shares import Part
from flows.publishing import Listing, Page, Target, target
from tieline.errors import Conflict

_FOLDER, _TITLE, _LIST = "reference/", "Reference: ", "undocumented"
#: Pages of a target that are looked through.
_LOOKED = 1_000


async def with_gone(of: project.Target, part: Part) -> Part:
    """What a target is to be told, with what shall go from it: regions of ours that are not among what shall be there.

    What people wrote, around those regions or on pages without one, stays.

    Args:
        of: The target.
        part: All that shall be there.
    """
    where = target(of.connection, of.place)
    pages: list[Page] = []
    if "reference" in of.pages:
        kept = {page.path for page in part.pages}
        pages += [page for page in await _reference(where) if page.path not in kept]
    if "undocumented" in of.pages:
        pages += await _undocumented(where, {page.region for page in part.pages})
    return part.model_copy(update={"pages": (*part.pages, *pages)})


async def _reference(where: Target) -> list[Page]:
    """Pages that look like reference; whether a region of ours is on them is seen when they are read."""
    if isinstance(where, Listing):
        return [_page(path.rpartition("/")[2], path) for path in await where.listed(_FOLDER)]
    titles = [one.title for one in await where.search([_TITLE.strip(": ")], _LOOKED)]
    names = [title.removeprefix(_TITLE) for title in titles if title.startswith(_TITLE)]
    return [_page(slug(name), _TITLE + name) for name in names]


def _page(name: str, title: str) -> Page:
    return Page(path=_FOLDER + name, title=title, region="reference", text="")


async def _undocumented(where: Target, kept: Collection[str]) -> list[Page]:
    page = Page(path=_LIST, title="Undocumented", region=_LIST, text="")
    try:
        standing = await where.read(page)
    except Conflict:  # its marks are damaged: that is told where the page is to be written
        return []
    names = [one.name for one in standing.regions] if standing else []
    gone = [name for name in names if name.startswith(f"{_LIST}-") and name not in kept]
    return [page.model_copy(update={"region": name}) for name in gone]
