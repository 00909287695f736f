"""Pages about code, release notes, and what existing pages say of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.language.code.test_changes import changes, read
from tieline.language.code import (
    Commit,
    Symbol,
    api_changelog,
    coverage,
    markdown,
    mentions,
    reference,
    release_notes,
    undocumented,
)
from tieline.language.code.commits import read_message

CLIENT = '''"""Speaks with Acme."""

class Client(Base):
    """A client.

    It keeps connections::

        Client("x")

    Args:
        url: Where `Acme` is | or was.
        times: How often.

    Raises:
        ValueError: It is *no* address.

    Examples:
        >>> Client("x").get()
        '<b>'
    """

    limit: int = 3
    """The most."""

    def __init__(self, url: str, times: int = 2): ...

    @deprecated("no")
    def get(self): ...
'''
HOSTILE = (
    "<!-- tieline:end -->", "<script>alert(1)</script>", "# A heading", "Text\\n===", "```\\n<!-- x -->", "![x](https://e.vil/p.png)",
    "[x](javascript:alert(1))", "[x]: https://e.vil", "`` `<!-- x -->", "<div>\\n\\n# x", "[x][y]\\n\\n[y]: javascript:x", "&lt;!-- x",  # noqa: E501 - a table
    "> <b>", "- <i>", "    <u>", "~~~\\n```\\n# x\\n", "a\\u202eb", "<https://e.vil>", "\\\\<b>", "[a](<javascript:x>)", "1. # x", "> # x",  # noqa: E501 - a table
)  # fmt: skip


def dangerous(page: str) -> list[str]:
    tokens = [one for token in MarkdownIt("commonmark").parse(page) for one in (token, *(token.children or ()))]
    found = [one.content for one in tokens if one.type in {"html_block", "html_inline", "image"}]
    found += [str(one.attrs["href"]) for one in tokens if "javascript" in str(one.attrs.get("href", "")).lower()]
    return found


def headings(page: str) -> int:
    return sum(one.type == "heading_open" for one in MarkdownIt("commonmark").parse(page))


def test_the_page_of_a_module() -> None:
    (module,) = read({"acme/client.py": CLIENT})
    page = reference(module, link=lambda path, line: f"https://host/{path}#L{line}")
    assert page == (
        "# `acme.client`\n\nSpeaks with Acme.\n\n## `Client`\n\n"
        "```python\nclass Client(url: str, times: int = 2)\n```\n\n"
        "Bases: `Base` · [Source](https://host/acme/client.py#L3)\n\n"
        'A client.\n\nIt keeps connections:\n\n    Client("x")\n\n'
        "**Parameters**\n\n| name | type | default | |\n|---|---|---|---|\n"
        "| `url` | `str` | *required* | Where `Acme` is \\| or was. |\n| `times` | `int` | `2` | How often. |\n\n"
        "**Raises**\n\n- `ValueError`: It is *no* address.\n\n"
        "**Examples**\n\n```python\n>>> Client(\"x\").get()\n'<b>'\n```\n\n"
        "| attribute | type | |\n|---|---|---|\n| `limit` | `int` | The most. |\n\n"
        "### `Client.get`\n\n```python\ndef get()\n```\n\n**Deprecated.**\n\n[Source](https://host/acme/client.py#L27)\n"
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_a_docstring_cannot_change_the_page(text: str) -> None:
    text = text.replace("\\n", "\n")
    doc = text.replace("\n", "\n    ")
    (module,) = read({"acme.py": f"def f(a):\n    {('Do.' + chr(10) + chr(10) + '    ' + doc)!r}\n\ndef g(): ...\n"})
    page = reference(module)
    assert dangerous(page) == []
    assert headings(page) == 3
    assert "<!--" not in page


@settings(deadline=None, max_examples=150)
@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from([*(one.replace("\\n", "\n") for one in HOSTILE), "\n", "`", " ", "x"])).map("".join),
    )
)
def test_no_text_can(text: str) -> None:
    for made in (
        markdown.block(text),
        markdown.line(text),
        f"| {markdown.line(text, cell=True)} |",
        markdown.code(text),
    ):
        assert "<!--" not in made
        assert dangerous(made) == []
        assert headings(made) == 0


def test_the_changelog_of_an_api() -> None:
    found = changes(
        "def f(a): ...\ndef g(): ...\ndef h(): ...", "def f(): ...\n@deprecated('x')\ndef g(): ...\ndef new(x): ...\n"
    )
    assert api_changelog(found) == (
        "# API changes\n\n## Breaking changes\n\n- `acme.f` (function): parameter `a` removed\n"
        "- `acme.h` (function): removed\n\n## Deprecated\n\n- `acme.g` (function): is deprecated\n\n"
        "## Added\n\n- `acme.new` (function)\n"
    )
    assert "Nothing that callers can see has changed." in api_changelog([])


def test_the_list_of_what_is_undocumented() -> None:
    page = undocumented(coverage(read({"acme.py": "def f(): ..."})), lambda path, line: f"https://host/{path}#L{line}")
    assert "| `acme.f` | function | [`acme.py`, line 1](https://host/acme.py#L1) |" in page
    assert "0 of 1 public symbols are documented (0 %)." in page


@pytest.mark.parametrize(
    ("message", "kind", "scope", "breaking"),
    (
        ("feat(api)!: drop x", "feat", "api", ("drop x",)),
        ("fix: y\n\nbody\n\nBREAKING CHANGE: z\nmore", "fix", "", ("z more",)),
        ("FIX: y\n\nBREAKING-CHANGE: z\nReviewed-by: A", "fix", "", ("z",)),
        ("fix: y\n\nbreaking change: z", "fix", "", ()),
        ("feat:no space", "", "", ()),
        ("Update readme", "", "", ()),
    ),
)
def test_a_conventional_message(message: str, kind: str, scope: str, breaking: tuple[str, ...]) -> None:
    found = read_message(message)
    assert (found.type, found.scope, found.breaking) == (kind, scope, breaking)


def test_release_notes() -> None:
    commits = [
        Commit("a" * 40, "feat(api)!: drop `x` <!-- y -->"),
        Commit("b" * 40, "fix: gone"),
        Commit("c" * 40, f'Revert "fix: gone"\n\nThis reverts commit {"b" * 40}.'),
        Commit("d" * 40, "Merge pull request #1 from x"),
        Commit("e" * 40, "feat: merged", parents=2),
        Commit("f" * 40, "Update readme"),
        Commit("1" * 40, f"revert: older\n\nRefs: {'9' * 40}"),
    ]
    assert release_notes(commits, lambda sha: f"https://host/{sha[:7]}") == (
        "# Release notes\n\n## Breaking changes\n\n- **api:** drop `x` &lt;!-- y --> ([`aaaaaaa`](https://host/aaaaaaa))\n\n"
        "## Features\n\n- **api:** drop `x` &lt;!-- y --> ([`aaaaaaa`](https://host/aaaaaaa))\n\n"
        "## Reverts\n\n- older ([`1111111`](https://host/1111111))\n\n"
        "## Other\n\n- Update readme ([`fffffff`](https://host/fffffff))\n"
    )
    assert release_notes(list(reversed(commits))).count("gone") == 0


def test_a_revert_that_is_reverted() -> None:
    commits = [
        Commit("b" * 40, "fix: back"),
        Commit("c" * 40, f'Revert "fix: back"\n\nThis reverts commit {"b" * 40}.'),
        Commit("d" * 40, f'Revert "Revert "fix: back""\n\nThis reverts commit {"c" * 40}.'),
    ]
    assert "- back (`bbbbbbb`)" in release_notes(commits)


def test_pages_that_mention_a_symbol() -> None:
    load = Symbol(
        name="acme.io.load", kind="function", docstring="Load the settings of the program from a file on disk."
    )
    pages = {
        "exact.md": "# How\n\nCall acme.io.load first.",
        "span.md": "Use `load` here.\n",
        "block.md": "Try:\n\n```python\nx = load('a')\n```\n",
        "word.md": "The load of the truck is heavy.\n",
        "near.md": "Where the program's settings are read: load the settings from a file on disk.\n",
        "far.md": "Bananas are yellow and grow on trees in warm countries.\n",
    }
    found = mentions(pages, [load])
    assert [(one.page, one.line) for one in found] == [("exact.md", 3), ("span.md", 1), ("block.md", 4), ("near.md", 1)]
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert (found[0].reason, found[3].reason) == ("names `acme.io.load`", "is about the same, by meaning")
