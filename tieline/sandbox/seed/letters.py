"""Writes the tickets: what a customer with a certain trouble would put into an e-mail.

The texts lie in `texts/`, one file per category: situations (subject and first lines), details that may
follow, and what the customer asks for. Decks are dealt without repeating before they are used up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from tieline.sandbox.seed import hard
from tieline.sandbox.seed.cast import CATEGORIES, Customer, customers
from tieline.sandbox.seed.texts import texts

WORKING_DAY_MINUTES = 7
"""Average minutes between two tickets: 300 tickets are about a day and a half."""


FIRST_ANSWER = "Hi {name}, thanks for writing. Somebody is looking at this and will be in touch."
"""What an agent said where somebody is at work already."""


@dataclass(frozen=True)
class Letter:
    """A ticket before any vendor gives it a form. `minutes` ago it came in."""

    customer: Customer
    subject: str
    body: str
    category: str
    minutes: int


def deal(chance: Random, cards: list[Any]) -> Iterator[Any]:
    """Cards in random order, and again when they are used up."""
    while True:
        deck = list(cards)
        chance.shuffle(deck)
        yield from deck


def letters(seed: int | str, vendor: str, count: int) -> list[Letter]:
    """`count` letters, oldest first, the same for the same seed and vendor."""
    chance = Random(f"{seed}:{vendor}")  # noqa: S311 - simulation, not secrecy
    people = deal(chance, customers(chance, max(20, count * 3 // 5)))
    slugs = [CATEGORIES[i % len(CATEGORIES)] for i in range(count)]
    chance.shuffle(slugs)
    writer = _Writer(chance)
    odd_ones = hard.letters()
    places = sorted(chance.sample(range(count), min(len(odd_ones), count // 10)))
    odd = dict(zip(places, odd_ones, strict=False))
    result = []
    minutes = chance.randint(2, 9)
    for i in range(count):
        customer = next(people)
        if i in odd:
            slug, subject, body = odd[i]
        else:
            slug = slugs[i]
            subject, body = writer.write(slug, customer)
        result.append(Letter(customer, subject, body, slug, minutes))
        minutes += chance.randint(1, 2 * WORKING_DAY_MINUTES)
    return result[::-1]


class _Writer:
    """Holds the decks."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        common = texts("common")
        self.common = {name: deal(chance, cards) for name, cards in common.items()}
        self.decks = {slug: {name: deal(chance, cards) for name, cards in texts(slug).items()} for slug in CATEGORIES}

    def write(self, slug: str, customer: Customer) -> tuple[str, str]:
        """Subject and body of one letter."""
        deck, chance = self.decks[slug], self.chance
        facts = self._facts(customer)
        subject, story = next(deck["stories"])
        parts = [story]
        parts += [next(deck["details"]) for odds in (0.7, 0.25) if chance.random() < odds]
        if chance.random() < 0.8:  # noqa: PLR2004 - most people ask for something
            parts.append(next(deck["asks"]))
        subject, text = self._by_hand(subject.format_map(facts), [part.format_map(facts) for part in parts])
        lines = [text]
        if chance.random() < 0.75:  # noqa: PLR2004 - not everybody greets
            lines.insert(0, next(self.common["openings"]).format_map(facts))
        if chance.random() < 0.8:  # noqa: PLR2004 - nor signs
            lines.append(next(self.common["closings"]).format_map(facts))
        if chance.random() < 0.2:  # noqa: PLR2004 - a footer now and then
            lines.append(next(self.common["footers"]).format_map(facts))
        if chance.random() < 0.12:  # noqa: PLR2004 - an answer to an earlier mail
            lines.append(next(self.common["quotes"]).format_map(facts))
            subject = f"Re: {subject}"
        return subject, "\n\n".join(lines)

    def _facts(self, customer: Customer) -> dict[str, str]:
        chance = self.chance
        return {
            "name": customer.name,
            "first": customer.first,
            "company": customer.company or "my household",
            "email": customer.email,
            "order": f"LM-{chance.randint(20_000, 99_999)}",
            "invoice": f"INV-{chance.randint(2026_0100, 2026_9999)}",
            "amount": f"{chance.choice('€£$')}{chance.randint(9, 480)}.{chance.choice((50, 90, 95, 99))}",
            **{name: chance.choice(values) for name, values in texts("facts").items()},
            "n": str(chance.randint(2, 40)),
            "phone": f"+44 20 7946 0{chance.randint(100, 999)}",
        }

    def _by_hand(self, subject: str, parts: list[str]) -> tuple[str, str]:
        """Paragraphs or one block, hasty lower case, slips of the finger."""
        chance = self.chance
        text = ("\n\n" if chance.random() < 0.4 else " ").join(parts)  # noqa: PLR2004 - some write paragraphs
        if chance.random() < 0.12:  # noqa: PLR2004 - some never press shift
            subject, text = subject.lower(), text.lower()
        if chance.random() < 0.22:  # noqa: PLR2004 - some type fast
            text = _slips(chance, text, chance.randint(1, 4))
        return subject, text


def _slips(chance: Random, text: str, count: int) -> str:
    """Swap or drop letters inside longer words."""
    words = text.split(" ")
    for i in chance.sample(range(len(words)), min(count, len(words))):
        word = words[i]
        if len(word) > 4 and word.isalpha():  # noqa: PLR2004 - short words stay readable
            at = chance.randint(1, len(word) - 3)
            middle = word[at + 1] + word[at] if chance.random() < 0.6 else word[at]  # noqa: PLR2004 - swap or drop
            words[i] = word[:at] + middle + word[at + 2 :]
    return " ".join(words)
