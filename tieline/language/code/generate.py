"""A folder of pages about source code, kept up to date: what `tieline docs generate` does."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple
from urllib.parse import quote

from tieline.errors import ConfigError
from tieline.language.code import markdown, pages
from tieline.language.code.coverage import Coverage, coverage
from tieline.language.code.model import LIMITS, Module
from tieline.language.code.pages import Link
from tieline.language.code.reading import read_sources
from tieline.language.code.surface import Entry, public_names

#: The first line of each file of ours. A file without it is never written or deleted.
MARK = "<!-- Written by `tieline docs generate`: change the source instead. -->\n\n"
#: Files that one call reads; more is a pattern that went wrong.
FILES = 20_000
MEGABYTES = 300
_MIB = 1 << 20
_LONGEST = 100

State = Literal["new", "changed", "same", "deleted"]


class Page(NamedTuple):
    """A file of the output, and what has to be done to it."""

    name: str
    text: str
    state: State


class Plan(NamedTuple):
    """What there is to write, and what was found on the way."""

    pages: tuple[Page, ...]
    modules: tuple[Module, ...]
    coverage: Coverage

    @property
    def outdated(self) -> tuple[Page, ...]:
        """Pages that are not as they should be."""
        return tuple(page for page in self.pages if page.state != "same")


def plan(root: Path, patterns: Sequence[str], output: Path, link: Link = pages.no_link) -> Plan:
    """What the pages should be; nothing is written.

    Args:
        root: The folder that patterns start from; nothing outside of it is read.
        patterns: Globs of source files, such as `src/**/*.py`.
        output: The folder of the pages.
        link: Where a line of the source can be looked at.

    Raises:
        ConfigError: A pattern finds nothing or leads out of the folder, or a file in our way is not ours.
    """
    modules = read_sources(_sources(root, patterns))
    found = coverage(modules)
    wanted = {name: MARK + text for name, text in _pages(modules, found, link).items()}
    made = [_page(output, name, text) for name, text in sorted(wanted.items())]
    made += [Page(name, "", "deleted") for name in _ours(output) if name not in wanted]
    return Plan(tuple(made), tuple(modules), found)


def linker(template: str) -> Link:
    """Where a line of the source can be looked at, by an address with `{path}` and, where wanted, `{line}` in it.

    Raises:
        ConfigError: It is no address of the web, or leads to no file.
    """
    if not template.startswith(("https://", "http://")) or "{path}" not in template or set(template) & set(" <>()\n"):
        raise ConfigError(
            f"{template!r} is no address of source files.",
            hint="Write it such as 'https://github.com/acme/app/blob/main/{path}#L{line}'.",
        )
    return lambda path, line: template.replace("{line}", str(line)).replace("{path}", quote(path))


def apply(made: Plan, output: Path) -> None:
    """Write the pages that are new or changed, each at once, and delete those of ours that are no longer wanted."""
    output.mkdir(parents=True, exist_ok=True)
    for page in made.outdated:
        path = output / page.name
        if page.state == "deleted":
            path.unlink(missing_ok=True)
        else:
            _replace(path, page.text)


def _replace(path: Path, text: str) -> None:
    """Write a file so that nobody ever sees a half of it."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="\n", dir=path.parent, delete=False) as file:
        made = Path(file.name)
        try:
            file.write(text)
            file.flush()
            made.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            made.replace(path)
        except BaseException:
            made.unlink(missing_ok=True)
            raise


def _sources(root: Path, patterns: Sequence[str]) -> dict[str, str]:
    home, read = root.resolve(), 0
    found: dict[str, str] = {}
    for pattern in patterns:
        matched = sorted(_matches(home, pattern))
        if not matched:
            raise ConfigError(f"No file matches {pattern!r}.", hint="Check the pattern; quote it, as in 'src/**/*.py'.")
        for path in matched:
            name = path.relative_to(home).as_posix()
            if len(found) >= FILES:
                raise ConfigError(f"More than {FILES:,} files match.", hint="Give patterns that find less.")
            found[name] = _text(path)
            read += len(found[name])
            if read > MEGABYTES * _MIB:
                raise ConfigError(f"More than {MEGABYTES} MiB match.", hint="Give patterns that find less.")
    return found


def _matches(home: Path, pattern: str) -> Iterator[Path]:
    """Files of a pattern; none that a link leads to outside, and no folder twice through one."""
    if PurePosixPath(pattern).is_absolute() or ".." in PurePosixPath(pattern).parts or not pattern.strip():
        raise ConfigError(
            f"The pattern {pattern!r} leads out of this folder.",
            hint="Run it where the source is, with relative patterns.",
        )
    try:
        for path in home.glob(pattern):
            if path.is_file() and path.resolve().is_relative_to(home):
                yield path
    except (ValueError, OSError) as exc:
        raise ConfigError(f"The pattern {pattern!r} cannot be used: {exc}.") from None


