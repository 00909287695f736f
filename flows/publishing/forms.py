"""How marks look in each form that pages are kept in, and how their text is compared."""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from html import unescape
from typing import ClassVar

from markdown_it import MarkdownIt

from tieline.markup import confluence

_LINK = re.compile(r"""\b(?:href|src|ri:value|ri:content-title)\s*=\s*["']([^"']*)["']""")
_TAG = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_SPACE = re.compile(r"\s+")


class Form(ABC):
    """A form that pages are kept in."""

    #: Finds both marks: groups `which` ("begin" or "end"), `name`, and `digest` in the first one.
    marks: ClassVar[re.Pattern[str]]
    #: What a mark has and nothing else may, wherever it stands: a system may tidy a list up into paragraphs.
    forged: ClassVar[re.Pattern[str]] = re.compile(r"tieline(?=(?:\s+|:|-)(?:begin|end)\b)")

    @abstractmethod
    def begin(self, name: str, digest: str) -> str:
        """The first mark."""

    @abstractmethod
    def end(self, name: str) -> str:
        """The last mark."""

    def render(self, markdown: str) -> str:
        """Markdown in this form, without anything that could be taken for a mark."""
        return self.forged.sub("tie\u200bline", self._render(markdown))

    @abstractmethod
    def _render(self, markdown: str) -> str:
        """Markdown in this form."""

    @abstractmethod
    def said(self, text: str) -> str:
        """What a text in this form says, without what the system may write in another way than it was given."""

    def digest(self, text: str) -> str:
        """A name for what a text in this form says."""
        return hashlib.sha256(self.said(text).encode()).hexdigest()[:12]


class Markdown(Form):
    """Markdown, which systems keep letter by letter. Marks are comments, which nobody sees."""

    marks = re.compile(
        r"^<!-- tieline:(?P<which>begin|end) (?P<name>[\w.-]+)(?: (?P<digest>[0-9a-f]{12}))?[^\n]*? -->[ \t\r]*$",
        re.MULTILINE,
    )

    def begin(self, name: str, digest: str) -> str:
        """The first mark, with a word to those who edit the file."""
        return f"<!-- tieline:begin {name} {digest} generated: edits between these marks are in conflict -->"

    def end(self, name: str) -> str:
        """The last mark."""
        return f"<!-- tieline:end {name} -->"

    def _render(self, markdown: str) -> str:
        return markdown.strip("\n")

    def said(self, text: str) -> str:
        """Line by line; ends of lines and space there are an editor's."""
        return "\n".join(line.rstrip() for line in text.strip().splitlines())


class Html(Form):
    """HTML of a system that may tidy up what it is given. Marks are lines of text: comments would be taken out."""

    marks = re.compile(
        r"<p\b[^>]*>(?:(?!</p>).)*?\[tieline (?P<which>begin|end) (?P<name>[\w.-]+)(?: (?P<digest>[0-9a-f]{12}))?\]"
        r"(?:(?!</p>).)*?</p>",
        re.DOTALL,
    )

    def begin(self, name: str, digest: str) -> str:
        """The first mark."""
        return f"<p><em>Generated from here on: please edit outside. [tieline begin {name} {digest}]</em></p>"

    def end(self, name: str) -> str:
        """The last mark."""
        return f"<p><em>Generated up to here. [tieline end {name}]</em></p>"

    def _render(self, markdown: str) -> str:
        made: str = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render(markdown)
        return made.strip("\n")

    def said(self, text: str) -> str:
        """The words, and where links and pictures lead."""
        text = _CDATA.sub(lambda one: one[1].replace("<", "&lt;"), text)
        links = " ".join(map(unescape, _LINK.findall(text)))
        return _SPACE.sub(" ", unescape(_TAG.sub(" ", text))).strip() + "\n" + links


class Confluence(Html):
    """Confluence's storage format. Marks are anchors, which nobody sees."""

    marks = re.compile(
        r'<p\b[^>]*>\s*<ac:structured-macro\b[^>]*\bac:name="anchor"[^>]*>\s*<ac:parameter\b[^>]*>'
        r"tieline-(?P<which>begin|end):(?P<name>[\w.-]+?)(?::(?P<digest>[0-9a-f]{12}))?"
        r"</ac:parameter>\s*</ac:structured-macro>\s*</p>"
    )

    def begin(self, name: str, digest: str) -> str:
        """The first mark."""
        return _anchor(f"tieline-begin:{name}:{digest}")

    def end(self, name: str) -> str:
        """The last mark."""
        return _anchor(f"tieline-end:{name}")

    def _render(self, markdown: str) -> str:
        return confluence.from_markdown(markdown)


def _anchor(name: str) -> str:
    macro = (
        f'<ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">{name}</ac:parameter></ac:structured-macro>'
    )
    return f"<p>{macro}</p>"


MARKDOWN, HTML, CONFLUENCE = Markdown(), Html(), Confluence()
