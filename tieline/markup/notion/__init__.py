"""Notion's blocks and rich text to Markdown, and back.

Blocks are taken as `GET /blocks/{id}/children` gives them, with what is below a block in its `children`; they are made
as `PATCH /blocks/{id}/children` takes them. See https://developers.notion.com/reference/block and
https://developers.notion.com/reference/rich-text

Written as GitHub writes it: tables, `- [x]`, `~~struck out~~`, `$equations$`, a fence named `math`, and alerts
(`> [!NOTE]`) for callouts. Underlined text is `<u>`. Colours have no Markdown and are left out.
"""

from tieline.markup.notion.reading import from_markdown
from tieline.markup.notion.rich import plain_text, rich_text
from tieline.markup.notion.writing import to_markdown

__all__ = ["from_markdown", "plain_text", "rich_text", "to_markdown"]
