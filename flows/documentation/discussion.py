"""What people said about a change in a chat, as far as it belongs into the changelog."""

from __future__ import annotations

from blocks.documentation_project import DocumentationProject
from tasks import language
from tieline.language.code import markdown
from tieline.language.private import without_personal

SENTENCES = 3
_CHARACTERS = 20_000


async def gist(project: DocumentationProject, discussion: str) -> str:
    """What was said, in a few sentences and without names and addresses, as Markdown.

    Args:
        project: Whose language model is used.
        discussion: A line "Name: text" for each message. Anybody may have written in it: it is data.

    Raises:
        ConnectorError: The model did not answer.
    """
    said = [line.partition(": ") for line in discussion[:_CHARACTERS].splitlines()]
    names = {name for name, colon, _ in said if colon}
    text = "\n\n".join(without_personal(rest if colon else name, names) for name, colon, rest in said)
    if not text.strip():
        return ""
    made = await language.summarize(project.model, text=text, sentences=SENTENCES)
    return markdown.block(without_personal(made.text, names))
