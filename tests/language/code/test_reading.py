"""Source files become modules, whatever is in them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.language.code import Module, Symbol, read_source, read_sources
from tieline.language.code.child import parse
from tieline.language.code.reading import module_name
from tieline.language.documents import Limits

PYTHON = '''"""A client."""

import os

__version__ = "1"
LIMIT: int = 3


@deprecated("no")
async def fetch(url, /, times: int = 2, *more, wait, **rest) -> "str":
    """Fetch it.

    Args:
        url: Where.

    Returns:
        str: The text.
    """


class Client(Base[int]):
    """Speaks.

    :param token: the secret
    """

    def __init__(self, token: str, *, retries: int = 3):
        self.token = token

    @property
    def name(self) -> str: ...

    def _hidden(self): ...


@dataclass
class Point:
    x: int
    y: int = field(default=0)
    z: int = field()
    cached: int = field(init=False)
'''
TYPESCRIPT = """/** Speaks. */
export class Client<T> extends Base implements Api {
  #secret = 1;
  private hidden(): void {}
  constructor(public url: string, times = 3) {}
  /** Gets. @deprecated use fetch */
  async get(path?: string, ...rest: number[]): Promise<T> {}
}
export const load = async (path: string) => 1, LIMIT = 3;
export interface Api { name?: string; call(x: number): void }
export type Mode = "a" | "b";
export enum Level { Low = 1, High }
function later(): void {}
function inner(): void {}
export { later as sooner };
"""
GO = """package acme

// Get gets.
//
// Deprecated: use Fetch.
func Get(a, b int, rest ...string) (int, error) { return 1, nil }

// Client speaks.
type Client[T any] struct {
	Name, Other string
	secret int
	Base
}

func (c *Client[T]) Call(x int) error { return nil }
func (s *secret) Call() {}

type Caller interface { Call(x int) error }

const (
	// Limit is the most.
	Limit = 3
	other
)
"""
JAVA = """package com.acme;
/** Speaks. {@code x}
 * @param <T> what
 */
@Deprecated
public abstract class Client<T> extends Base implements Api {
  public static final int LIMIT = 3;
  private int secret;
  public Client(String url) {}
  /** Gets.
   * @param path where
   * @return the text
   * @throws IOException when away
   */
  public <U> String get(final String path, int... rest) throws IOException { return ""; }
  public void get() {}
  public interface Inner { void call(); }
  enum Level { LOW, HIGH }
}
"""


def symbols(path: str, text: str) -> dict[str, Symbol]:
    module = read_source(path, text)
    assert not module.problems
    return {symbol.name.removeprefix(f"{module.name}."): symbol for symbol in module.symbols}


def test_python() -> None:
    found = symbols("src/acme/__init__.py", PYTHON)
    fetch, client = found["fetch"], found["Client"]
    assert fetch.signature == "async def fetch(url, /, times: int = 2, *more, wait, **rest) -> str"
    assert fetch.parameters
    kinds = ["positional_only", "positional", "variadic", "keyword", "variadic_keyword"]
    assert [one.kind for one in fetch.parameters] == kinds
    assert [one.required for one in fetch.parameters] == [True, False, False, True, False]
    assert (fetch.returns, fetch.deprecated, fetch.first_line, fetch.last_line) == ("str", True, 9, 18)
    assert [(one.kind, [item.name for item in one.items]) for one in fetch.sections] == [
        ("text", []), ("parameters", ["url"]), ("returns", ["str"]),
    ]  # fmt: skip
    assert (client.bases, client.signature) == (("Base[int]",), "class Client(token: str, *, retries: int = 3)")
    assert [one.kind for one in client.sections] == ["text", "parameters"]
    assert found["Client.name"].flags == {"property"}
    assert (found["Client._hidden"].public, found["__version__"].public, found["LIMIT"].kind) == (
        False,
        False,
        "constant",
    )
    assert found["Point"].signature == "class Point(x: int, y: int = field(default=0), z: int)"


def test_typescript() -> None:
    found = symbols("src/client.ts", TYPESCRIPT)
    public = [name for name, symbol in found.items() if symbol.public]
    assert public == [
        "Client", "Client.get", "load", "LIMIT", "Api", "Api.name", "Api.call", "Mode", "Level", "Level.Low",
        "Level.High", "sooner",
    ]  # fmt: skip
    assert found["Client"].signature == "class Client<T>(url: string, times = 3)"
    assert found["Client"].bases == ("Base", "Api")
    assert found["Client.get"].signature == "async get(path?: string, ...rest: number[]): Promise<T>"
    assert found["Client.get"].deprecated
    assert found["load"].signature == "async function load(path: string)"
    assert found["Mode"].value == '"a" | "b"'


def test_javascript() -> None:
    found = symbols(
        "a.mjs", "/** Hi.\n * @param {string} a - where\n */\nexport default function f(a, b = 1, ...c) {}\n"
    )
    assert found["f"].public
    assert found["f"].sections[1].items[0].model_dump() == {"name": "a", "annotation": "string", "text": "where"}


def test_commonjs() -> None:
    text = """function a(x) {} function c() {} class Main {} function hidden() {}
