"""How fast source code is read, and whether the breaking changes that packages tell of are found. Prints JSON.

Both versions of each package are fetched as source archives from the package index, checked against its digests, and
read without being unpacked, installed or run.

    python -m benchmarks.bench_code
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import tarfile
import time
from collections.abc import Mapping
from typing import Any

import httpx

from benchmarks.cpu import cpu
from benchmarks.figure import Figure
from tieline.language.code import Change, compare, public_names, read_sources, reference

INDEX = "https://pypi.org/simple/"
CLASSES, FUNCTIONS = 55, 110
#: Package, versions, where its source is in the archive, and what its own release notes state: the sentence, and the
#: change that it is, as the name of a symbol and a part of the reason.
STATED: tuple[tuple[str, str, str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "httpx", "0.27.2", "0.28.0", "httpx/",
        (
            ("The deprecated `proxies` argument has now been removed.", "httpx.Client", "`proxies` removed"),
            ("The deprecated `proxies` argument has now been removed.", "httpx.get", "`proxies` removed"),
            ("The deprecated `app` argument has now been removed.", "httpx.Client", "`app` removed"),
            ("The deprecated `app` argument has now been removed.", "httpx.AsyncClient", "`app` removed"),
        ),
    ),
    (
        "click", "8.1.8", "8.2.0", "src/",
        (
            ("`BaseCommand` is deprecated. `Command` is the base class for all commands.", "click.BaseCommand", "private"),  # noqa: E501 - their words
            ("`BaseCommand` is deprecated. `Command` is the base class for all commands.", "click.Command", "base `BaseC"),  # noqa: E501 - their words
            ("`MultiCommand` is deprecated. `Group` is the base class for all group commands.", "click.MultiCommand", "private"),  # noqa: E501 - their words
            ("The current parser and related classes and methods, are deprecated.", "click.OptionParser", "private"),
            ("`split_arg_string` is moved from `parser` to `shell_completion`.", "click.parser.split_arg_string", "moved to"),  # noqa: E501 - their words
            ("Removes the `mix_stderr` parameter in `CliRunner`.", "click.testing.CliRunner", "`mix_stderr` removed"),
            ("Removes `HelpOption`.", "click.HelpOption", "removed"),
            ("If `catch_exceptions` is not passed to `CliRunner.invoke`, the value from `CliRunner` is used.",
             "click.testing.CliRunner.invoke", "default of parameter `catch_exceptions`"),
        ),
    ),
)  # fmt: skip


def archive(package: str, version: str) -> bytes:
    """The source archive of a version, as the index has it (PEP 691), with the digest that it states."""
    wanted = {"Accept": "application/vnd.pypi.simple.v1+json"}
    with httpx.Client(follow_redirects=True, timeout=60) as client:
        files = client.get(f"{INDEX}{package}/", headers=wanted).raise_for_status().json()["files"]
        # Older archives are named as their authors wrote the name: Jinja2-3.0.3.tar.gz.
        file = next(one for one in files if one["filename"].lower() == f"{package}-{version}.tar.gz")
        content = client.get(file["url"]).raise_for_status().content
    if hashlib.sha256(content).hexdigest() != file["hashes"]["sha256"]:
        raise RuntimeError(f"{file['filename']} is not what the index says.")
    return content


def sources(content: bytes, below: str) -> dict[str, str]:
    """The Python files of an archive, by their paths below a folder."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        for member in packed:
            path = member.name.partition("/")[2]
            if member.isfile() and path.startswith(below) and path.endswith(".py"):
                file = packed.extractfile(member)
                found[path] = file.read().decode() if file else ""
    return found


def compared(package: str, before: str, after: str, below: str) -> tuple[list[Change], float]:
    """What changed, and the CPU seconds that telling it took."""
    files = [sources(archive(package, version), below) for version in (before, after)]
    began = cpu()
    changes = compare(*map(read_sources, files))
    return changes, cpu() - began


def package() -> Mapping[str, str]:
    """Classes and functions with docstrings, in eleven modules."""
    doc = '"""Do number {0}.\n\n{1}    Args:\n{1}        first: What to begin with.\n{1}        second: How often.\n\n'
    doc += '{1}    Returns:\n{1}        What came of it.\n{1}    """\n'
    files = {"acme/__init__.py": '"""Acme."""\n'}
    each = CLASSES // 11
    for module in range(11):
        text = f'"""Module {module}."""\n\n'
        for number in range(each):
            text += f'class Class{number}(Base):\n    """Class {number}."""\n\n'
            text += "    def __init__(self, first: int, second: str = 'x') -> None: ...\n\n"
            text += "    def method(self, first: int, second: str = 'x') -> dict[str, int]:\n"
            text += f"        {doc.format(number, '    ')}\n"
        for number in range(FUNCTIONS // 11):
            text += (
                f"def function{number}(first: int, *, second: str = 'x') -> list[int]:\n    {doc.format(number, '')}\n"
            )
        files[f"acme/module{module}.py"] = text
    return files


def measure() -> dict[str, Any]:
    """Read, compare, and look for what the notes state."""
    began, at = cpu(), time.perf_counter()
    modules = read_sources(package())
    pages = [reference(module) for module in modules]
    seconds, wall = cpu() - began, time.perf_counter() - at
    symbols = [entry.symbol.kind for entry in public_names(modules).values()]
    figures = [
        Figure(
            f"reference of {symbols.count('class')} classes and {symbols.count('function')} functions",
            round(seconds, 2), "s CPU", 1, "at most",
            note=f"{len(pages)} pages in {wall:.2f} s, the parser's start included",
        )
    ]  # fmt: skip
    lists = {}
    for name, before, after, below, stated in STATED:
        changes, took = compared(name, before, after, below)
        breaking = {one.name: "; ".join(reason.text for reason in one.reasons) for one in changes if one.breaking}
        met = [{"notes": said, "found": f"{one}: {breaking.get(one, '')}", "agrees": why in breaking.get(one, "")}
               for said, one, why in stated]  # fmt: skip
        share = 100 * sum(bool(one["agrees"]) for one in met) / len(met)
        figures.append(
            Figure(
                f"stated breaking changes of {name} {after} that are found", share, "%", 100, "at least",
                note=f"{len(met)} looked for, {len(breaking)} found in all, {took:.2f} s CPU",
            )
        )  # fmt: skip
        lists[f"{name} {before} → {after}"] = {"stated": met, "breaking": breaking}
    return {"figures": [one.to_json() for one in figures], "packages": lists}


def main() -> None:
    """Measure and print."""
    try:
        print(json.dumps(measure(), indent=2, ensure_ascii=False))
    except httpx.HTTPError as exc:
        sys.exit(f"The package index could not be read: {exc!r}. It is needed for the source archives.")


if __name__ == "__main__":
    main()
