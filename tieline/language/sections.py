"""Discussions as a model reads them: numbered lines, in parts if there are many; and its points, with comments."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from tieline.language.answers import ActionItem, Discussion, Point
from tieline.language.comments import Comment, remark

PART = 40_000  # characters that are asked about at once; some 10,000 tokens
OF_COMMENT = 6_000  # characters of one comment; the rest of a paste says little
OF_POINT = 400  # characters
_KINDS = {"decisions": "Decision", "questions": "Open question", "actions": "To do"}


def divided(comments: Sequence[Comment]) -> list[str]:
    """The comments' own words as lines of JSON, in parts of at most `PART` characters; nothing for nothing said."""
    told = []
    for number, one in enumerate(comments, 1):
        text = remark(one).text
        if text:
            told.append(_line(number, one, text if len(text) <= OF_COMMENT else f"{text[:OF_COMMENT]} […]"))
    return _packed(told)


def notes(answers: Sequence[Mapping[str, Any]], comments: Sequence[Comment]) -> list[str]:
    """What was told about the parts, as lines again; always fewer parts than there were answers."""
    told = []
    for number, answer in enumerate(answers, 1):
        lines = [json.dumps({"part": number, "summary": answer["summary"][: OF_POINT * 4]}, ensure_ascii=False)]
        for kind, name in _KINDS.items():
            for point in answer[kind]:
                if 0 < point["comment"] <= len(comments):
                    said = f"{name}: {point['text'][:OF_POINT]}"
                    lines.append(_line(point["comment"], comments[point["comment"] - 1], said, point))
        told += _within(lines, PART // 3)
    return _packed(told)


def answer(output: Mapping[str, Any], comments: Sequence[Comment], **told: Any) -> Discussion:
    """A model's points, each with the comment that it cites; one that cites none is left out."""
    decisions = _cited(output["decisions"], comments)
    questions = _cited(output["questions"], comments)
    actions = [
        ActionItem(**point.model_dump(), owner=raw["owner"][:OF_POINT], due=raw["due"][:OF_POINT])
        for point, raw in _cited(output["actions"], comments)
    ]
    given = sum(len(output[kind]) for kind in _KINDS)
    lost = given - len(decisions) - len(questions) - len(actions)
    if lost:
        said = "1 point cites" if lost == 1 else f"{lost} points cite"
        told["notes"] = (*told.get("notes", ()), f"{said} no comment of the discussion, and were left out.")
    return Discussion(
        summary=output["summary"].strip(),
        decisions=tuple(point for point, _ in decisions),
        questions=tuple(point for point, _ in questions),
        actions=tuple(actions),
        **told,
    )


def _cited(points: Iterable[Mapping[str, Any]], comments: Sequence[Comment]) -> list[tuple[Point, Mapping[str, Any]]]:
    found = []
    for point in points:
        text = " ".join(point["text"].split())[:OF_POINT]
        if text and 0 < point["comment"] <= len(comments):
            one = comments[point["comment"] - 1]
            found.append((Point(text=text, comment=one.id, by=one.by, at=one.at), point))
    return found


def _line(number: int, one: Comment, text: str, more: Mapping[str, Any] | None = None) -> str:
    """A comment as one line: its text cannot end it, nor begin another."""
    who = {"n": number, "by": one.by, "at": one.at.isoformat(timespec="minutes") if one.at else None}
    extra = {name: more[name] for name in ("owner", "due") if more and more.get(name)}
    return json.dumps({**who, "text": text, **extra}, ensure_ascii=False)


def _within(lines: Sequence[str], room: int) -> list[str]:
    """The first lines that have room together."""
    used = list(accumulate(len(line) + 1 for line in lines))
    return [line for line, end in zip(lines, used, strict=True) if end <= room]


def _packed(lines: Iterable[str]) -> list[str]:
    parts: list[str] = []
    for line in lines:
        if parts and len(parts[-1]) + len(line) < PART:
            parts[-1] += f"\n{line}"
        else:
            parts.append(line)
    return parts
