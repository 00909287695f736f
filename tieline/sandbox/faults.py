"""Faults on demand: what goes wrong, where, how often."""

import random
import re
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from tieline.sandbox.registry import names

Kind = Literal["429", "500", "slow", "cut", "json", "html"]
HookKind = Literal["duplicate", "reorder", "delay", "drop", "burst"]
KINDS: tuple[str, ...] = get_args(Kind)
HOOK_KINDS: tuple[str, ...] = get_args(HookKind)


@dataclass
class Fault:
    """One thing that goes wrong: with a request to a simulated vendor, or with a webhook of its.

    Of requests, `fault` is `429` (too many requests), `500`, `slow` (answers after `seconds`), `cut` (the connection
    ends in the middle of the answer), `json` (the answer stops in the middle of its JSON) or `html` (a web page
    where JSON should be). `cut` and `json` happen after the request did its work, the others but `slow`
    instead of it.

    Of webhooks, it is `duplicate` (sent again though it was taken), `reorder` (comes after the next one), `delay`
    (comes after `seconds`), `drop` (the vendor hangs up before it has read the answer, and then tries again) or
    `burst` (held back until there are `count` of them). `reorder` and `burst` wait at most `seconds`.

    `system` is a simulated system, or empty for all. `match` is a regular expression searched in
    `METHOD /path`, as in `POST /api/v2/tickets`, or in `HOOK event`, as in `HOOK zen:event-type:ticket.created`.
    `times` is how often it happens (None: until it is removed), `rate` the share of what matches that it hits,
    `seconds` the wait, or what `429` asks for.
    """

    fault: Kind | HookKind
    system: str = ""
    match: str = ""
    times: int | None = None
    rate: float = 1.0
    seconds: float = 1.0
    count: int = 10
    hits: int = 0

    def __post_init__(self) -> None:
        """Refuse what could never work, with the reason."""
        if self.fault not in KINDS + HOOK_KINDS:
            raise ValueError(f"unknown fault {self.fault!r}: one of {', '.join(KINDS + HOOK_KINDS)}")
        if self.system and self.system not in names():
            raise ValueError(f"unknown system {self.system!r}: one of {', '.join(names())}, or empty for all")
        if not 0 < self.rate <= 1:
            raise ValueError(f"rate must be above 0 and at most 1, not {self.rate}")
        if self.times is not None and self.times < 1:
            raise ValueError(f"times must be 1 or more, not {self.times}")
        if self.seconds < 0:
            raise ValueError(f"seconds must be 0 or more, not {self.seconds}")
        if self.count < 1:
            raise ValueError(f"count must be 1 or more, not {self.count}")
        try:
            self._pattern = re.compile(self.match)
        except re.error as error:
            raise ValueError(f"match is not a regular expression: {error}") from error

    def applies(self, system: str, line: str) -> bool:
        """Whether this fault concerns the request; `line` is `METHOD /path`."""
        spent = self.times is not None and self.hits >= self.times
        return not spent and self.system in ("", system) and bool(self._pattern.search(line))


@dataclass
class Faults:
    """All faults of a sandbox, in the order in which they were added. The first that applies wins."""

    seed: int = 1
    rules: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Chance is seeded, so that a run can be repeated."""
        self._chance = random.Random(self.seed)  # noqa: S311 - simulation, not secrecy

    def add(self, fault: Fault) -> Fault:
        """Add a fault."""
        self.rules.append(fault)
        return fault

    def clear(self) -> None:
        """Remove all faults."""
        self.rules.clear()

    def pick(self, system: str, line: str, kinds: tuple[str, ...] = KINDS) -> Fault | None:
        """The fault that hits this request or webhook, if any; counts as a hit."""
        for rule in self.rules:
            if rule.fault in kinds and rule.applies(system, line) and self._chance.random() < rule.rate:
                rule.hits += 1
                return rule
        return None

    def listed(self) -> list[dict[str, Any]]:
        """All faults as JSON would show them."""
        return [asdict(rule) for rule in self.rules]
