"""Takes out of a text what tells who somebody is: addresses, numbers, and the names that are known."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tieline.language.entities import entities

#: What stands in the place of each kind of thing; the others, such as versions and errors, stay.
_WORDS = {
    "email": "[e-mail address]",
    "phone": "[phone number]",
    "url": "[link]",  # it may let somebody in, or name an account
    "ip": "[address]",
    "order": "[order]",
    "invoice": "[invoice]",
    "ticket": "[ticket]",
}
_STAY = {"version", "error", "date", "time", "amount", "file"}
#: Numbers of cards, accounts and customers, alone or behind letters: AC-10012, DE89 3704 0044, #48213.
_NUMBER = re.compile(
    r"(?<![\w.])#?(?:[A-Z]{1,5}[-_ ]?)?\d(?:[ -]?\d){4,}(?!\w)|(?<!\w)(?:#\d{2,}|[A-Z]{1,5}[-_]\d{3,})\b"
)
_SHORTEST_NAME = 2


def without_personal(text: str, names: Iterable[str] = ()) -> str:
    """A text without e-mail addresses, phone, order, invoice and account numbers, links, and these people's names.

    Names of people who are not given stay: nothing here can tell a name from another word.

    Args:
        text: Plain text.
        names: Of people; each word of one counts, as it is written.
    """
    lines = [_without_numbers(line) for line in text.split("\n")]
    return _without_names("\n".join(lines), names)


def _without_numbers(line: str) -> str:
    found = sorted(entities(line), key=lambda one: -len(one.text))  # the longest first: some hold others
    kept: dict[str, str] = {}
    for one in found:
        if one.kind in _WORDS:
            line = line.replace(one.text, _WORDS[one.kind])
        elif one.kind in _STAY:
            kept[f"\x00{len(kept)}\x00"] = one.text
    for mark, said in kept.items():
        line = line.replace(said, mark)
    line = _NUMBER.sub("[number]", line)
    for mark, said in kept.items():
        line = line.replace(mark, said)
    return line


def _without_names(text: str, names: Iterable[str]) -> str:
    words = {word for name in names for word in re.findall(r"[^\W\d_]+", name) if len(word) >= _SHORTEST_NAME}
    known = sorted((word for word in words if word[0].isupper()), key=len, reverse=True)
    if not known:
        return text
    one = rf"\b(?:{'|'.join(map(re.escape, known))})\b"
    return re.sub(rf"{one}(?:[ .-]+{one})*", "[name]", text)
