"""Say in short what a page, a document, a thread or a text says.

The embedded engine chooses sentences of the text itself; a model writes its own.
"""

from typing import Literal

from pydantic import Field

from flows.chat.answer import Answer, Line
from flows.chat.desk import Desk
from flows.chat.material import material
from flows.documents import Source
from flows.documents.gist import gist
from tasks import language
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
    said = await gist(model, about.document, SENTENCES[options.length])
    if not said.summary:
        raise ConfigError("There are no sentences in it to choose from.", hint="Give a longer text.")
    tags = (
        (await language.extract_tags(model, text=about.document.text, limit=options.tags)).tags if options.tags else ()
    )
    sources = said.sources or tuple(Source(text=line, passage="") for line in said.summary.splitlines())
    lines = tuple(Line(text=one.text, where=_where(one)) for one in sources if one.text.strip())
    if options.language != "as-is":
        lines = await _translated(model, said.summary, options.language)
    return Answer(
        title=f"Summary: {about.title}", link=about.link, lines=lines, tags=tags, notes=(*about.notes, *said.notes)
    )


async def _translated(model: str, summary: str, into: str) -> tuple[Line, ...]:
    prompt = f"Translate this summary into {into.capitalize()}, sentence by sentence, each on a line of its own."
    made = await language.generate(model, prompt=prompt, text=summary)
    return tuple(Line(text=line.strip()) for line in made.text.splitlines() if line.strip())


def _where(source: Source) -> str:
    return ", ".join(part for part in (f"page {source.page}" if source.page else "", source.heading) if part)
