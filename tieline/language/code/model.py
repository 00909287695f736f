"""What source code says about itself: modules, and the symbols in them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from tieline.language.documents.model import Limits

Language = Literal["python", "javascript", "typescript", "go", "java", "other"]
SymbolKind = Literal["class", "function", "method", "attribute", "constant", "type", "interface", "enum"]
ParameterKind = Literal["positional_only", "positional", "variadic", "keyword", "variadic_keyword"]

#: How much of one source file is read.
LIMITS = Limits(megabytes=4, characters=4_000_000, seconds=10, memory_megabytes=700)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Parameter(_Frozen):
    """What a function is given. Where names do not matter to callers (Go, Java, JavaScript) it is `positional_only`."""

    name: str
    kind: ParameterKind = "positional"
    annotation: str = ""
    default: str = ""
    required: bool = True


class Item(_Frozen):
    """One thing that a docstring speaks of: a parameter, an error, what comes back."""

    name: str = ""
    annotation: str = ""
    text: str = ""


class Section(_Frozen):
    """A part of a docstring: `kind` is "text", "examples", "parameters", "returns", "raises" and the like."""

    kind: str
    title: str = ""
    text: str = ""
    items: tuple[Item, ...] = ()


class Symbol(_Frozen):
    """A class, a function, a constant and the like.

    Args:
        name: Its qualified name, such as "acme.client.Client.get".
        signature: As shown to people.
        docstring: As it stands; `sections` is the same, read.
        first_line: Where it begins, from 1; decorators included.
        last_line: Where it ends.
        public: Whether its file offers it to others; whether the package does is told by `surface`.
        flags: Of "async", "static", "classmethod", "property", "abstract", "instance", and "dataclass", whose
            parameters are its own fields only.
        parameters: What it is called with; None for what is not called. For a class: how it is made.
        returns: The type of what it gives back, or of an attribute.
        value: Of a constant or an attribute, as in the source.
        bases: What a class is derived from, as in the source.
        overloads: Of a function of Python the ways in which it can be called, where `@overload` says so; its own
            parameters are then those of the definition that is called, None in a stub that has none.
    """

    name: str
    kind: SymbolKind
    signature: str = ""
    docstring: str = ""
    sections: tuple[Section, ...] = ()
    first_line: int = 1
    last_line: int = 1
    public: bool = True
    deprecated: bool = False
    flags: frozenset[str] = frozenset()
    parameters: tuple[Parameter, ...] | None = None
    returns: str = ""
    value: str = ""
    bases: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()
    overloads: tuple[Symbol, ...] = ()

    @property
    def short(self) -> str:
        """The last part of its name."""
        return self.name.rpartition(".")[2]

    @property
    def owner(self) -> str:
        """The qualified name of the class or module that it is in."""
        return self.name.rpartition(".")[0]


class Problem(_Frozen):
    """What could not be read, and where; line 0 is the file as a whole."""

    line: int
    message: str


#: All names of a file.
ALL = "*"


class Reexport(NamedTuple):
    """What a file of JavaScript offers of another file.

    Args:
        name: What it is called outside; `ALL` for each by its own name.
        file: The other file, as its module is called, or the folder whose `index` it is.
        there: The name there, or `ALL`.
    """

    name: str
    file: str
    there: str


class Module(_Frozen):
    """A source file.

    Args:
        path: As it was given.
        name: As importers write it; a path without its ending where they write paths.
        imports: Which name of this file is which qualified name elsewhere. A key such as "*0" takes in all of a module.
        exports: What `__all__` lists; None where there is none.
        reexports: What it offers of other files, in JavaScript and TypeScript.
        default: How the symbol is called in the file that is its default export there; "" if there is none.
        problems: What could not be read; the rest was.
    """

    path: str
    language: Language
    name: str
    docstring: str = ""
    sections: tuple[Section, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    imports: dict[str, str] = {}
    exports: tuple[str, ...] | None = None
    reexports: tuple[Reexport, ...] = ()
    default: str = ""
    problems: tuple[Problem, ...] = ()
