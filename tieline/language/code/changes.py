"""What changed in the public names between two versions."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Literal, NamedTuple

from tieline.language.code.model import Module, Symbol, SymbolKind
from tieline.language.code.rules import Reason, reasons
from tieline.language.code.surface import Entry, Surface

ChangeKind = Literal["added", "removed", "changed", "deprecated", "moved", "renamed"]


class Change(NamedTuple):
    """A public symbol that is not what it was.

    Args:
        name: The name that callers used before; of an added one, its name now.
        reasons: What changed, those that break callers first.
        before: Its signature; empty for an added one.
        after: Its signature now; empty for a removed one.
        new_name: What a moved or renamed one is called now.
        path: The file that it stands in, or stood in.
        line: Its first line there.
    """

    kind: ChangeKind
    name: str
    symbol_kind: SymbolKind
    reasons: tuple[Reason, ...]
    before: str
    after: str
    new_name: str
    path: str
    line: int

    @property
    def breaking(self) -> bool:
        """Whether code of callers may fail."""
        return any(one.breaking for one in self.reasons)


def compare(before: Sequence[Module], after: Sequence[Module]) -> list[Change]:
    """What changed, in the order of names.

    A class that is gone is one change, not one for each of its members; what a class inherits from a base that is given
    counts as its own; a symbol with several public names is told of by the shortest.

    Args:
        before: Modules of the version before: all of the package, or those that were touched.
        after: The same of the version after.
    """
    return _Comparison(Surface(before), Surface(after)).changes()


class _Comparison:
    def __init__(self, before: Surface, after: Surface) -> None:
        self._before, self._after = before, after
        self._old, self._new = before.names, dict(after.names)
        self._places: dict[str, list[str]] = {}
        for name, entries in self._new.items():
            self._places.setdefault(entries[0].symbol.name, []).append(name)
        self._inside = [_by_owner(names) for names in (self._old, self._new)]
        self._went = dict(self._moves())
        self._arrived = set(self._went.values())
        was = {target: name for name, target in self._went.items()}
        for name in list(self._new):
            target = name
            while target and target not in was:
                target = target.rpartition(".")[0]
            if target:
                self._new.setdefault(was[target] + name[len(target) :], self._new[name])

    def changes(self) -> list[Change]:
        """All of them, each symbol once."""
        found: dict[tuple[str, str, str, int], Change] = {}
        order = sorted({*self._old, *self._new}, key=lambda name: (name.count("."), name))
        for name in order:
            for key, change in self._of(name):
                found.setdefault((*key, change.kind, change.line), change)
        return sorted(found.values(), key=lambda one: (one.name, one.line))

    def _of(self, name: str) -> Iterator[tuple[tuple[str, str], Change]]:
        old, new = self._old.get(name, []), self._new.get(name, [])
        if old and new:
            yield from self._pairs(name, old, new)
        elif old and not self._told(name, self._old, self._new):
            for entry in old:
                own = self._inherited(name, self._new, self._after, entry)
                if own is not None:
                    yield from self._pairs(name, [entry], [own])
                else:
                    yield (entry.symbol.name, ""), self._removed(name, entry)
        elif new and not self._told(name, self._new, self._old) and not self._is_arrived(name):
            for entry in new:
                own = self._inherited(name, self._old, self._before, entry)
                if own is not None:
                    yield from self._pairs(name, [own], [entry])
                else:
                    yield ("", entry.symbol.name), self._added(name, entry)

    def _pairs(self, name: str, old: list[Entry], new: list[Entry]) -> Iterator[tuple[tuple[str, str], Change]]:
        """Overloads share a name: those with the same types are the same, and what is left is gone or new."""
        if len(old) == len(new) == 1:
            change = self._changed(name, old[0], new[0])
            if change:
                yield (old[0].symbol.name, new[0].symbol.name), change
            return
        alike: dict[object, deque[Entry]] = {}
        for entry in new:
            alike.setdefault(_types(entry.symbol), deque()).append(entry)
        for entry in old:
            same = alike.get(_types(entry.symbol))
            if not same:
                yield (entry.symbol.name, ""), self._removed(name, entry)
            elif change := self._changed(name, entry, now := same.popleft()):
                yield (entry.symbol.name, now.symbol.name), change
        for entry in chain.from_iterable(alike.values()):
            yield ("", entry.symbol.name), self._added(name, entry)

    def _changed(self, name: str, old: Entry, new: Entry) -> Change | None:
        before, after = self._before.constructor(old), self._after.constructor(new)
        found = reasons(before, after, new.module.language)
        target = self._went.get(name, "")
        kind: ChangeKind = "changed"
        if target:
            kind = "renamed" if target.rpartition(".")[0] == name.rpartition(".")[0] else "moved"
            found = [Reason(f"{kind} to `{target}`", breaking=True), *found]
        elif found and all(one.text == "is deprecated" for one in found):
            kind = "deprecated"
        return _change(kind, name, (old, new), found, target) if found else None

    def _removed(self, name: str, entry: Entry) -> Change:
        owner, _, short = name.rpartition(".")
        canonical = entry.symbol.name
        elsewhere = self._elsewhere(name, canonical)
        text = "removed"
        if elsewhere:
            text = f"removed here; it is still `{elsewhere}`"
        elif self._after.knows(canonical) and name not in self._new:
            text = "is private now"
        elif self._after.knows(f"{entry.symbol.owner}._{short}"):
            text = f"is private now, as `{owner}._{short}`"
        elif entry.symbol.deprecated:
            text = "removed; it was deprecated before"
        if not elsewhere and self._after.knows(f"{owner}.__getattr__"):
            text += f"; `{owner}.__getattr__` may still give it"
        return _change("removed", name, (entry, None), [Reason(text, breaking=True)])

    def _elsewhere(self, name: str, canonical: str) -> str:
        """Another public name of the same symbol."""
        return next((other for other in self._places.get(canonical, []) if other != name), "")

    def _added(self, name: str, entry: Entry) -> Change:
        owner = self._old.get(name.rpartition(".")[0], [])
        asked = bool(owner) and "abstract" in entry.symbol.flags
        text = "added, and abstract: classes that implement it must have their own" if asked else "added"
        return _change("added", name, (None, entry), [Reason(text, breaking=asked)])

    def _inherited(self, name: str, names: dict[str, list[Entry]], surface: Surface, member: Entry) -> Entry | None:
        owner, _, short = name.rpartition(".")
        for entry in names.get(owner, [])[:1]:
            found = surface.inherited(entry, short)
            if found is not None and found.symbol.kind == member.symbol.kind:
                return found
        return None

    def _told(self, name: str, here: dict[str, list[Entry]], there: dict[str, list[Entry]]) -> bool:
        """Whether the class that it is in is gone, or new, as a whole."""
        owner = name.rpartition(".")[0]
        return owner in here and owner not in there

    def _is_arrived(self, name: str) -> bool:
        while name and name not in self._arrived:
            name = name.rpartition(".")[0]
        return bool(name)

    def _moves(self) -> Iterator[tuple[str, str]]:
        """Names that are gone, and the new ones that are the same thing."""
        gone = [name for name in self._old if name not in self._new and not self._told(name, self._old, self._new)]
        new = [name for name in self._new if name not in self._old and not self._told(name, self._new, self._old)]
        likeness = {
            name: list(_likeness(name, self._new[name][0].symbol, self._inside[1].get(name, ()))) for name in new
        }
        free: dict[tuple[object, ...], OrderedDict[str, None]] = {}  # in order, and quick to take the first from
        for name, keys in likeness.items():
            for key in keys:
                free.setdefault(key, OrderedDict())[name] = None
        stay = {entry.symbol.name for found in self._new.values() for entry in found}
        for name in sorted(gone, key=lambda one: (one.count("."), one)):
            symbol = self._old[name][0].symbol
            if symbol.name in stay:  # only one of its names is gone
                continue
            for key in _likeness(name, symbol, self._inside[0].get(name, ())):
                fit = free.get(key)
                if fit and (len(fit) == 1 or key[0] == "moved"):
                    target = next(iter(fit))
                    for taken in likeness[target]:
                        del free[taken][target]
                    yield name, target
                    break


def _by_owner(names: dict[str, list[Entry]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        owner, _, short = name.rpartition(".")
        found.setdefault(owner, []).append(short)
    return {owner: tuple(shorts) for owner, shorts in found.items()}


def _likeness(name: str, symbol: Symbol, members: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    """What two names have in common that are the same thing: moved with its name, or renamed where it stands."""
    owner, _, short = name.rpartition(".")
    form = (symbol.kind, _types(symbol), members)
    if symbol.kind in {"class", "interface", "enum", "function"}:
        yield "moved", short, *form
    if symbol.docstring or len(members) > 1:
        yield "renamed", owner, symbol.docstring, *form


def _types(symbol: Symbol) -> tuple[tuple[str, str, str], ...] | None:
    if symbol.parameters is None:
        return None
    return tuple(
        ("" if one.kind == "positional_only" else one.name, one.kind, one.annotation) for one in symbol.parameters
    )


def _change(
    kind: ChangeKind, name: str, sides: tuple[Entry | None, Entry | None], why: Sequence[Reason], target: str = ""
) -> Change:
    old, new = sides
    entry = new or old
    if entry is None:
        raise ValueError(name)  # every change has a side
    return Change(
        kind=kind,
        name=name,
        symbol_kind=entry.symbol.kind,
        reasons=tuple(why),
        before=old.symbol.signature if old else "",
        after=new.symbol.signature if new else "",
        new_name=target,
        path=entry.module.path,
        line=entry.symbol.first_line,
    )
