"""What the documentation of a change says: pages of reference, an entry of the changelog, what is undocumented."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from blocks.documentation_project import Kind
from flows.code_hosts import Comparison
from flows.documentation.sources import Sources
from flows.publishing import Page
from tieline.language.code import (
    Change,
    Commit,
    Coverage,
    api_changelog,
    compare,
    coverage,
    markdown,
    module_pages,
    release_notes,
    undocumented_table,
)
from tieline.language.code.coverage import Undocumented

_PLAIN = re.compile(r"[\w.-]{1,70}")
_HEADING = re.compile(r"^(#+ )", re.MULTILINE)
_SHA = 7
#: Types of commits that people who read a changelog care for; see https://www.conventionalcommits.org/en/v1.0.0/.
_TOLD = re.compile(r"^(?:feat|fix|perf|revert)\b[^\n:]*: |^\w+(?:\([^()\n]*\))?!: |\nBREAKING[ -]CHANGE: ")

#: Where a file can be looked at, and where a commit can.
FileLink = Callable[[str], str]


class Documentation(NamedTuple):
    """What a change makes of the documentation.

    Args:
        pages: What has to be published, of which kind each is.
        changes: What changed for those who use the code.
        before: How much of what was read was documented.
        after: How much of it is.
    """

    pages: tuple[tuple[Kind, Page], ...]
    changes: tuple[Change, ...]
    before: Coverage
    after: Coverage

    @property
    def breaking(self) -> tuple[Change, ...]:
        """Changes that may break code of others."""
        return tuple(one for one in self.changes if one.breaking)


def documentation(sources: Sources, link: FileLink) -> Documentation:
    """Make the pages of a change, but for the changelog. It takes CPU: in a flow, call it through `asyncio.to_thread`.

    Args:
        sources: The code before and after.
        link: Where a file can be looked at. Links lead to no line, so that a page changes only with what it says.
    """
    changes = tuple(compare(sources.before, sources.after)) if sources.comparison else ()
    pages: list[tuple[Kind, Page]] = [("reference", page) for page in _reference(sources, link)]
    before, after = coverage(sources.before, sources.touched), coverage(sources.after, sources.touched)
    pages += [("undocumented", page) for page in _undocumented(sources, before, after, link)]
    return Documentation(tuple(pages), changes, before, after)


def entry(
    comparison: Comparison, branch: str, changes: Sequence[Change], link: FileLink, more: Mapping[str, str]
) -> Page | None:
    """An entry of the changelog; none where there is nothing to tell those who use the code.

    Args:
        comparison: What lies between the two commits.
        branch: Which one it is.
        changes: What changed.
        link: See `documentation`.
        more: Other sections in Markdown, by their titles; one without a title comes first.
    """
    commits = [Commit(one.sha, one.message, len(one.parents)) for one in reversed(comparison.commits)]
    told = [one for one in commits if _TOLD.search(one.message)]
    if not changes and not told:
        return None
    parts = [f"## {markdown.code(branch)} at `{comparison.head[:_SHA]}`", more.get("", "")]
    if changes:
        parts.append(_demoted(api_changelog(changes, lambda path, _: link(path)).partition("\n")[2].strip(), 1))
    if told:
        parts.append("### Commits\n\n" + _demoted(release_notes(told).partition("\n")[2].strip(), 2))
    parts += [f"### {title}\n\n{text}" for title, text in more.items() if title and text]
    text = "\n\n".join(filter(None, parts))
    return Page(
        path="changelog", title="API changelog", region=f"change-{comparison.head[:12]}", text=text, newest_first=True
    )


def is_generated(path: str, title: str) -> bool:
    """Whether a page is one of ours, and no place where people write of the code."""
    name = path.removesuffix(".md")
    return (
        name.rpartition("/")[2] in {"changelog", "undocumented"}
        or f"/{name}".rpartition("/")[0].endswith("/reference")
        or title in {"API changelog", "Undocumented"}
        or title.startswith("Reference: ")
    )


def slug(name: str) -> str:
    """A name of a module as paths and regions can carry it; the same for the same name, and for no other."""
    if _PLAIN.fullmatch(name) and name.strip("."):
        return name
    plain = re.sub(r"[^\w-]+", ".", name, flags=re.ASCII).strip(".")[-60:]
    return f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".lstrip("-.")


def _reference(sources: Sources, link: FileLink) -> list[Page]:
    """The pages that say something else than before; those of modules that are gone, empty."""

    def there(path: str, _line: int) -> str:
        return link(path)

    before, after = module_pages(sources.before, there), module_pages(sources.after, there)
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return [
        Page(path=f"reference/{slug(name)}", title=f"Reference: {name}", region="reference", text=after.get(name, ""))
        for name in changed
    ]


def _undocumented(sources: Sources, before: Coverage, after: Coverage, link: FileLink) -> Iterator[Page]:
    """A region for each module that changed, so that the others on the page stay."""
    had, has = _by_path(before), _by_path(after)
    names = {module.name: module for module in (*sources.before, *sources.after) if module.path in sources.touched}
    for name, module in sorted(names.items()):
        missing = has.get(module.path, [])
        if missing or module.path in had:
            table = undocumented_table(missing, lambda path, _: link(path))
            text = f"## `{slug(name)}`\n\n{table}" if missing else ""
            yield Page(path="undocumented", title="Undocumented", region=f"undocumented-{slug(name)}", text=text)


def _by_path(coverage: Coverage) -> dict[str, list[Undocumented]]:
    found: dict[str, list[Undocumented]] = {}
    for one in coverage.undocumented:
        found.setdefault(one.path, []).append(one)
    return found


def _demoted(text: str, by: int) -> str:
    return _HEADING.sub("#" * by + r"\1", text)


def counted(changes: Sequence[Change]) -> Mapping[str, int]:
    """How many changes there are of each sort, in people's words."""
    breaking = [one for one in changes if one.breaking]
    rest = [one for one in changes if not one.breaking]
    added = [one for one in rest if one.kind == "added"]
    found = {"breaking": len(breaking), "added": len(added), "otherwise changed": len(rest) - len(added)}
    return {what: count for what, count in found.items() if count}
