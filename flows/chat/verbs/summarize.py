"""Say in short what a page, a document, a thread or a text says.

The embedded engine chooses sentences of the text itself; a model writes its own.
"""

from typing import Literal

from pydantic import Field

from flows.chat.answer import Answer, Line
from flows.chat.desk import Desk
from flows.chat.material import material
from flows.documents import Source
from flows.documents.gist import Wishes, find_out
from tieline import ConfigError, Input
from tieline.chat import Argument, Command

ARGUMENT = Argument("URL, text or thread", "https://example.com/report.pdf length=short tags=3")
HARMLESS = True
SENTENCES = {"short": 2, "medium": 4, "long": 10}


class Options(Input):
    """How it is summarized."""

    length: Literal["short", "medium", "long"] = Field(
        "medium", description="short, medium or long (2, 4 or 10 points)"
    )
    tags: int = Field(0, ge=0, le=10, description="a number of tags, from 0 to 10")
    language: Literal["as-is", "english", "german", "french", "spanish", "italian", "portuguese", "dutch"] = Field(
        "as-is", description="as-is, or a language such as german, which needs a language model"
    )


async def run(command: Command, options: Options, desk: Desk) -> Answer:
    """Summarize what the command is about."""
    model = desk.rules.model
    if options.language != "as-is" and model == "embedded":
        raise ConfigError(
            "Another language needs a language model, and none is connected to this chat.",
            hint="Leave `language` out, or ask the people who run Tieline to connect one.",
        )
    about = await material(command, desk)
    wishes = Wishes(
        model=model,
        sentences=SENTENCES[options.length],
        language=options.language.replace("as-is", ""),
        tags=options.tags,
    )
    said, known = await find_out(about.document, wishes, mark="")
    if not said.summary:
        raise ConfigError("There are no sentences in it to choose from.", hint="Give a longer text.")
    sources = said.sources or tuple(Source(text=line, passage="") for line in said.summary.splitlines())
    lines = tuple(Line(text=one.text, where=_where(one)) for one in sources if one.text.strip())
    notes = (*about.notes, *([known] if known else []))
    return Answer(title=f"Summary: {about.title}", link=about.link, lines=lines, tags=said.tags, notes=notes)


def _where(source: Source) -> str:
    return ", ".join(part for part in (f"page {source.page}" if source.page else "", source.heading) if part)