def _text(path: Path) -> str:
    """At most a little more than what is read: who is over the limit is told of by its size."""
    most = int(LIMITS.megabytes * _MIB) + 1
    try:
        with path.open("rb") as file:
            return file.read(most).decode("utf-8", errors="replace")
    except OSError as exc:
        raise ConfigError(f"{path.name} cannot be read: {exc.strerror}.") from None


def _page(output: Path, name: str, text: str) -> Page:
    path = output / name
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise ConfigError(f"{path} is no file of ours.", hint="Move it away, or give another folder with --output.")
    if not path.exists():
        return Page(name, text, "new")
    old = path.read_bytes().decode("utf-8", errors="replace")
    if not old.startswith(MARK.rstrip()):
        raise ConfigError(
            f"{path} was not written by us, and would be lost.",
            hint="Move it away, or give another folder with --output.",
        )
    return Page(name, text, "same" if old == text else "changed")


def _ours(output: Path) -> Iterator[str]:
    for path in sorted(output.glob("*.md")) if output.is_dir() else ():
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(len(MARK.rstrip().encode())) == MARK.rstrip().encode():
                    yield path.name


def module_pages(modules: Sequence[Module], link: Link = pages.no_link) -> dict[str, str]:
    """The reference of each module that offers something, by the name that people import it by.

    Args:
        modules: All of a package, so that names are shown where people take them from.
        link: Where a line of the source can be looked at.
    """
    shown, first = _arranged(modules)
    return {
        name: pages.reference(module, _ordered(shown.get(name, [])), link) for name, module in sorted(first.items())
    }


def _arranged(modules: Sequence[Module]) -> tuple[dict[str, list[tuple[str, Entry]]], dict[str, Module]]:
    """What stands on each page, and the module that it is about."""
    shown: dict[str, list[tuple[str, Entry]]] = {}
    first: dict[str, Module] = {}
    for name, entry in public_names(modules).items():
        if not entry.symbol.short.startswith("__") or entry.symbol.docstring:
            home = _home(name, entry, modules)
            shown.setdefault(home.name, []).append((name, entry))
    for module in modules:
        if module.language != "other" and (module.name in shown or module.problems or _tells(module)):
            first.setdefault(module.name, _joined(modules, module))
    return shown, first


def _pages(modules: Sequence[Module], found: Coverage, link: Link) -> dict[str, str]:
    """One page for each module that offers something, an index, and what is undocumented."""
    _, first = _arranged(modules)
    files = _file_names(first)
    made = {files[name]: text for name, text in module_pages(modules, link).items()}
    made["README.md"] = _index(first, files, found)
    made["undocumented.md"] = pages.undocumented(found, link)
    return made


def _tells(module: Module) -> bool:
    """Whether people may import it, and it says what it is."""
    return bool(module.docstring) and not any(part.startswith("_") for part in module.name.split("."))


def _home(name: str, entry: Entry, modules: Sequence[Module]) -> Module:
    """The module that people take it from: the longest that its public name begins with."""
    fit = [one for one in modules if name.startswith(f"{one.name}.")]
    return max(fit, key=lambda one: len(one.name), default=entry.module)


def _joined(modules: Sequence[Module], module: Module) -> Module:
    """Files of one Go package are one page."""
    same = [one for one in modules if one.name == module.name]
    doc = next((one for one in same if one.docstring), module)
    problems = tuple(problem for one in same for problem in one.problems)
    return doc.model_copy(update={"problems": problems})


def _ordered(entries: list[tuple[str, Entry]]) -> list[tuple[str, Entry]]:
    """In the order of names, members behind their classes."""
    return sorted(entries, key=lambda one: one[0].split("."))


def _file_names(names: Mapping[str, Module]) -> dict[str, str]:
    taken: set[str] = {"readme.md", "undocumented.md"}
    found = {}
    for name in sorted(names):
        plain = re.sub(r"[^\w.-]+", ".", name, flags=re.ASCII).strip(".-")[:_LONGEST] or "module"
        file, number = f"{plain}.md", 1
        while file.lower() in taken:
            number += 1
            file = f"{plain}-{number}.md"
        taken.add(file.lower())
        found[name] = file
    return found


def _index(modules: Mapping[str, Module], files: Mapping[str, str], found: Coverage) -> str:
    head = f"# Reference\n\n{found.documented} of {found.public} public symbols are documented"
    head += f" ({found.percent:.0f} %); the others are [listed](undocumented.md)." if found.undocumented else "."
    rows = [
        f"| [{markdown.code(name, cell=True)}]({files[name]}) "
        f"| {markdown.line(pages.summary(one.sections), cell=True)} |"
        for name, one in sorted(modules.items())
    ]
    return "\n\n".join([head, "\n".join(["| module | |", "|---|---|", *rows])]) + "\n"
