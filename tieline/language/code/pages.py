"""Pages about source code, as Markdown: the reference of a module, the changelog of an API, what is undocumented."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from tieline.language.code import markdown
from tieline.language.code.changes import Change
from tieline.language.code.coverage import Coverage, Undocumented
from tieline.language.code.model import Module, Section, Symbol
from tieline.language.code.surface import Entry

#: Where a line of a file can be looked at: the path and the line, from 1. Empty where there is no such place.
Link = Callable[[str, int], str]
_FENCES = {"javascript": "js", "typescript": "ts", "other": "text"}
_TITLES = {"parameters": "Parameters", "other parameters": "Other parameters", "returns": "Returns", "raises": "Raises"}
_TITLES |= {"yields": "Yields", "receives": "Receives", "warns": "Warns", "attributes": "Attributes"}
_TITLES |= {"examples": "Examples", "type parameters": "Type parameters"}
_MEMBERS = ("class", "interface", "enum")
#: Sections whose items have no names.
_NAMELESS = frozenset(["raises", "warns"])
_ATTRIBUTES = frozenset(["attribute", "constant"])


def no_link(path: str, line: int) -> str:  # noqa: ARG001 - what a link is made of
    """For sources that cannot be looked at anywhere."""
    return ""


def reference(module: Module, entries: Sequence[tuple[str, Entry]] | None = None, link: Link = no_link) -> str:
    """The reference of a module.

    Args:
        module: The module.
        entries: What it offers, by name, as `public_names` finds it in a package; its own public symbols if left out.
        link: Where a line of the source can be looked at.
    """
    shown = _own(module) if entries is None else list(entries)
    parts = [f"# {markdown.code(module.name)}", *_sections(module.sections)]
    names = {name for name, _ in shown}
    for name, entry in shown:
        owner = name.rpartition(".")[0]
        if entry.symbol.kind not in _ATTRIBUTES or owner not in names:
            parts += _symbol(name, entry, link, level=3 if owner in names else 2)
        if entry.symbol.kind in _MEMBERS:
            parts += _attributes([one for one in shown if one[0].rpartition(".")[0] == name])
    parts += _problems(module)
    return "\n\n".join(filter(None, parts)) + "\n"


def _own(module: Module) -> list[tuple[str, Entry]]:
    hidden: set[str] = set()
    found = []
    for symbol in module.symbols:
        if not symbol.public or symbol.owner in hidden:
            hidden.add(symbol.name)
        elif not symbol.short.startswith("__") or symbol.docstring:
            found.append((symbol.name, Entry(symbol, module)))
    return found


def _symbol(name: str, entry: Entry, link: Link, *, level: int) -> Iterator[str]:
    symbol, module = entry
    title = name.removeprefix(f"{module.name}.") if level == 2 else ".".join(name.split(".")[-2:])  # noqa: PLR2004 - of Markdown
    yield f"{'#' * level} {markdown.code(title)}"
    language = _FENCES.get(module.language, module.language)
    yield markdown.fenced(symbol.signature, language)
    notes = []
    if symbol.bases:
        notes.append(f"Bases: {', '.join(map(markdown.code, symbol.bases))}")
    address = link(module.path, symbol.first_line)
    if address.startswith(("https://", "http://")) and not set(address) & set(" <>()\n"):
        notes.append(f"[Source]({address})")
    if symbol.deprecated:
        yield "**Deprecated.**"
    yield " · ".join(notes)
    yield from _sections(symbol.sections, symbol)


def _attributes(members: Iterable[tuple[str, Entry]]) -> Iterator[str]:
    rows = [
        f"| {markdown.code(name.rpartition('.')[2], cell=True)} | {markdown.code(_kind_of(entry.symbol), cell=True)} "
        f"| {'Deprecated. ' * entry.symbol.deprecated}{markdown.line(summary(entry.symbol.sections), cell=True)} |"
        for name, entry in members
        if entry.symbol.kind in _ATTRIBUTES
    ]
    if rows:
        yield "\n".join(["| attribute | type | |", "|---|---|---|", *rows])


def _kind_of(symbol: Symbol) -> str:
    return symbol.returns or (f"= {symbol.value}" if symbol.value and len(symbol.value) < 40 else "")  # noqa: PLR2004 - longer is no cell


def summary(sections: Iterable[Section]) -> str:
    """The first paragraph of a docstring."""
    text = next((one.text for one in sections if one.kind == "text"), "")
    return " ".join(text.strip().partition("\n\n")[0].split())


def _sections(sections: Iterable[Section], symbol: Symbol | None = None) -> Iterator[str]:
    for one in sections:
        if one.kind == "text":
            yield markdown.block(one.text)
        elif one.items:
            yield f"**{markdown.line(one.title) or _TITLES.get(one.kind, one.kind.capitalize())}**"
            yield _table(one, symbol)
        elif one.text:
            title = one.title or _TITLES.get(one.kind, one.kind.capitalize())
            yield f"**{markdown.line(title)}**"
            yield markdown.block(one.text)


def _table(section: Section, symbol: Symbol | None) -> str:
    known = {one.name: one for one in (symbol.parameters if symbol else None) or ()}
    if section.kind in {"returns", "yields", "receives"} | _NAMELESS:
        return "\n".join(
            f"- {' '.join(filter(None, [_named(one.name), markdown.code(one.annotation)]))}"
            f"{': ' if one.annotation or one.name else ''}{markdown.line(one.text)}"
            for one in section.items
        )
    rows = ["| name | type | default | |", "|---|---|---|---|"]
    for one in section.items:
        said = known.get(one.name.lstrip("*"))
        typed = one.annotation or (said.annotation if said else "")
        default = markdown.code(said.default, cell=True) if said and said.default else ""
        default = default or ("*required*" if said and said.required else "")
        rows.append(
            f"| {markdown.code(one.name, cell=True)} | {markdown.code(typed, cell=True)} | {default} "
            f"| {markdown.line(one.text, cell=True)} |"
        )
    return "\n".join(rows)


def _named(name: str) -> str:
    return markdown.code(name) if name else ""


def _problems(module: Module) -> Iterator[str]:
    if module.problems:
        said = "\n".join(
            f"- {f'Line {one.line}: ' if one.line else ''}{markdown.line(one.message)}" for one in module.problems
        )
        yield f"## Not read\n\nParts of {markdown.code(module.path)} could not be read:\n\n{said}"


def api_changelog(changes: Sequence[Change], link: Link = no_link) -> str:
    """What changed, breaking changes first."""
    groups = {
        "Breaking changes": [one for one in changes if one.breaking],
        "Deprecated": [one for one in changes if not one.breaking and _deprecates(one)],
        "Added": [one for one in changes if not one.breaking and one.kind == "added"],
    }
    told = {id(one) for group in groups.values() for one in group}
    groups["Changed"] = [one for one in changes if id(one) not in told]
    parts = [
        f"## {title}\n\n" + "\n".join(line for one in found for line in _change(one, link))
        for title, found in groups.items()
        if found
    ]
    return "\n\n".join(["# API changes", *(parts or ["Nothing that callers can see has changed."])]) + "\n"


def _deprecates(change: Change) -> bool:
    return any(one.text == "is deprecated" for one in change.reasons)


def _change(change: Change, link: Link) -> Iterator[str]:
    address = link(change.path, change.line)
    name = markdown.code(change.name)
    shown = f"[{name}]({address})" if address.startswith("https://") and not set(address) & set(" <>()\n") else name
    why = "; ".join(markdown.line(one.text) for one in change.reasons)
    yield (
        f"- {shown} ({change.symbol_kind}): {why}"
        if change.kind != "added" or change.breaking
        else f"- {shown} ({change.symbol_kind})"
    )


def undocumented(coverage: Coverage, link: Link = no_link) -> str:
    """What is public and says nothing of itself."""
    head = f"# Undocumented\n\n{coverage.documented} of {coverage.public} public symbols are documented"
    head += f" ({coverage.percent:.0f} %)."
    table = undocumented_table(coverage.undocumented, link) if coverage.undocumented else ""
    return "\n\n".join(filter(None, [head, table])) + "\n"


def undocumented_table(symbols: Sequence[Undocumented], link: Link = no_link) -> str:
    """Symbols that say nothing of themselves, as a table."""
    rows = []
    for one in symbols:
        address = link(one.path, one.line)
        where = f"{markdown.code(one.path, cell=True)}, line {one.line}"
        linked = f"[{where}]({address})" if address.startswith("https://") else where
        rows.append(f"| {markdown.code(one.name, cell=True)} | {one.kind} | {linked} |")
    return "\n".join(["| symbol | kind | where |", "|---|---|---|", *rows])
