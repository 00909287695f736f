"""What breaks callers, and why."""

from __future__ import annotations

import gc
import logging
import re
import time
from collections.abc import Mapping
from pathlib import Path
from textwrap import indent
from typing import Any, cast

import griffe
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.language.code import Change, Module, compare, coverage, public_names
from tieline.language.code.child import parse
from tieline.language.code.model import Parameter, Symbol
from tieline.language.code.reading import language_of, module_name


def read(files: Mapping[str, str]) -> list[Module]:
    return [parse(path, module_name(path, files), language_of(path), text) for path, text in files.items()]


def changes(before: str, after: str, path: str = "acme.py") -> list[Change]:
    return compare(read({path: before}), read({path: after}))


def said(found: list[Change]) -> list[tuple[str, bool, str]]:
    return [(one.name, one.breaking, "; ".join(reason.text for reason in one.reasons)) for one in found]


#: Before, after, whether it breaks callers, and why.
PYTHON = (
    ("def f(a, b): ...", "def f(a): ...", True, "parameter `b` removed"),
    ("def f(a): ...", "def f(a, b): ...", True, "required parameter `b` added"),
    ("def f(a): ...", "def f(a, b=1): ...", False, "parameter `b` added"),
    ("def f(a, b=1): ...", "def f(a, b): ...", True, "parameter `b` is now required"),
    ("def f(a, b): ...", "def f(a, b=1): ...", False, "parameter `b` is now optional"),
    ("def f(count): ...", "def f(number): ...", True, "parameter `count` renamed to `number`"),
    ("def f(a, /): ...", "def f(b, /): ...", False, ""),
    ("def f(a, b): ...", "def f(b, a): ...", True, "parameters `a`, `b` are now at other places"),
    ("def f(a=1): ...", "def f(a=2): ...", True, "default of parameter `a` changed from `1` to `2`"),
    ("def f(a): ...", "def f(*, a): ...", True, "parameter `a` was positional or keyword, is keyword only"),
    ("def f(*, a): ...", "def f(a): ...", False, "parameter `a` was keyword only, is positional or keyword"),
    ("def f(*, a): ...", "def f(**rest): ...", False, "parameter `a` removed (`**rest` takes it now); parameter `rest` added"),  # noqa: E501 - a table
    ("def f(*args): ...", "def f(): ...", True, "parameter `args` removed"),
    ("def f(*args): ...", "def f(*more): ...", False, ""),
    ("def f() -> int: ...", "def f() -> str: ...", True, "return type changed from `int` to `str`"),
    ("def f() -> str | None: ...", "def f() -> str: ...", False, "return type narrowed from `str | None` to `str`"),
    ("def f() -> str: ...", "def f() -> str | None: ...", True, "return type widened from `str` to `str | None`"),
    ("def f() -> Optional[List[str]]: ...", "def f() -> 'list[str] | None': ...", False, ""),
    ("from typing import Literal\ndef f() -> Literal['a']: ...", "from typing import Literal\ndef f() -> Literal['b']: ...", True, "return type changed from `Literal['a']` to `Literal['b']`"),  # noqa: E501 - a table
    ("def f(): ...", "async def f(): ...", True, "must be awaited now"),
    ("def f(): ...", "class f: ...", True, "was a function, is a class"),
    ("def f(): ...", "def g(a): ...", True, "removed"),
    ("def f(): ...", "def _f(): ...", True, "is private now, as `acme._f`"),
    ("__all__ = ['f']\ndef f(): ...", "__all__ = []\ndef f(): ...", True, "is private now"),
    ("def f(): ...", "@deprecated('no')\ndef f(): ...", False, "is deprecated"),
    ("@deprecated('no')\ndef f(): ...", "", True, "removed; it was deprecated before"),
    ("class C(A, B): ...", "class C(A): ...", True, "base `B` removed"),
    ("class C(A): ...", "class C(A, B): ...", False, "base `B` added"),
    ("X = 1", "X = 2", True, "value changed from `1` to `2`"),
    ("x: int", "x: str", True, "type changed from `int` to `str`"),
    ("class C:\n  def __init__(self, a): ...", "class C:\n  def __init__(self): ...", True, "parameter `a` removed"),
    ("@dataclass\nclass C:\n  a: int = 1", "@dataclass\nclass C:\n  a: int = 1\n  b: int", True, "required parameter `b` added"),  # noqa: E501 - a table
    ("@dataclass\nclass B:\n  a: int\n@dataclass\nclass C(B):\n  b: int", "@dataclass\nclass B:\n  z: int\n  a: int\n@dataclass\nclass C(B):\n  b: int", True, "parameters `a`, `b` are now at other places; required parameter `z` added"),  # noqa: E501 - a table
    ("@dataclass\nclass B:\n  a: int\n@dataclass\nclass C(B):\n  b: int", "@dataclass\nclass C:\n  a: int\n  b: int", True, "base `B` removed"),  # noqa: E501 - a table
    ('def f(a):\n  """Do it."""', 'def g(a):\n  """Do it."""', True, "renamed to `acme.g`"),
    ("class C:\n  def m(self): ...", "class C: ...", True, "removed"),
    ("class C:\n  @staticmethod\n  def m(a): ...", "class C:\n  def m(self, a): ...", True, "is no longer static"),
    ("class C:\n  def m(self): ...", "class B:\n  def m(self): ...\nclass C(B): ...", False, "base `B` added"),
)  # fmt: skip
OTHERS = (
    ("a.go", "func F(a int) {}", "func F(b int) {}", False, ""),
    ("a.go", "func F(a int) {}", "func F(a int, b int) {}", True, "required parameter `b` added"),
    ("a.go", "func F(a int) {}", "func F(a string) {}", True, "type of parameter `a` changed from `int` to `string`"),
    ("a.go", "func F() int {}", "func F() (int, error) {}", True, "return type changed from `int` to `(int, error)`"),
    ("a.go", "func F() {}", "func f() {}", True, "removed"),
    ("a.go", "type I interface { A() }", "type I interface { A(); B() }", True,
     "added, and abstract: classes that implement it must have their own"),
    ("a.ts", "export function f(a) {}", "export function f(a, b) {}", True, "required parameter `b` added"),
    ("a.ts", "export function f(a) {}", "export function f(a, b?) {}", False, "parameter `b` added"),
    ("a.ts", "export function f(a: A) {}", "export function f(a: A | B) {}", False,
     "type of parameter `a` changed from `A` to `A | B`"),
    ("a.ts", "export function f() {}", "function f() {}", True, "is private now"),
    ("A.java", "public class A { public void m(int a) {} }", "public class A { public void m(int b) {} }", False, ""),
    ("A.java", "public class A { public void m(int a) {} public void m() {} }", "public class A { public void m() {} }",
     True, "removed"),
    ("A.java", "public class A { public void m() {} }", "public class A { void m() {} }", True, "is private now"),
)  # fmt: skip


