"""What a command is about: a page, a document, a conversation, or the text itself."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flows.chat.desk import Desk
from flows.documents import place
from tieline import ConfigError, Input
from tieline.chat import Command
from tieline.language.documents import Document, Limits, read_document
from tieline.transport import public

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_THREAD = re.compile(r"(?:this\s+|the\s+)?(?:thread|conversation|discussion)\b[\s:]*(.*)", re.IGNORECASE | re.DOTALL)
#: Less than flows that nobody waits for.
LIMITS = Limits(megabytes=20, seconds=60)
LARGEST_FILE = 20 * 2**20


class Material(Input):
    """Something to read.

    Args:
        title: What it is, in a line.
        document: Its text.
        link: A page to look at.
        notes: What a reader should know.
    """

    title: str
    document: Document
    link: str = ""
    notes: tuple[str, ...] = ()


async def material(command: Command, desk: Desk) -> Material:
    """What a command is about.

    Raises:
        ConfigError: It may not be read, or there is nothing.
        ConnectorError: It could not be fetched.
        DocumentError: It cannot be read.
    """
    thread = _THREAD.fullmatch(command.argument)
    if thread and (not thread[1] or _ADDRESS.fullmatch(thread[1])):
        return await _thread(command.model_copy(update={"argument": thread[1]}), desk)
    if _ADDRESS.fullmatch(command.argument):
        return await _page(command.argument, desk)
    if command.argument:
        return _text(command.argument, "Your text")
    if command.files:
        return await _file(command, desk)
    if command.message:
        return _text(command.message, "The message")
    raise ConfigError("There is nothing to read.", hint="Give a link, a text or a file.")


async def _thread(command: Command, desk: Desk) -> Material:
    said = await desk.chat.thread(command)
    if not said.strip():
        raise ConfigError("Nobody has said anything there.")
    return _text(said, "The conversation")


async def _page(address: str, desk: Desk) -> Material:
    for source in desk.rules.sources:
        where = place(source)
        reference = await where.reference(address)
        if reference:
            item = await where.get(reference)
            document = await read_document(await where.fetch(item), name=item.name, limits=LIMITS)
            return Material(title=item.name, document=document, link=item.link or address)
    found = await public.fetch(address)
    document = await read_document(found.content, name=found.name, limits=LIMITS)
    return Material(title=document.title or found.name or urlsplit(found.url).netloc, document=document, link=found.url)


async def _file(command: Command, desk: Desk) -> Material:
    first, *others = command.files
    if first.size > LARGEST_FILE:
        raise ConfigError(f"{first.name} is larger than {LARGEST_FILE // 2**20} MB.", hint="Share a smaller one.")
    document = await read_document(await desk.chat.file(first), name=first.name, limits=LIMITS)
    notes = (f"There are {len(others)} more files; this is about the first.",) if others else ()
    return Material(title=first.name, document=document, notes=notes)


def _text(text: str, title: str) -> Material:
    return Material(title=title, document=Document(text=text, kind="text"))
