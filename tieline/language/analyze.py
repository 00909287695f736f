"""Mood, language, urgency and things named. Urgency is told by rules and mood, never by word vectors."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from tieline.language.answers import Analysis, Mood, Urgency, foreign
from tieline.language.entities import entities
from tieline.language.languages import detect
from tieline.language.sentences import prose
from tieline.language.text import passage

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # type: ignore[import-untyped]

READ = 20_000  # characters
_FELT = 40  # sentences that the mood is told from; a ticket's mood shows early, and a log has none
_MOOD = 0.05  # VADER's own border between neutral and not
_ANGRY = -0.6

_LEVELS: tuple[Urgency, ...] = ("low", "normal", "high", "urgent")

# What people write, and by how many levels it raises (or lowers) the urgency.
_SIGNS: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (by, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for by, pattern in (
        (2, r"urgent(?:ly)?|asap|a\.s\.a\.p|as soon as possible|immediate(?:ly)?|emergency|right now|top priority"),
        (
            2,
            r"outage|(?:is|are|went|completely|everything(?: is)?) down|production (?:is )?down|sev(?:erity)?[ -]?1|p1",
        ),
        (2, r"(?:all|none) of (?:our|my|us|the) (?:[\w-]+ )?(?:users|customers|staff|team)|nobody can|no one can"),
        (2, r"hacked|data (?:breach|leak|loss)|compromised|security (?:breach|incident|vulnerability)|stolen|fraud"),
        (1, r"blocked|blocking|cannot work|can't work|unable to work|stops? (?:us|our|the whole)"),
        (1, r"losing (?:money|customers|sales)"),
        (1, r"lawyer|legal action|sue you|chargeback|consumer protection|last warning"),
        (1, r"deadline|due (?:today|tomorrow)|by (?:today|tonight|tomorrow|end of (?:the )?day|eod)"),
        (1, r"in (?:two|2|one|1|an|three|3) hours?"),
        (1, r"critical|serious(?:ly)?|escalate|unacceptable|still waiting|third time|again and again"),
        (-1, r"no (?:rush|hurry)|not urgent|whenever you (?:can|have)|low priority"),
        (-1, r"when you have (?:a )?(?:time|moment|minute)"),
        (-1, r"just (?:a question|wondering|curious)|suggestion|feature request|feedback"),
        (-1, r"would be (?:nice|great)|nice to have"),
        (-1, r"newsletter|thank you for (?:the|your) (?:great|good|quick)|love (?:the|your) (?:app|product)"),
    )
)

# VADER learned from posts: in a ticket these words are manners or business, and tell no mood ...
_NO_MOOD = (
    "please thank thanks dear kind best regards sincerely help helps support supports supported credit secure security "
    "save saved share shared shares like wish wishes hope yes number interest energy confirm attached care want"
)
# ... and these do (from -4 to 4, on VADER's scale).
_MOODS = {
    "crash": -2.0,
    "crashes": -2.0,
    "crashing": -2.0,
    "outage": -2.2,
    "slow": -1.4,
    "unusable": -2.6,
    "unreachable": -1.8,
    "down": -1.2,
    "unacceptable": -2.8,
    "ridiculous": -2.6,
    "fails": -1.8,
    "locked": -1.0,
}
_NOT = re.compile(r"\b(?:not|isn't|no|nothing|non)[ -](?:\w+ )?$", re.IGNORECASE)


def analyze(text: str) -> Analysis:
    """Tell the mood, the language, the urgency and the things named in a text.

    Mood and urgency are told in English only; for another language the mood is None, the urgency "normal", and a
    note says so. Things named are told by their form in any language.
    """
    read = passage(text, READ)
    language = detect(read.text)
    if language.foreign:
        return Analysis(
            sentiment=None,
            language=language.code,
            urgency="normal",
            entities=entities(read.text),
            notes=(*read.notes, foreign(language)),
        )
    score = _mood_score(read.text)
    urgency, reasons = _urgency(read.text, score)
    return Analysis(
        sentiment=_mood(score),
        sentiment_score=score,
        language=language.code,
        urgency=urgency,
        urgency_reasons=reasons,
        entities=entities(read.text),
        notes=read.notes,
    )


def _urgency(text: str, mood: float) -> tuple[Urgency, tuple[str, ...]]:
    raised = lowered = 0
    reasons: list[str] = []
    for by, sign in _SIGNS:
        found = next((m for m in sign.finditer(text) if not _denied(text, m)), None)
        if found:
            raised, lowered = max(raised, by), min(lowered, by)
            reasons.append(found[0])
    if raised and mood <= _ANGRY:
        raised += 1
        reasons.append("angry tone")
    elif mood <= _ANGRY:
        raised = 1
        reasons.append("angry tone")
    level = 1 + (raised or lowered)
    return _LEVELS[min(level, len(_LEVELS) - 1)], tuple(reasons)


def _denied(text: str, found: re.Match[str]) -> bool:
    """Whether the words before say that it is not so: "not urgent"."""
    return bool(_NOT.search(text, max(0, found.start() - 24), found.start()))


def _mood_score(text: str) -> float:
    """The mean over sentences that show a mood; VADER's own score of a long text is nearly always 1 or -1."""
    felt = [_reader().polarity_scores(s.text)["compound"] for s in prose(text)[:_FELT]]
    shown = [score for score in felt if score]
    return round(sum(shown) / len(shown), 4) if shown else 0.0


def _mood(score: float) -> Mood:
    if score >= _MOOD:
        return "positive"
    return "negative" if score <= -_MOOD else "neutral"


@cache
def _reader() -> SentimentIntensityAnalyzer:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415 - only who analyzes pays

    reader = SentimentIntensityAnalyzer()
    for word in _NO_MOOD.split():
        reader.lexicon.pop(word, None)
    reader.lexicon.update(_MOODS)
    return reader
