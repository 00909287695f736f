"""What a discussion has come to, by set phrases and by what follows: decisions, open questions, and who does what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from tieline.language import cues
from tieline.language.answers import ActionItem, Discussion, Point, foreign
from tieline.language.comments import Comment, Remark, remark
from tieline.language.embeddings import Vectors, word_vectors
from tieline.language.languages import detect
from tieline.language.summarize import choose
from tieline.language.text import content_words, words

LONGEST = 400  # characters of a point
MOST = 50  # points of a kind
_LOOKED_AT = 200  # comments after a question in which an answer is looked for
_PROPOSED_WITHIN = 6  # comments before "agreed" in which there is what was agreed to
_NEAR, _NEARER = 0.30, 0.45  # likeness of an answer to its question: right after it, and later
_SHORT = 12  # words of a direct answer that needs no likeness
_BARE = 10  # words that "agreed" may come with
_QUOTES = 0.6  # of a question's words, in what a comment quotes
_MENTION = re.compile(r"@\[?([\w.\-]+(?: [A-Z]\w+)?)")
_ADDRESSED = re.compile(
    r"^@?([A-Z]\w+)(?: [A-Z]\w+)?,? (?:please\b|can you\b|could you\b|will you\b|will\b|to\b|is going to\b|takes\b)"
)
_MOMENT = re.compile(
    r"\d|\b(?:now|already|yesterday|\w+day|weeks?|days?|hours?|months?|never|one|two|three|four|five|six|ten|none|all)\b",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(r"@\w|(?<=[a-z,] )[A-Z][a-z]+")
_ONE_NAME = 3  # words; in so short an answer anybody may be named
_MARK_AT_END = re.compile(r"\?[\s\"')\]!.:\u2026\u201d]*(?::\w+:)?$")


@dataclass(frozen=True, eq=False)
class _Said:
    """A sentence, and the place of its comment."""

    place: int
    text: str
    comment: Comment

    @property
    def point(self) -> Point:
        return Point(text=_cut(self.text), comment=self.comment.id, by=self.comment.by, at=self.comment.at)


def discuss(comments: Sequence[Comment], *, sentences: int = 3) -> Discussion:
    """Say what a discussion has come to.

    Args:
        comments: Oldest first.
        sentences: How many sentences the summary may have.

    Returns:
        Points in the comments' own words. Decisions and questions are told by set phrases in English, German, French
        and Spanish; for other languages only what ends with a question mark is found, and a note says so.
    """
    remarks = [remark(comment) for comment in comments]
    said = [_Said(place, text, one.comment) for place, one in enumerate(remarks) for text in one.sentences]
    language = detect(" ".join(one.text for one in said)[:2_000])
    notes = _notes(remarks)
    if language.code not in cues.SPOKEN:
        notes = (*notes, foreign(language))
    decisions, agreed = _decisions(said)
    return Discussion(
        summary=_summary(said, sentences),
        decisions=tuple(decisions[-MOST:]),
        questions=tuple(_open_questions(remarks, said, agreed)),
        actions=tuple(_actions(said)[-MOST:]),
        notes=notes,
    )


def _notes(remarks: Sequence[Remark]) -> tuple[str, ...]:
    cut = sum(one.cut for one in remarks)
    return (f"Of {cut} long comment{'s' * (cut != 1)} only the beginning and the end were read.",) * bool(cut)


def _summary(said: Sequence[_Said], count: int) -> str:
    """The sentences that say most, with who said them."""
    told = list({(one.comment.by, one.text): one for one in said}.values())
    if not told:
        return ""
    spread = told if len(told) <= MOST * 30 else told[:: len(told) // (MOST * 30) + 1]
    chosen = [spread[i] for i in choose([one.text for one in spread], count)]
    return "\n".join(f"{one.comment.by}: {_cut(one.text)}" if one.comment.by else _cut(one.text) for one in chosen)


# ---------------------------------------------------------------- decisions


def _decisions(said: Sequence[_Said]) -> tuple[list[Point], set[_Said]]:
    """What was decided, and the proposals that were agreed to."""
    settled: set[_Said] = set()
    found: list[Point] = []
    proposals: list[_Said] = []
    for one in said:
        if cues.REVOKED.search(one.text) and found:
            found.pop()
        elif agreed := _agreed_to(one, proposals):
            proposals.remove(agreed)
            settled.add(agreed)
            found.append(one.point.model_copy(update={"text": _cut(f"{agreed.text} \N{EM DASH} {one.text}")}))
        elif is_decision(one.text):
            found.append(one.point)
        elif cues.PROPOSES.search(one.text):
            proposals.append(one)
    return list({point.text.casefold(): point for point in found}.values()), settled


def is_decision(sentence: str) -> bool:
    """Whether a sentence says that something is decided: not asked, not denied, not upon a condition."""
    if _MARK_AT_END.search(sentence):
        return False
    found = cues.DECIDED.search(sentence)
    if not found:
        return False
    before = sentence[: found.start()]
    return not cues.UNDECIDED.search(before) and not re.match(
        r"(?i)(?:if|once|unless|when|until|wenn|falls|si|cuando)\b", sentence
    )


def _agreed_to(one: _Said, proposals: Sequence[_Said]) -> _Said | None:
    """The latest proposal of somebody else, if this sentence does nothing but agree."""
    if not cues.AGREES.search(one.text) or len(words(one.text)) > _BARE or _MARK_AT_END.search(one.text):
        return None
    near = (p for p in reversed(proposals) if one.place - p.place <= _PROPOSED_WITHIN)
    return next((p for p in near if p.comment.by != one.comment.by and p.place != one.place), None)


# ---------------------------------------------------------------- questions


def is_question(sentence: str) -> bool:
    """Whether somebody wants to know something."""
    if cues.IDLE.search(sentence):
        return False
    return bool(_MARK_AT_END.search(sentence) or cues.WONDERS.search(sentence)) and len(words(sentence)) > 1


def _open_questions(remarks: Sequence[Remark], said: Sequence[_Said], agreed: set[_Said]) -> list[Point]:
    """Questions that nobody answered later, and that whoever asked has not let go."""
    asked = [one for one in said if is_question(one.text) and one not in agreed]
    if not asked:
        return []
    answers = _Answers(remarks, said, asked)
    # The newest first: where thousands are open, the older ones need not be looked at.
    unanswered = islice((number for number in reversed(range(len(asked))) if not answers.has(number)), MOST)
    open_ = [asked[number] for number in sorted(unanswered)]
    return list({one.text.casefold(): one.point for one in open_}.values())


class _Answers:
    """Finds what answers a question."""

    def __init__(self, remarks: Sequence[Remark], said: Sequence[_Said], asked: Sequence[_Said]) -> None:
        self._remarks, self._asked = remarks, asked
        self._told: dict[int, list[tuple[int, _Said]]] = {}
        told = [one for one in said if not is_question(one.text)]
        self._spoken = {one.place for one in told}
        for row, one in enumerate(told):
            # Whoever has no answer, or tells a third one to do something, has not answered.
            if not cues.DEFLECTS.search(one.text) and not one.text.startswith("@"):
                self._told.setdefault(one.place, []).append((row, one))
        self._meant = word_vectors().embed([one.text for one in told]) if told else None
        self._wanted = word_vectors().embed([one.text for one in asked])
        self._by_place: dict[int, list[int]] = {}
        for number, one in enumerate(asked):
            self._by_place.setdefault(one.place, []).append(number)

    def has(self, number: int) -> bool:
        """Whether a question was answered."""
        asked = self._asked[number]
        direct = True
        for place in range(asked.place, min(len(self._remarks), asked.place + 1 + _LOOKED_AT)):
            later, told = self._remarks[place], self._told.get(place, [])
            if place > asked.place and self._decides(asked, told):
                return True
            if later.comment.by == asked.comment.by:
                if place > asked.place and cues.SETTLED.search(later.text):
                    return True
                continue
            if any(self._answers(number, row, one, later, direct=direct) for row, one in told):
                return True
            # Also who says "no idea" has had the turn.
            direct = direct and place not in self._spoken
        return False

    def _decides(self, asked: _Said, told: Sequence[tuple[int, _Said]]) -> bool:
        """Whether the choice that was asked for is made here, by whomever."""
        near = told and told[0][1].place - asked.place <= _PROPOSED_WITHIN
        return bool(near and cues.CHOICE.search(asked.text) and any(is_decision(one.text) for _, one in told))

    def _answers(self, number: int, row: int, one: _Said, later: Remark, *, direct: bool) -> bool:
        asked = self._asked[number]
        near = self._likeness(number, row)
        if _quotes(later, asked.text):
            return True
        if not direct:
            return near >= (_NEAR if is_decision(one.text) else _NEARER) and _fits(asked.text, one.text)
        alone = self._by_place[asked.place] == [number]
        if cues.YES_NO.search(one.text) and not cues.WH.match(asked.text):
            return alone or near >= _NEAR or self._by_place[asked.place][0] == number
        if near >= _NEAR and _fits(asked.text, one.text):
            return True
        return alone and _fits(asked.text, one.text) and (_tells(asked.text) or len(words(one.text)) <= _SHORT)

    def _likeness(self, number: int, row: int) -> float:
        assert self._meant is not None  # noqa: S101 - there is a row, so something was said
        return _dot(self._wanted[number], self._meant[row])


def _dot(one: Vectors, other: Vectors) -> float:
    return float(np.dot(one, other))


def _tells(question: str) -> bool:
    """Whether the form of the answer shows that it is one: a time, a number, a person."""
    return bool(cues.WHEN.search(question) or cues.WHO.search(question))


def _fits(question: str, answer: str) -> bool:
    """Whether an answer has the form that is asked for."""
    if cues.WHEN.search(question):
        return bool(_MOMENT.search(answer) or cues.DUE.search(answer))
    if cues.WHO.match(question):
        return bool(_SOMEBODY.search(cues.DUE.sub("", answer))) or len(words(answer)) <= _ONE_NAME
    return True


def _quotes(later: Remark, question: str) -> bool:
    """Whether a comment repeats the question, and so answers it."""
    wanted = set(content_words(question))
    quoted = {word for line in later.quoted for word in content_words(line)}
    return bool(wanted) and len(wanted & quoted) >= _QUOTES * len(wanted)


# ---------------------------------------------------------------- action items


def _actions(said: Sequence[_Said]) -> list[ActionItem]:
    names = _names(said)
    found = [item for one in said if not _MARK_AT_END.search(one.text) for item in _action(one, names)]
    return list({(item.owner, item.text.casefold()): item for item in found}.values())


def _action(one: _Said, names: dict[str, str]) -> Iterator[ActionItem]:
    listed = cues.TO_DO.match(one.text)
    text = one.text[listed.end() :] if listed else one.text
    owner = _owner(text, names)
    if not owner and cues.PROMISES.search(text) and not _conditional(text):
        owner = one.comment.by
        promised = True
    else:
        promised = bool(owner)
    if not (listed or promised):
        return
    due = cues.DUE.search(text)
    yield ActionItem(**one.point.model_dump(exclude={"text"}), text=_cut(text), owner=owner, due=_first(due))


def _conditional(text: str) -> bool:
    return bool(re.match(r"(?i)(?:if|unless|wenn|falls|si)\b", text))


def _first(found: re.Match[str] | None) -> str:
    return next((group for group in found.groups() if group), "") if found else ""


def _owner(text: str, names: dict[str, str]) -> str:
    """Whom a sentence tells to do something: somebody who takes part, or whom it addresses with @."""
    addressed = _ADDRESSED.match(text)
    if addressed and (text.startswith("@") or addressed[1].casefold() in names):
        return names.get(addressed[1].casefold(), addressed[1])
    mention = _MENTION.match(text) or (_MENTION.search(text) if re.search(r"(?i)\bplease\b", text) else None)
    return names.get(mention[1].casefold(), mention[1]) if mention else ""


def _names(said: Sequence[_Said]) -> dict[str, str]:
    """Whole names by first names."""
    whole = {one.comment.by for one in said if one.comment.by}
    return {name.split()[0].casefold(): name for name in sorted(whole)} | {name.casefold(): name for name in whole}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2]} …"
