"""What a package offers to others: its public names, those that `__init__` takes from private modules included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tieline.language.code.model import ALL, Module, Symbol


class Entry(NamedTuple):
    """A public name: what it is, and the file that it stands in."""

    symbol: Symbol
    module: Module


class Surface:
    """The public names of the modules that are given.

    Python: what `__all__` lists, else names without underscore, of modules without underscore; what an `__init__` or a
    `*` takes from another module that is given, belongs to both. Other languages: what their files export, of their own
    or, in JavaScript, of other files that are given.
    """

    def __init__(self, modules: Sequence[Module]) -> None:
        self._modules = {module.name: module for module in modules if module.language == "python"}
        self._files = {module.name: module for module in modules if module.language in {"javascript", "typescript"}}
        self._all: dict[str, list[Entry]] = {}
        self._children: dict[str, list[Symbol]] = {}
        for module in modules:
            for symbol in module.symbols:
                self._all.setdefault(symbol.name, []).append(Entry(symbol, module))
                self._children.setdefault(symbol.owner, []).append(symbol)
        self._meanings: dict[tuple[str, str], Entry | None] = {}
        self._lines: dict[str, list[Entry]] = {}
        self.names: dict[str, list[Entry]] = {}
        for name, symbol, module in self._public(modules):
            self.names.setdefault(name, []).append(Entry(symbol, module))

    def knows(self, name: str) -> bool:
        """Whether there is such a symbol, public or not."""
        return name in self._all

    def inherited(self, owner: Entry, short: str) -> Entry | None:
        """A member that a class has from one of its bases, as far as these are given."""
        for base in self._bases(owner):
            for entry in self._all.get(f"{base.symbol.name}.{short}", []):
                return entry
        return None

    def constructor(self, entry: Entry) -> Symbol:
        """The class with the parameters it is made with, where a base says so."""
        if entry.symbol.parameters is not None and "dataclass" not in entry.symbol.flags:
            return entry.symbol
        line = [entry, *self._bases(entry)]
        while line and line[0].symbol.parameters is None:
            line.pop(0)
        if not line:
            return entry.symbol
        made = line[0].symbol.parameters
        if "dataclass" in line[0].symbol.flags:
            fields = [one.symbol.parameters or () for one in reversed(line) if "dataclass" in one.symbol.flags]
            # One that is said again keeps its place; what is given by name comes last.
            known = {field.name: field for some in fields for field in some}
            made = tuple(sorted(known.values(), key=lambda field: field.kind == "keyword"))
        return entry.symbol.model_copy(update={"parameters": made, "overloads": line[0].symbol.overloads})

    def _bases(self, owner: Entry) -> list[Entry]:
        """All bases, the nearest first; each once, since hostile ones may be derived from each other."""
        if owner.symbol.name not in self._lines:
            self._lines[owner.symbol.name] = list(self._line(owner))
        return self._lines[owner.symbol.name]

    def _line(self, owner: Entry) -> Iterator[Entry]:
        seen, waiting = {owner.symbol.name}, [owner]
        while waiting:
            entry = waiting.pop(0)
            for said in entry.symbol.bases:
                found = self._find(entry.module, said.partition("[")[0].partition("<")[0])
                if found is not None and found.symbol.name not in seen:
                    seen.add(found.symbol.name)
                    waiting.append(found)
                    yield found

    def _public(self, modules: Sequence[Module]) -> Iterator[tuple[str, Symbol, Module]]:
        for module in modules:
            if module.language != "python":
                yield from self._exported(module)
                yield from self._passed_on(module)
            elif not any(part.startswith("_") for part in module.name.split(".")):
                for name in self._offered(module):
                    found = self._find(module, name)
                    if found is not None:
                        yield from self._with_members(f"{module.name}.{name}", found)

    def _exported(self, module: Module) -> Iterator[tuple[str, Symbol, Module]]:
        public: set[str] = set()
        owned = {symbol.name for symbol in module.symbols}
        for symbol in module.symbols:
            if symbol.public and (symbol.owner not in owned or symbol.owner in public):
                public.add(symbol.name)
                yield symbol.name, symbol, module

    def _passed_on(self, module: Module) -> Iterator[tuple[str, Symbol, Module]]:
        """What a file of JavaScript offers of others; what it says itself comes first."""
        for one in module.reexports:
            file = self._file(one.file)
            if file is None:
                continue
            names = {one.name: one.there} if one.there != ALL else self._within(file, one.name)
            for outside, there in names.items():
                found = self._exporting(file, there)
                if found is not None and f"{module.name}.{outside}" not in self._all:
                    yield from self._with_members(f"{module.name}.{outside}", found)

    def _within(self, file: Module, outside: str) -> dict[str, str]:
        """All names that a file offers but its default, by what they are called outside."""
        within = "" if outside == ALL else f"{outside}."
        return {within + name: name for name in self._names_of(file)}

    def _names_of(self, file: Module) -> list[str]:
        """With those of files that it takes in whole; each of these is asked once."""
        found, seen, waiting = set[str](), {file.name}, [file]
        while waiting:
            here = waiting.pop()
            own = {one.short for one in self._children.get(here.name, []) if one.public}
            found |= {*own, *(one.name for one in here.reexports if one.there != ALL)} - {"default", here.default}
            for star in self._taken_whole(here):
                if star.name not in seen:
                    seen.add(star.name)
                    waiting.append(star)
        return sorted(found)

    def _exporting(self, file: Module, name: str) -> Entry | None:
        """What a name of a file of JavaScript stands for; each file is asked once for each name."""
        seen, waiting = set[tuple[str, str]](), [(file, name)]
        while waiting:
            here, wanted = waiting.pop(0)
            if (here.name, wanted) in seen:
                continue
            seen.add((here.name, wanted))
            own = here.default or wanted if wanted == "default" else wanted
            for entry in self._all.get(f"{here.name}.{own}", []):
                if entry.symbol.public:
                    return entry
            named = [one for one in here.reexports if one.name == wanted and one.there != ALL]
            waiting += [(there, one.there) for one in named if (there := self._file(one.file)) is not None]
            if not named and wanted != "default":
                waiting += [(star, wanted) for star in self._taken_whole(here)]
        return None

    def _taken_whole(self, file: Module) -> Iterator[Module]:
        for one in file.reexports:
            star = self._file(one.file)
            if one.name == ALL and star is not None:
                yield star

    def _file(self, path: str) -> Module | None:
        return self._files.get(path) or self._files.get(f"{path}/index".removeprefix("./"))

    def _with_members(self, name: str, entry: Entry) -> Iterator[tuple[str, Symbol, Module]]:
        yield name, entry.symbol, entry.module
        for member in self._children.get(entry.symbol.name, []):
            if member.public:
                yield from self._with_members(f"{name}.{member.short}", Entry(member, entry.module))

    def _offered(self, module: Module) -> Iterable[str]:
        """Names that a module offers, with those of modules that it takes in whole; each of these is asked once."""
        if module.exports is not None:
            return dict.fromkeys(module.exports)
        found, seen, waiting = set[str](), {module.name}, [module]
        while waiting:
            here = waiting.pop()
            if here.exports is not None:
                found.update(here.exports)
                continue
            found.update(one.short for one in self._children.get(here.name, []) if one.public)
            if here.path.rpartition("/")[2].startswith("__init__."):
                found.update(name for name, target in here.imports.items() if self._ours(name, target))
            for star in self._stars(here):
                if star.name not in seen:
                    seen.add(star.name)
                    waiting.append(star)
        return sorted(found)

    def _ours(self, name: str, target: str) -> bool:
        return name[0] not in "_*" and target not in self._modules and self._split(target) is not None

    def _stars(self, module: Module) -> Iterator[Module]:
        for name, target in module.imports.items():
            star = self._modules.get(target)
            if name.startswith("*") and star is not None:
                yield star

    def _find(self, module: Module, name: str) -> Entry | None:
        """What a name means in a module."""
        key = (module.name, name)
        if key not in self._meanings:
            self._meanings[key] = self._meaning(module, name)
        return self._meanings[key]

    def _meaning(self, module: Module, name: str) -> Entry | None:
        """Its own, or what it takes from others, each of which is asked once."""
        seen, waiting = set[tuple[str, str]](), [(module, name)]
        while waiting:
            here, wanted = waiting.pop(0)
            if (here.name, wanted) in seen:
                continue
            seen.add((here.name, wanted))
            for entry in self._all.get(f"{here.name}.{wanted}", []):
                return entry
            first, _, rest = wanted.partition(".")
            target = here.imports.get(first)
            if target is not None:
                parts = self._split(f"{target}.{rest}" if rest else target)
                waiting += [(self._modules[parts[0]], parts[1])] if parts else []
            else:
                waiting += [(star, wanted) for star in self._stars(here) if wanted in (star.exports or (wanted,))]
        return None

    def _split(self, target: str) -> tuple[str, str] | None:
        """A qualified name as the module that is given, and the rest."""
        module = target
        while module := module.rpartition(".")[0]:
            if module in self._modules:
                return module, target[len(module) + 1 :]
        return None


def public_names(modules: Sequence[Module]) -> dict[str, Entry]:
    """Each public symbol once, by the shortest of its names."""
    shortest: dict[tuple[str, str, int], str] = {}
    found: dict[str, Entry] = {}
    for name, entries in sorted(Surface(modules).names.items(), key=lambda one: (one[0].count("."), one[0])):
        for entry in entries[:1]:
            key = (entry.symbol.name, entry.module.path, entry.symbol.first_line)
            if key not in shortest:
                shortest[key] = name
                found[name] = entry
    return dict(sorted(found.items()))
