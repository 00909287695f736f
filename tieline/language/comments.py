"""Comments as they come in, and what their writers say themselves: no quotes, signatures, code and auto-replies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from tieline.language.courtesy import CLOSING, EARLIER, GREETING
from tieline.language.sentences import split
from tieline.language.text import passage

READ = 20_000  # characters of one comment
_WRAPPED = 60  # characters; a line that is as long may go on in the next one
_NAME = 40  # characters
_SIGNED = 6  # lines after "Kind regards" that are a signature

_FENCED = re.compile(
    r"^\s*(?:```|~~~).*?(?:^\s*(?:```|~~~)\s*$|\Z)|```.*?```|\{(code|noformat)[^}]*\}.*?\{\1\}",
    re.MULTILINE | re.DOTALL,
)
_QUOTED_HTML = re.compile(r"<blockquote\b.*?</blockquote>|<pre\b.*?</pre>", re.IGNORECASE | re.DOTALL)
_LEAD = re.compile(r"^(?:[-*+•]|\d{1,3}[.)]|#{1,6})\s+")
_TASK = re.compile(r"^\[[ xX]?\]\s*")
_MARKS = re.compile(r"(?<!\w)(?:\*\*|__|\*|_)(?=\S)|(?<=\S)(?:\*\*|__|\*|_)(?!\w)")
#: "12. Mai" is a day, and no end of a sentence.
_ORDINAL = re.compile(r"(?<=\d\.)\0(?=(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez))")
_CHAT_END = re.compile(r"(?<=[?!])\s+|(?<=[^\W\d]{3}\.)\s+")

# What courtesy knows in English, in the other languages that we have phrases for.
_CLOSING_ELSEWHERE = re.compile(
    r"^(?:mit (?:freundlichen|besten) gr(?:ü|ue)(?:ß|ss)en|(?:viele|beste|liebe|sch(?:ö|oe)ne) gr(?:ü|ue)(?:ß|ss)e|"
    r"lg|mfg|vg|"
    r"(?:bien )?cordialement|(?:bien )?à (?:vous|toi)|bonne (?:journée|soirée)|"
    r"(?:un )?(?:cordial )?saludos?|atentamente)\b.{0,30}$",
    re.IGNORECASE,
)
_EARLIER_ELSEWHERE = re.compile(
    r"^(?:(?:am|le|el)\b.{4,120}\b(?:schrieb|a écrit|escribió)\b.{0,80}:"
    r"|gesendet (?:von|mit) .+|envoyé (?:de|depuis) .+|enviado desde .+"
    r"|-{2,} ?(?:urspr(?:ü|ue)ngliche nachricht|message d'origine|mensaje original).*)$",
    re.IGNORECASE,
)
_AUTOMATIC = re.compile(
    r"\b(?:out of (?:the )?office|automatic(?:ally generated)? (?:reply|response|message)|auto-?(?:reply|response)|"
    r"(?:i am|i'm) (?:currently )?(?:away|on (?:annual |parental |sick )?leave|on holiday|on vacation)|"
    r"(?:your|this) (?:request|ticket|message|enquiry)\b.{0,40}\bhas been (?:received|registered|created)|"
    r"please do not reply to this|abwesenheitsnotiz|automatische antwort|nicht im (?:büro|hause)|"
    r"réponse automatique|absent(?:e)? du bureau|respuesta automática|fuera de la oficina)",
    re.IGNORECASE,
)


class Comment(BaseModel):
    """Something that somebody wrote in a discussion."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(description="What points cite.", min_length=1)
    text: str = Field(description="Plain text, Markdown or HTML.")
    by: str = Field("", description="Who wrote it.")
    at: datetime | None = Field(None, description="When.")


@dataclass(frozen=True)
class Remark:
    """A comment's own words.

    Args:
        comment: The comment.
        sentences: What its writer says.
        quoted: What it repeats of others.
        cut: Whether only a part of it was read.
    """

    comment: Comment
    sentences: tuple[str, ...]
    quoted: tuple[str, ...] = ()
    cut: bool = False

    @property
    def text(self) -> str:
        """Its sentences, a line each."""
        return "\n".join(self.sentences)


def remark(comment: Comment) -> Remark:
    """What a comment says itself; an automatic reply says nothing."""
    read = passage(_FENCED.sub("\n", _QUOTED_HTML.sub("\n", comment.text[: READ * 4])), READ)
    lines = read.text.splitlines()
    quoted = tuple(line.lstrip("> ").strip() for line in lines if line.lstrip().startswith((">", "&gt;")))
    own = list(_own(lines))
    if any(_AUTOMATIC.search(line) for line in own[:4]):
        return Remark(comment, ())
    said = tuple(s for block in _blocks(own) for s in _sentences(block))
    return Remark(comment, said, quoted, cut=bool(read.notes) or len(comment.text) > READ * 4)


def _own(lines: list[str]) -> Iterator[str]:
    """The lines up to the signature or the earlier mail, without quoted ones; the first without its greeting."""
    begun = False
    for number, line in enumerate(map(str.strip, lines)):
        after = [one for one in lines[number + 1 :] if one.strip()]
        if EARLIER.match(line) or _EARLIER_ELSEWHERE.match(line):
            return
        if (CLOSING.match(line) or _CLOSING_ELSEWHERE.match(line)) and begun and _is_signature(after):
            return
        if line.startswith((">", "&gt;", "|")):
            yield ""
            continue
        said = line if begun else GREETING.sub("", line, count=1)
        begun = begun or bool(said)
        yield said


def _is_signature(lines: list[str]) -> bool:
    """Whether a name, a job and an address may be all that these are; else the thanks were not the end."""
    named = bool(lines) and len(lines[0]) <= _NAME and lines[0].strip()[-1] not in ".?!:"
    return len(lines) <= _SIGNED and (named or not any("?" in line for line in lines))


def _blocks(lines: list[str]) -> Iterator[str]:
    """Paragraphs; a short line stands alone, as in chats, and a long one may go on in the next."""
    block = ""
    for line in [*lines, ""]:
        goes_on = len(block) and len(block.rsplit("\n", 1)[-1]) >= _WRAPPED and block[-1] not in ".!?:"
        if goes_on and line and not _LEAD.match(line):
            block = f"{block}\n{line}"
            continue
        if block:
            yield " ".join(block.split())
        block = _TASK.sub("", _LEAD.sub("", line))


def _sentences(block: str) -> Iterator[str]:
    for sentence in _ORDINAL.sub(" ", "\0".join(split(_MARKS.sub("", block.replace("\u2019", "'"))))).split("\0"):
        yield from (part for part in _CHAT_END.split(sentence) if part)
