"""Tell the mood, the urgency, the language and what is named in a thread or a text."""

from collections import defaultdict

from flows.chat.answer import Answer, Line
from flows.chat.desk import Desk
from flows.chat.material import material
from tasks import language
from tieline import Input
from tieline.chat import Argument, Command

ARGUMENT = Argument("text, thread or URL", "thread")
HARMLESS = True
_FACES = {"negative": "🙁", "neutral": "😐", "positive": "🙂"}


class Options(Input):
    """There are none."""


async def run(command: Command, options: Options, desk: Desk) -> Answer:  # noqa: ARG001 - every verb is given them
    """Analyze what the command is about."""
    about = await material(command, desk)
    found = await language.analyze(desk.rules.model, text=about.document.text)
    mood = f"{found.sentiment} {_FACES[found.sentiment]}" if found.sentiment else "not read in this language"
    named: dict[str, list[str]] = defaultdict(list)
    for one in found.entities:
        named[one.kind].append(one.text)
    return Answer(
        title=f"Analysis: {about.title}",
        link=about.link,
        facts=(
            ("Mood", mood),
            ("Urgency", found.urgency),
            ("Language", found.language),
            *((kind.capitalize(), ", ".join(texts[:8])) for kind, texts in named.items()),
        ),
        lines=tuple(Line(text=reason) for reason in found.urgency_reasons),
        notes=(*about.notes, *found.notes),
    )