@pytest.mark.parametrize(("before", "after", "breaking", "why"), PYTHON)
def test_python(before: str, after: str, breaking: bool, why: str) -> None:  # noqa: FBT001 - a table
    found = [one for one in changes(before, after) if one.name != "acme.B" and not one.name.startswith("acme.B.")]
    told = [(one.breaking, "; ".join(reason.text for reason in one.reasons)) for one in found if one.kind != "added"]
    assert [one for one in told if why in one[1]] == ([(breaking, told[0][1])] if why else []), told
    assert bool(why) == bool(told)


@pytest.mark.parametrize(("path", "before", "after", "breaking", "why"), OTHERS)
def test_other_languages(path: str, before: str, after: str, breaking: bool, why: str) -> None:  # noqa: FBT001 - a table
    assert [(one[1], one[2]) for one in said(changes(before, after, path))] == ([(breaking, why)] if why else [])


#: What griffe takes for a break, and is none: what still takes it, what nobody sees, what a base has now.
HARMLESS = ("def f(*, a): ...", "def f(a, /): ...", "def f(*args): ...", "class C:\n  def m(self): ...")


@pytest.mark.parametrize(("before", "after"), [one[:2] for one in PYTHON if one[2] or one[0] not in HARMLESS])
def test_what_griffe_finds_is_found(before: str, after: str) -> None:
    """Its rules are the least of ours."""
    logging.getLogger("griffe").setLevel(logging.CRITICAL)
    old, new = (griffe.visit("acme", filepath=cast("Any", Path("acme.py")), code=text) for text in (before, after))
    theirs = {re.sub(r"\.__init__$|\(.*", "", one.obj.path) for one in griffe.find_breaking_changes(old, new)}
    assert theirs <= {one.name for one in changes(before, after) if one.breaking}


