"""What a change makes of the documentation, told to the people who decide on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pydantic import Field

from blocks.documentation_project import Rule
from flows.code_hosts import Comparison
from flows.documentation.pages import Documentation, counted
from flows.documentation.shares import Part, Share, listed
from flows.documentation.sources import Skipped
from flows.markup import escaped, linked
from tieline import Model
from tieline.language.code import Mention, api_changelog, markdown

SHOWN = 20


class Proposal(Model):
    """What waits for a decision; it stands in the approval."""

    project: str
    branch: str = Field(description="Of the code.")
    base: str = Field(description="The commit that was documented until now; empty where there was none.")
    head: str = Field(description="The commit that would be documented.")
    request: str = Field(description="The branch of its pull requests.")
    about: str = Field("", description="What goes into the history of the pages, where it is not about a commit.")
    commits: dict[str, str] = Field({}, description="The newest commit of each pull request, by its target.")
    left: tuple[str, ...] = Field((), description="What is in the way, was told, and stays; see `Hindrance.name`.")
    parts: tuple[Part, ...]

    @property
    def news(self) -> str:
        """The entry of the changelog: what a person may put into other words."""
        return next((page.text for part in self.parts for page in part.pages if page.newest_first), "")

    def reworded(self, text: str) -> Proposal:
        """The same with another entry of the changelog."""
        parts = [
            part.model_copy(
                update={
                    "pages": tuple(
                        page.model_copy(update={"text": text}) if page.newest_first else page for page in part.pages
                    )
                }
            )
            for part in self.parts
        ]
        return self.model_copy(update={"parts": tuple(parts)})

    @property
    def message(self) -> str:
        """What goes into the history of the pages."""
        return self.about or f"Documentation of {self.branch} at {self.head[:7]}"


def nobody_needed(
    rules: Iterable[Rule], found: Documentation, comparison: Comparison | None, shares: Sequence[Share]
) -> Rule | None:
    """The rule by which this needs nobody. Where people have edited what is generated, somebody must look."""
    if any(one.conflicts for one in shares):
        return None
    holds: Mapping[Rule, bool] = {
        "docstrings_only": comparison is not None and not found.changes,
        "not_breaking": comparison is not None and not found.breaking,
        "everything": True,
    }
    return next((rule for rule in holds if rule in rules and holds[rule]), None)


def headline(found: Documentation, comparison: Comparison | None) -> str:
    """What changed, in a line."""
    if comparison is None:
        return "the whole reference"
    counts = counted(found.changes)
    changes = ", ".join(f"{count} {what}" for what, count in counts.items())
    return f"{changes} {'change' if sum(counts.values()) == 1 else 'changes'}" if changes else "docstrings only"


def page(
    found: Documentation,
    comparison: Comparison | None,
    shares: Sequence[Share],
    mentions: Sequence[tuple[Mention, str]] = (),
    *,
    skipped: Sequence[Skipped] = (),
    used: str = "",
) -> str:
    """All that a person has to know to decide, as Markdown.

    Args:
        found: What changed.
        comparison: The commits.
        shares: What would be written where.
        mentions: Lines of other pages that speak of what changed, and where each can be looked at.
        skipped: What was left out.
        used: Where the code uses what changed; see `usage.section`.
    """
    parts = [*targets(shares), *conflicts(shares)]
    if comparison is not None and comparison.diverged:
        parts.append("History was rewritten: this compares with the newest commit that is in both.")
    if found.changes:
        parts.append(api_changelog(found.changes).replace("\n## ", "\n### ").replace("# API changes", "## API changes"))
    parts += _coverage(found)
    parts += _mentions(mentions)
    parts += [used] if used else []
    if skipped:
        lines = [f"- {markdown.code(one.path)}: {one.why}" for one in skipped[:SHOWN]]
        parts.append("\n".join(["## Left out", "", *lines, *_more(skipped)]))
    return "\n\n".join(part.strip() for part in parts)


def targets(shares: Sequence[Share]) -> Iterator[str]:
    """What would be written where."""
    rows = [
        f"| {escaped(one.part.name)} | {did} | {', '.join(map(markdown.code, dict.fromkeys(paths)))} |"
        for one in shares
        for did, paths in listed(one.drafts).items()
    ]
    if rows:
        yield "\n".join(["| where | | pages |", "|---|---|---|", *rows])


def conflicts(shares: Sequence[Share]) -> Iterator[str]:
    """What is in the way."""
    found = [one for each in shares for one in each.conflicts]
    if found:
        lines = [f"- {escaped(one.where)}, {markdown.code(one.path)}: {escaped(one.why)}" for one in found[:SHOWN]]
        yield "\n".join(["## Conflicts", "", "These pages are left as they are.", "", *lines, *_more(found)])


def _coverage(found: Documentation) -> Iterator[str]:
    before, after = found.before, found.after
    if not after.public:
        return
    was = f", before {before.percent:.0f} %" if before.public else ""
    new = {one.name for one in after.undocumented} - {one.name for one in before.undocumented}
    lines = [f"- {markdown.code(name)}" for name in sorted(new)[:SHOWN]]
    yield (
        f"## Docstrings\n\n{after.documented} of {after.public} public symbols in these files are documented: "
        f"{after.percent:.0f} %{was}."
    )
    if lines:
        yield "\n".join(["Not documented, and new:", "", *lines, *_more(sorted(new))])


def _mentions(mentions: Sequence[tuple[Mention, str]]) -> Iterator[str]:
    if mentions:
        lines = [f"- {linked(f'{one.page}, line {one.line}', link)} {_reason(one)}" for one, link in mentions[:SHOWN]]
        yield "\n".join(
            [
                "## Pages that speak of what changed",
                "",
                "Written by people, and left to them.",
                "",
                *lines,
                *_more(mentions),
            ]
        )


def _reason(one: Mention) -> str:
    """Why a line is thought to speak of a symbol; by meaning it does not name it."""
    return one.reason if one.symbol.rpartition(".")[2] in one.reason else f"{one.reason}: {markdown.code(one.symbol)}"


def _more(found: Sequence[object]) -> list[str]:
    return [f"- and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
