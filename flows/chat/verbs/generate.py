"""Write an answer or a draft; it needs a language model.

What the person types is followed. The message or the file that it is about is given to the model as data.
"""

from typing import Literal

from pydantic import Field

from flows.chat.answer import Answer, Line
from flows.chat.desk import Desk
from flows.chat.material import material
from tasks import language
from tieline import ConfigError, Input
from tieline.chat import Argument, Command

ARGUMENT = Argument("what to write", "a polite answer that the parcel is late length=short")
HARMLESS = True
_LENGTHS = {"short": "in at most three sentences", "medium": "in at most two paragraphs", "long": "at length"}


class Options(Input):
    """How it is written."""

    length: Literal["short", "medium", "long"] = Field("medium", description="short, medium or long")


async def run(command: Command, options: Options, desk: Desk) -> Answer:
    """Write what the person asks for."""
    if desk.rules.model == "embedded":
        raise ConfigError(
            "Writing needs a language model, and none is connected to this chat: what is built in reads, but does not "
            "write.",
            hint="The people who run Tieline can connect one: save a block such as ollama/local (free, on your own "
            "machine) or openai/main, and put its name into `commands.model` of the chat's connection.",
        )
    about = await material(command.model_copy(update={"argument": ""}), desk) if _has(command) else None
    asked = command.argument or "Write an answer to this."
    prompt = f"{asked}\n\nWrite {_LENGTHS[options.length]}, as plain text without markup."
    made = await language.generate(desk.rules.model, prompt=prompt, text=about.document.text if about else "")
    paragraphs = tuple(Line(text=part.strip()) for part in made.text.split("\n\n") if part.strip())
    return Answer(
        title="Draft",
        lines=paragraphs,
        points=False,
        notes=(f"Written by {made.model}: read it before you use it.", *made.notes),
    )


def _has(command: Command) -> bool:
    return bool(command.message or command.files)