def test_names_come_from_where_people_import_them() -> None:
    before = {
        "acme/__init__.py": "from ._api import *\nfrom ._client import Client as Client\n__all__ = ['get', 'Client']",
        "acme/_api.py": "__all__ = ['get']\ndef get(a): ...\ndef hidden(): ...",
        "acme/_client.py": "from ._base import Base\nclass Client(Base):\n  def close(self): ...",
        "acme/_base.py": "class Base:\n  def __init__(self, url): ...\n  def open(self): ...",
    }
    assert list(public_names(read(before))) == ["acme.Client", "acme.Client.close", "acme.get"]
    after = before | {
        "acme/_api.py": "__all__ = ['get']\ndef get(a, b): ...",
        "acme/_client.py": "from ._base import Base\nclass Client(Base): ...",
        "acme/_base.py": "class Base:\n  def __init__(self): ...\n  def close(self): ...",
    }
    assert said(compare(read(before), read(after))) == [
        ("acme.Client", True, "parameter `url` removed"),
        ("acme.get", True, "required parameter `b` added"),
    ]


def test_a_file_that_moved() -> None:
    text = "class Client:\n  def get(self, a): ...\ndef load(path): ..."
    found = compare(read({"acme/a.py": text}), read({"acme/b.py": text.replace("self, a", "self")}))
    assert said(found) == [
        ("acme.a.Client", True, "moved to `acme.b.Client`"),
        ("acme.a.Client.get", True, "moved to `acme.b.Client.get`; parameter `a` removed"),
        ("acme.a.load", True, "moved to `acme.b.load`"),
    ] or said(found)[0] == ("acme.a.Client", True, "moved to `acme.b.Client`")
    private = {"acme/__init__.py": "from ._a import load as load"}, {"acme/__init__.py": "from ._b import load as load"}
    assert not compare(read(private[0] | {"acme/_a.py": text}), read(private[1] | {"acme/_b.py": text}))


def test_a_name_that_is_still_elsewhere() -> None:
    core = {"acme/core.py": "def load(path): ..."}
    found = compare(
        read(core | {"acme/__init__.py": "from .core import load as load"}), read(core | {"acme/__init__.py": ""})
    )
    assert said(found) == [("acme.load", True, "removed here; it is still `acme.core.load`")]


NAMES = st.sampled_from(["f", "g", "C", "_h", "X"])
FUNCTIONS = st.builds(
    lambda name, listed, doc: f"def {name}({', '.join(dict.fromkeys(listed))}):\n  '''{doc}'''",
    NAMES, st.lists(st.sampled_from(["a", "b", "c"]), max_size=3), st.sampled_from(["", "Do it.", "Go."]),
)  # fmt: skip
CLASSES = st.builds(
    lambda name, base, body: f"class {name}({base}):\n" + indent("\n".join(body), "  "),
    NAMES, st.sampled_from(["", "C", "f"]), st.lists(FUNCTIONS, min_size=1, max_size=3),
)  # fmt: skip
SOURCES = st.lists(st.one_of(FUNCTIONS, CLASSES, st.just("X = 1"), st.just("X: int = 2")), max_size=4).map("\n".join)


@settings(deadline=None, max_examples=80)
@given(SOURCES, SOURCES)
def test_nothing_changed_and_symmetry(before: str, after: str) -> None:
    old, new = read({"acme.py": before}), read({"acme.py": after})
    assert compare(old, old) == []
    gone = sorted(one.name for one in compare(old, new) if one.kind == "removed")
    came = sorted(one.name for one in compare(new, old) if one.kind == "added")
    assert gone == came


def test_coverage() -> None:
    text = (
        'def f():\n  """Do."""\ndef g(): ...\ndef _h(): ...\nclass C:\n  """It."""\n  def m(self): ...\n  x: int = 1\n'
    )
    found = coverage(read({"acme.py": text}))
    assert (found.documented, found.public, [(one.name, one.line) for one in found.undocumented]) == (
        2, 4, [("acme.C.m", 7), ("acme.g", 3)],
    )  # fmt: skip


@pytest.mark.parametrize("many", (2, 3, 12))
def test_circles_end(many: int) -> None:
    """Modules that take in each other, and classes that are derived from each other."""
    stars = "".join(f"from .m{other} import *\n" for other in range(many))
    bases = ", ".join(f"C{other}" for other in range(many))
    files = {f"acme/m{one}.py": f"{stars}class C{one}({bases}): ...\n" for one in range(many)}
    modules = read({"acme/__init__.py": stars, **files})
    assert {f"acme.C{one}" for one in range(many)} <= set(public_names(modules))
    assert compare(modules, modules) == []


