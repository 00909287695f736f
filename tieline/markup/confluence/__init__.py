"""Confluence's storage format, which is XHTML with elements of its own, from and to Markdown.

Both ways go headings, lists, tables, code, quotes, links, images, tasks and panels. A panel is a quote that begins with
its kind, as in `> [!NOTE] Title`; a link to a page is `confluence:page/SPACE/Title`; an image without an address is an
attachment of that name. What Markdown cannot say stays as readable text: an unknown macro is `{name: parameter=value}`
in code, followed by what is in it. It does not come back from there: to change a page and keep its macros, change the
storage format.

See https://confluence.atlassian.com/doc/confluence-storage-format-790796544.html
"""

from tieline.markup.confluence.reading import to_markdown
from tieline.markup.confluence.writing import from_markdown

__all__ = ["from_markdown", "to_markdown"]