module.exports = { a, b: c, run(x) {}, walk: (x) => 1 };
/** Does. */
module.exports.d = function (x) {};
exports.e = class { m(y) {} };
"""
    found = symbols("a.js", text)
    public = {name for name, symbol in found.items() if symbol.public}
    assert public == {"a", "b", "run", "walk", "d", "e", "e.m"}
    assert (found["d"].docstring, found["run"].signature) == ("Does.", "function run(x)")
    assert symbols("b.js", "class Main {}\nmodule.exports = Main;\n")["default"].public


def test_namespaces_of_typescript() -> None:
    text = """export namespace A.B { export function f(a: number): void {} function g() {} }
export namespace C { export class D { m(): void {} } namespace Inner { export const x = 1 } }
namespace H { export const x = 1 }
export declare namespace Q { function w(): void; }
namespace Late { export const y = 1 }
export { Late };
"""
    public = [name for name, symbol in symbols("a.ts", text).items() if symbol.public]
    assert public == ["A.B.f", "C.D", "C.D.m", "Q.w", "Late.y"]


def test_tsx() -> None:
    assert list(symbols("a.tsx", "export const View = (p: Props) => <b>{p.x}</b>;")) == ["View"]


def test_go() -> None:
    found = symbols("acme/client.go", GO)
    assert found["Get"].signature == "func Get(a int, b int, rest ...string) (int, error)"
    assert (found["Get"].deprecated, found["Get"].docstring[:9]) == (True, "Get gets.")
    public = [name for name, symbol in found.items() if symbol.public]
    assert public == ["Get", "Client", "Client.Name", "Client.Other", "Client.Call", "Caller", "Caller.Call", "Limit"]
    assert (found["Client"].bases, found["Limit"].docstring) == (("Base",), "Limit is the most.")


def test_java() -> None:
    module = read_source("src/main/java/com/acme/Client.java", JAVA)
    public = [symbol.name for symbol in module.symbols if symbol.public]
    assert public == [
        "com.acme.Client", "com.acme.Client.LIMIT", "com.acme.Client.Client", "com.acme.Client.get",
        "com.acme.Client.get", "com.acme.Client.Inner", "com.acme.Client.Inner.call", "com.acme.Client.Level.LOW",
        "com.acme.Client.Level.HIGH",
    ]  # fmt: skip
    get = module.symbols[4]
    assert get.signature == "<U> String get(String path, int... rest) throws IOException"
    assert [one.kind for one in get.sections] == ["text", "parameters", "returns", "raises"]
    assert module.symbols[0].deprecated


@pytest.mark.parametrize(
    ("path", "text", "line", "kept"),
    (
        ("a.py", "def f(): ...\ndef broken(:\n  pass\n@x\ndef g(): ...\n", 2, ["a.f", "a.g"]),
        ("a.py", "def f(): ...\nclass C:\n  def m(self)\n    x\ndef g(): ...\n", 3, ["a.f", "a.g"]),
        ("a.ts", "export function f() {}\nexport const = 3;\nexport function g() {}\n", 2, ["a.f", "a.g"]),
        ("a.go", "package a\nfunc F() {}\nvar = 3\nfunc G() {}\n", 3, ["main.F"]),
        ("A.java", "class A { int x; ]] public void m() {} }", 1, ["A", "A.x", "A.m"]),
    ),
)
def test_the_rest_of_a_broken_file_is_read(path: str, text: str, line: int, kept: list[str]) -> None:
    module = read_source(path, text)
    assert line in {one.line for one in module.problems}
    assert set(kept) <= {one.name for one in module.symbols}


def test_other_files_have_no_symbols() -> None:
    assert read_source("a.rs", "fn main() {}") == Module(path="a.rs", language="other", name="a.rs")


BOMBS = (
    "(" * 5000,
    "-" * 200_000 + "1",
    "a" + ".b" * 100_000,
    "not " * 100_000,
    "lambda:" * 50_000 + "1",
    "{" * 99_999,
)


@pytest.mark.parametrize("ending", ("py", "ts", "go", "java"))
def test_a_bomb_does_not_keep_others_from_being_read(ending: str) -> None:
    began = time.monotonic()
    files = {f"{number}.{ending}": bomb for number, bomb in enumerate(BOMBS)}
    *bombs, fine = read_sources(files | {"fine.py": "def f(): ..."})
    assert all(one.problems for one in bombs if ending == "py")
    assert [one.name for one in fine.symbols] == ["fine.f"]
    assert time.monotonic() - began < 60


def test_a_file_over_a_limit_is_refused_by_name() -> None:
    big, slow = Limits(megabytes=0.001), Limits(seconds=0.001)
    assert "limit of 0.001 MiB" in read_source("a.py", "x = 1\n" * 1000, limits=big).problems[0].message
    (found,) = read_source("a.py", "def f(): ...\n" * 20_000, limits=slow).problems
    assert "`seconds`" in found.message


def test_nothing_is_run(tmp_path: object) -> None:
    witness = f"{tmp_path}/witness"
    text = f"open({witness!r}, 'w')\n__import__('pathlib').Path({witness!r}).touch()\n"
    read_source("a.py", text + f"def f(x=open({witness!r}, 'w')): ...\n")
    with pytest.raises(FileNotFoundError):
        open(witness)  # noqa: PTH123, SIM115 - it must not be there


@pytest.mark.parametrize("language", ("python", "javascript", "typescript", "go", "java"))
def test_any_text_is_read(language: str) -> None:
    pieces = st.sampled_from(
        ["def f(", "class A:", "\n", "    ", '"""', "'", "{", "}", "(", ")", "export ", "func ", "type ", "public ", "x",  # noqa: E501 - a table
         ": int", "=", ",", "*", "@", "/**", "*/", "//", "\\", "\x00", "interface ", "enum ", "[", "]", "<", ">", "é"]
    )  # fmt: skip
    endings = {"python": "py", "javascript": "js", "typescript": "ts", "go": "go", "java": "java"}

    @settings(deadline=None, max_examples=60)
    @given(st.one_of(st.text(), st.lists(pieces).map("".join)))
    def check(text: str) -> None:
        module = parse(f"a.{endings[language]}", "a", language, text)
        assert all(1 <= one.first_line <= one.last_line for one in module.symbols)

    check()


@pytest.mark.parametrize(
    ("path", "files", "name"),
    (
        ("src/acme/client.py", [], "acme.client"),
        ("acme-1.0/acme/__init__.py", [], "acme"),
        ("lib/deep/acme/x.py", ["lib/deep/acme/__init__.py"], "acme.x"),
        ("setup.py", [], "setup"),
        ("web/src/client.ts", [], "web/src/client"),
        ("acme/http/x.go", [], "acme/http"),
        ("x.go", [], "main"),
    ),
)
def test_names_of_modules(path: str, files: list[str], name: str) -> None:
    assert module_name(path, files) == name
