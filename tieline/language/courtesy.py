"""What an e-mail says besides its matter: greetings, thanks, signatures, earlier mails. It tells no category."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tieline.language.text import STOPWORDS, words

_READ = 1_500  # characters of the matter that decide: people say early what they want, and logs are long
_SUBJECT = 120  # characters; a longer first line is a paragraph
_MANNERS_LENGTH = 120  # characters; in a longer sentence there is more than manners

_REPLY_MARK = re.compile(r"^(?:(?:re|fwd?|aw|wg) ?: *)+", re.IGNORECASE)
_HELLO = r"(?:hi|hiya|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day)|to whom it may concern)"
#: How a mail begins, how it ends, and where it repeats an earlier one.
GREETING = re.compile(rf"^{_HELLO}\b(?: [\w.'\u2019&-]+){{0,4}} ?(?:[,!.:;\u2013-]+(?: |$)|$)", re.IGNORECASE)
CLOSING = re.compile(
    r"^(?:(?:with |many |my |very )*(?:best|kind|kindest|warm|warmest)? ?(?:regards|wishes)|"
    r"(?:many |kind )?(?:thanks|thank you|thx|ta)"
    r"(?: again| so much| very much| a lot| in advance| and (?:kind |best )?regards)*|"
    r"cheers|best|sincerely|cordially|respectfully|(?:yours|love)(?: (?:sincerely|truly|faithfully))?|"
    r"(?:sincerely|faithfully) yours|talk soon|bye)(?:[,.!\u2013-]+ ?|$)(?:[\w.'\u2019-]+ ?){0,4}$",
    re.IGNORECASE,
)
EARLIER = re.compile(  # where a reply begins to repeat what it answers, or a mail program to speak for itself
    r"^(?:on\b.{4,120}\bwrote:?|-{2,} ?(?:original|forwarded) message.*|_{10,}|--"
    r"|sent (?:from|with|via) (?:my |the )?\w+.*|get outlook for .*|from: .+@.+)$",
    re.IGNORECASE,
)
_END = re.compile(r"(?<=[.!?])\s+|\n+")
_NUMBER = re.compile(r"\d+")

# Sentences of nothing but these, and of words that carry grammar, are manners.
_WORDS_OF_MANNERS = """
    advance advice advise afternoon answer answering anybody anyone anything apologies apologize appreciate
    appreciated asap assist assistance attention back best bother bothering bye cheers colleagues concern contact
    could day days dear details evening everybody everyone excellent fast feedback feel find finds fine forward free
    friend friends further glad good grateful great greetings guys happy hear hearing hello help helpful helping
    hesitate hey hi hope hoping inconvenience info information keep kind kindest kindly know later look looked
    looking looks lot lots love madam mail many matter may maybe message might mind moment morning much need needed
    nice note patience people pleasure possible prompt quick quickly reach read reading regard regarding regards
    reply respond response right say see sincerely sir somebody someone something soon sorry speak squad still
    support sure take taking talk team thank thanking thanks there thing things time today tomorrow touch troubles
    troubling understanding urgently via wait waiting warm week weekend well whoever wishes wonderful work working
    would write writing year yours
"""
_MANNERS = STOPWORDS | frozenset(_WORDS_OF_MANNERS.split())
_POLITE = re.compile(
    r"\b(?:thank|thx|cheers|appreciat|grateful|hope|hoping|forward|sorry|apolog|let me know|get back|in advance|kindly|"
    r"(?:please|any|can you|could you|can somebody|can someone) (?:\w+ )?"
    r"(?:help|advi[sc]e|assist|reply|respond|answer)|"
    r"hesitate|feel free|attention|need (?:more|any|further)|hear from|hearing from|first time|writing to)",
    re.IGNORECASE,
)


def matter(text: str) -> str:
    """What a text is about: without greeting, manners, signature and quoted mails; the subject counts twice.

    Args:
        text: Plain text. A short first line is taken for the subject.

    Returns:
        At most 1,500 characters, one sentence a line. The whole beginning of the text if there is nothing but manners.
    """
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    subject = ""
    if len(lines) > 1 and len(lines[0]) <= _SUBJECT and not GREETING.match(lines[0]):
        subject = _REPLY_MARK.sub("", lines.pop(0))
    told = [] if _is_manners(subject) or not subject else [subject, subject]
    told += _once(s for s in _END.split("\n".join(_own(lines, begun=bool(subject)))) if s and not _is_manners(s))
    return "\n".join(told)[:_READ] or text[:_READ]


def _own(lines: Iterable[str], *, begun: bool) -> Iterator[str]:
    """The lines up to the signature or the earlier mail, without quoted ones, the first without its greeting."""
    first = True
    for line in lines:
        if CLOSING.match(line) or EARLIER.match(line):
            if begun:
                return
        elif not line.startswith(">"):
            said = GREETING.sub("", line, count=1) if first else line
            if said:
                begun, first = True, False
                yield said


def _once(sentences: Iterable[str]) -> Iterator[str]:
    """Each sentence once. Those that differ in numbers only, as the lines of a log do, are the same."""
    seen = set()
    for sentence in sentences:
        form = _NUMBER.sub("0", sentence)
        if form not in seen:
            seen.add(form)
            yield sentence


def _is_manners(sentence: str) -> bool:
    """Whether a sentence says nothing but thanks, wishes and hopes; one word more, such as a name, is allowed."""
    if len(sentence) > _MANNERS_LENGTH or not _POLITE.search(sentence):
        return False
    return sum(word not in _MANNERS for word in words(sentence)) <= 1
