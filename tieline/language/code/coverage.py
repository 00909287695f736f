"""Which public symbols are documented."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from tieline.language.code.model import Module, Symbol, SymbolKind
from tieline.language.code.surface import public_names

#: What says enough by its name, its type and its value.
_COUNTED: frozenset[SymbolKind] = frozenset(["class", "function", "method", "interface", "enum", "type"])


class Undocumented(NamedTuple):
    """A public symbol without a docstring."""

    name: str
    kind: SymbolKind
    path: str
    line: int


class Coverage(NamedTuple):
    """How much of what is public is documented; attributes and constants do not count, nor do `__methods__`."""

    documented: int
    undocumented: tuple[Undocumented, ...]

    @property
    def public(self) -> int:
        """How many public symbols count."""
        return self.documented + len(self.undocumented)

    @property
    def percent(self) -> float:
        """Of the public symbols; 100 where there are none."""
        return 100 * self.documented / self.public if self.public else 100.0


def coverage(modules: Sequence[Module], paths: Collection[str] | None = None) -> Coverage:
    """Which public symbols are documented. Call it for the version before, too, to see what a push has changed.

    Args:
        modules: All of a package, so that symbols have the names that people use.
        paths: Only symbols in these files; by default all.
    """
    documented, missing = 0, []
    for name, (symbol, module) in public_names(modules).items():
        if not counts(symbol) or (paths is not None and module.path not in paths):
            continue
        if symbol.docstring.strip() or symbol.sections:
            documented += 1
        else:
            missing.append(Undocumented(name, symbol.kind, module.path, symbol.first_line))
    return Coverage(documented, tuple(missing))


def counts(symbol: Symbol) -> bool:
    """Whether somebody expects it to be documented."""
    return symbol.kind in _COUNTED and not symbol.short.startswith("__")
