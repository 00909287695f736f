"""What of a change breaks the code of callers, and why, in people's words.

The rules are those of `griffe.find_breaking_changes`, for all languages, and completed: return types, constructors that
are inherited, methods that are no longer awaited, what interfaces ask for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from tieline.language.code.model import Language, Parameter, Symbol
from tieline.language.code.types import relation

_BY_POSITION = frozenset(["positional_only", "positional"])
_BY_NAME = frozenset(["positional", "keyword"])
_TYPED: frozenset[Language] = frozenset(["go", "java", "typescript"])
_KINDS = {
    "positional_only": "positional only",
    "positional": "positional or keyword",
    "keyword": "keyword only",
    "variadic": "variadic",
    "variadic_keyword": "variadic by keyword",
}
_SHOWN = 80
_LISTED = 4
_ALIKE = 0.5  # how much of two names is the same, from which one is called the other's new name


class Reason(NamedTuple):
    """One thing that changed."""

    text: str
    breaking: bool


def reasons(old: Symbol, new: Symbol, language: Language) -> list[Reason]:
    """What changed in a symbol; what breaks callers first."""
    if old.kind != new.kind and not {old.kind, new.kind} <= {"attribute", "constant", "type"}:
        return [Reason(f"was {_a(old.kind)}, is {_a(new.kind)}", breaking=True)]
    if old.overloads and new.overloads:
        found = [*_overloads(old, new, language), *_class(old, new)]
    else:
        found = [*_calls(old, new, language), *_results(old, new, language), *_class(old, new), *_flags(old, new)]
        if bool(old.overloads) != bool(new.overloads):
            found.append(Reason(f"has {'overloads now' if new.overloads else 'no overloads any more'}", breaking=False))
    if new.deprecated and not old.deprecated:
        found.append(Reason("is deprecated", breaking=False))
    if old.deprecated and not new.deprecated:
        found.append(Reason("is no longer deprecated", breaking=False))
    return sorted(found, key=lambda one: not one.breaking)


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aei' else 'a'} {kind}"


def _calls(old: Symbol, new: Symbol, language: Language) -> Iterator[Reason]:
    if old.parameters is None or new.parameters is None:
        return
    if all(one.kind in {"positional_only", "variadic"} for one in (*old.parameters, *new.parameters)):
        yield from _by_position(old.parameters, new.parameters, language)
        return
    yield from _by_name(old.parameters, new.parameters)


def _overloads(old: Symbol, new: Symbol, language: Language) -> Iterator[Reason]:
    """Each way to call it that was there must be there still, or another one must take what it took."""
    same = {one.signature for one in old.overloads} & {one.signature for one in new.overloads}
    rest = [one for one in new.overloads if one.signature not in same]
    for one in old.overloads:
        if one.signature not in same:
            taken = next((other for other in [*rest, *new.overloads] if _takes(other, one, language)), None)
            what = f"overload `{_short(one.signature)}` "
            if taken is None:
                yield Reason(f"{what}removed", breaking=True)
            else:
                rest = [other for other in rest if other is not taken]
                yield Reason(f"{what}is now `{_short(taken.signature)}`", breaking=False)
    for one in rest:
        yield Reason(f"overload `{_short(one.signature)}` added", breaking=False)


def _takes(new: Symbol, old: Symbol, language: Language) -> bool:
    """Whether an overload can be called as another one could; of overloads the types are the point."""
    now = {one.name: one.annotation for one in new.parameters or ()}
    types = [(one.annotation, now.get(one.name, "")) for one in old.parameters or ()]
    narrower = any(was and is_now and relation(was, is_now) in {"narrower", "other"} for was, is_now in types)
    return not narrower and not any(one.breaking for one in reasons(old, new, language))


def _by_position(old: Sequence[Parameter], new: Sequence[Parameter], language: Language) -> Iterator[Reason]:
    """Callers see no names: what counts is the place."""
    for before, after in zip(old, new, strict=False):
        label = f"parameter `{after.name}`"
        if before.kind != after.kind:
            yield Reason(f"{label} was {_KINDS[before.kind]}, is {_KINDS[after.kind]}", breaking=True)
        elif before.annotation != after.annotation and (before.annotation or after.annotation):
            wider = language == "typescript" and set(before.annotation.split(" | ")) < set(
                after.annotation.split(" | ")
            )
            both = bool(before.annotation and after.annotation)
            breaking = both and language in _TYPED and not wider
            yield Reason(_changed(f"type of {label}", before.annotation, after.annotation), breaking=breaking)
        if after.required and not before.required and after.kind == before.kind:
            yield Reason(f"{label} is now required", breaking=True)
        elif before.required and not after.required and after.kind == before.kind:
            yield Reason(f"{label} is now optional", breaking=False)
        if before.default and after.default and before.default != after.default:
            yield Reason(_changed(f"default of {label}", before.default, after.default), breaking=True)
    takes_more = bool(new) and new[-1].kind == "variadic"
    for gone in old[len(new) :]:
        if gone.kind == "variadic" or not takes_more:
            yield Reason(f"parameter `{gone.name}` removed", breaking=True)
    for added in new[len(old) :]:
        yield _added(added)


def _by_name(old: Sequence[Parameter], new: Sequence[Parameter]) -> Iterator[Reason]:
    after = {one.name: one for one in new}
    names = {one.name for one in old}
    renamed = _renamed(old, new)
    yield from _order(old, new)
    for place, one in enumerate(old):
        if one.name in after:
            yield from _one(one, after[one.name])
        elif place in renamed:
            yield Reason(f"parameter `{one.name}` renamed to `{renamed[place]}`", breaking=one.kind in _BY_NAME)
        elif one.kind.startswith("variadic") and any(other.kind == one.kind for other in new):
            continue  # only its name is another, which nobody sees
        else:
            taken = _taken(one, new)
            more = f" (`{taken}` takes it now)" if taken else ""
            yield Reason(f"parameter `{one.name}` removed{more}", breaking=not taken)
    variadic = {one.kind for one in old}
    for one in new:
        same = one.kind.startswith("variadic") and one.kind in variadic
        if one.name not in names and one.name not in renamed.values() and not same:
            yield _added(one)


def _order(old: Sequence[Parameter], new: Sequence[Parameter]) -> Iterator[Reason]:
    """Parameters that callers reach at another place than before."""
    places = {one.name: place for place, one in enumerate(new) if one.kind in _BY_POSITION}
    moved = [
        one.name for place, one in enumerate(old) if one.kind in _BY_POSITION and places.get(one.name, place) != place
    ]
    if len(moved) == 1:
        yield Reason(f"parameter `{moved[0]}` is now at place {places[moved[0]] + 1}", breaking=True)
    elif moved:
        shown = ", ".join(f"`{name}`" for name in moved[:_LISTED]) + f" and {len(moved) - _LISTED} more" * (
            len(moved) > _LISTED
        )
        yield Reason(f"parameters {shown} are now at other places", breaking=True)


def _one(old: Parameter, new: Parameter) -> Iterator[Reason]:
    label = f"parameter `{old.name}`"
    if old.kind != new.kind:
        more = new.kind == "positional" and old.kind in {"positional_only", "keyword"}
        yield Reason(f"{label} was {_KINDS[old.kind]}, is {_KINDS[new.kind]}", breaking=not more)
    if new.required and not old.required:
        yield Reason(f"{label} is now required", breaking=True)
    elif old.required and not new.required:
        yield Reason(f"{label} is now optional", breaking=False)
    elif old.default != new.default:
        yield Reason(_changed(f"default of {label}", old.default, new.default), breaking=True)
    if old.annotation and new.annotation and (how := relation(old.annotation, new.annotation)) != "same":
        word = {"narrower": "narrowed", "wider": "widened"}.get(how, "changed")
        yield Reason(_changed(f"type of {label}", old.annotation, new.annotation, word), breaking=False)


def _renamed(old: Sequence[Parameter], new: Sequence[Parameter]) -> dict[int, str]:
    """Which parameters stand where another stood that is gone, and are like it."""
    names, before = {one.name for one in new}, {one.name for one in old}
    return {
        place: after.name
        for place, (one, after) in enumerate(zip(old, new, strict=False))
        if one.name not in names
        and after.name not in before
        and (one.kind, one.required, one.default) == (after.kind, after.required, after.default)
        and relation(one.annotation or "Any", after.annotation or one.annotation or "Any") == "same"
        and one.kind in _BY_POSITION
        and (one.required or SequenceMatcher(None, one.name, after.name).ratio() >= _ALIKE)
    }


def _taken(gone: Parameter, new: Sequence[Parameter]) -> str:
    """The parameter that takes what is given for one that is gone, if any does."""
    shown = {one.kind: one.name for one in new}
    args, kwargs = shown.get("variadic"), shown.get("variadic_keyword")
    if gone.kind == "keyword":
        return f"**{kwargs}" if kwargs else ""
    if gone.kind == "positional_only":
        return f"*{args}" if args else ""
    return f"*{args}, **{kwargs}" if gone.kind == "positional" and args and kwargs else ""


def _added(one: Parameter) -> Reason:
    if one.required and not one.kind.startswith("variadic"):
        return Reason(f"required parameter `{one.name}` added", breaking=True)
    return Reason(f"parameter `{one.name}` added", breaking=False)


def _results(old: Symbol, new: Symbol, language: Language) -> Iterator[Reason]:
    attribute = old.parameters is None
    if old.returns and new.returns and old.returns != new.returns:
        how = relation(old.returns, new.returns) if language == "python" else "other"
        if how != "same":
            word = {"narrower": "narrowed", "wider": "widened"}.get(how, "changed")
            what = "type" if attribute else "return type"
            yield Reason(_changed(what, old.returns, new.returns, word), breaking=how != "narrower")
    elif language in _TYPED and old.parameters is not None and bool(old.returns) != bool(new.returns):
        # TypeScript infers what is not written; Go and Java return nothing then.
        yield Reason(
            _changed("return type", old.returns or "nothing", new.returns or "nothing"),
            breaking=language != "typescript",
        )
    if (
        old.value != new.value
        and attribute
        and not old.short.startswith("__")
        and not (old.flags | new.flags) & {"instance", "property"}
    ):
        yield Reason(_changed("value", old.value or "none", new.value or "none"), breaking=bool(old.value))


def _class(old: Symbol, new: Symbol) -> Iterator[Reason]:
    now = {_base(one) for one in new.bases}
    before = {_base(one) for one in old.bases}
    for base in old.bases:
        if _base(base) not in now:
            yield Reason(f"base `{base}` removed", breaking=True)
    for base in new.bases:
        if _base(base) not in before:
            yield Reason(f"base `{base}` added", breaking=False)


def _base(said: str) -> str:
    return said.partition("[")[0].partition("<")[0].rpartition(".")[2]


def _flags(old: Symbol, new: Symbol) -> Iterator[Reason]:
    if old.parameters is not None and ("async" in old.flags) != ("async" in new.flags):
        yield Reason("must be awaited now" if "async" in new.flags else "is no longer awaited", breaking=True)
    for flag, word in (("static", "static"), ("property", "a property")):
        if (flag in old.flags) != (flag in new.flags) and old.kind == new.kind:
            is_now = flag in new.flags
            breaking = flag == "static" and not is_now
            yield Reason(f"is {'now' if is_now else 'no longer'} {word}", breaking=breaking)
    if "abstract" in new.flags and "abstract" not in old.flags:
        yield Reason("is abstract now: classes derived from it must have their own", breaking=True)


def _changed(what: str, old: str, new: str, word: str = "changed") -> str:
    return f"{what} {word} from `{_short(old)}` to `{_short(new)}`"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