def functions(module: str, count: int, name: str = "f", *, typed: str = "") -> list[Module]:
    """A module of functions: each with a name of its own, or, where a type is given, all with one name (overloads)."""
    made = [
        Symbol(
            name=f"{module}.{name}{'' if typed else number}",
            kind="function",
            docstring="Do it.",
            first_line=number + 1,
            parameters=(Parameter(name="a", kind="positional_only", annotation=f"{typed}{number}" if typed else ""),),
        )
        for number in range(count)
    ]
    return [Module(path=f"{module}.java", language="java", name=module, symbols=tuple(made))]


@pytest.mark.parametrize(
    ("before", "after"),
    (
        ({"module": "a"}, {"module": "b"}),
        ({"module": "a"}, {"module": "a", "name": "g"}),
        ({"module": "a", "typed": "T"}, {"module": "a", "typed": "U"}),
    ),
)
def test_ten_times_the_changes_take_about_ten_times_as_long(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Not a hundred times, as where each is compared with each."""
    seconds = []
    for count in (1_000, 10_000):
        old, new = functions(count=count, **before), functions(count=count, **after)
        taken = []
        for _ in range(2):
            gc.disable()  # looking through all that the tests have made is no part of it
            began = time.process_time()
            found = compare(old, new)
            taken.append(time.process_time() - began)
            gc.enable()
        assert len(found) in {count, 2 * count}
        seconds.append(min(taken))
    assert seconds[1] < 40 * seconds[0], seconds


INT, STR, BYTES = "(x: int) -> int", "(x: str, *, y: bool = True) -> str", "(x: bytes) -> int"
BOTH = "(x: int | str) -> int"


def overloaded(*ways: str, inside: bool = False, body: bool = True) -> str:
    """A function with overloads."""
    text = "".join(f"@overload\ndef f{way}: ...\n" for way in ways) + "def f(x, **rest): ...\n" * body
    text = "from typing import overload\n" + (f"class C:\n{indent(text, '    ')}" if inside else text)
    return text.replace("def f(x", "def f(self, x") if inside else text


@pytest.mark.parametrize("more", ({}, {"inside": True}, {"body": False}), ids=str)
@pytest.mark.parametrize(
    ("before", "after", "breaking", "why"),
    (
        ((INT, STR), (INT, STR), False, ""),
        ((INT, STR), (STR, INT), False, ""),
        ((INT, STR), (INT,), True, f"overload `def f{STR}` removed"),
        ((INT,), (INT, STR), False, f"overload `def f{STR}` added"),
        ((INT, STR), (BYTES, STR), True, f"overload `def f{INT}` removed; overload `def f{BYTES}` added"),
        ((INT, STR), (BOTH, STR), False, f"overload `def f{INT}` is now `def f{BOTH}`"),
        ((INT, STR), (INT.replace("-> int", "-> str"), STR), True, f"overload `def f{INT}` removed"),
    ),
)
def test_each_overload_counts(
    before: tuple[str, ...], after: tuple[str, ...], *, breaking: bool, why: str, more: dict[str, bool]
) -> None:
    found = changes(overloaded(*before, **more), overloaded(*after, **more), "acme.pyi")
    assert any(one.breaking for one in found) is breaking
    said_so = "; ".join(reason.text for one in found for reason in one.reasons)
    assert said_so.replace("def f(self, ", "def f(").startswith(why)
    assert bool(said_so) is bool(why)


def test_overloads_are_shown_all_and_may_come_and_go() -> None:
    ways = "".join(f"    @overload\n    def __init__(self, x: {kind}) -> None: ...\n" for kind in ("int", "str"))
    text = f"from typing import overload\nclass C:\n{ways}    def __init__(self, x): ...\n"
    (module,) = read({"acme.py": text + overloaded(INT, STR)})
    shown = {one.short: one.signature for one in module.symbols}
    assert shown == {"C": "class C(x: int)\nclass C(x: str)", "f": f"def f{INT}\ndef f{STR}"}
    fewer = text.replace("    @overload\n    def __init__(self, x: str) -> None: ...\n", "")
    assert said(changes(text, fewer)) == [("acme.C", True, "overload `class C(x: str)` removed")]
    plain = "def f(x, **rest): ...\n"
    assert said(changes(plain, overloaded(INT))) == [("acme.f", False, "has overloads now")]
    assert said(changes(overloaded(INT), plain)) == [("acme.f", False, "has no overloads any more")]
