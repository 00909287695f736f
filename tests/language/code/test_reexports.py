"""What files of JavaScript and TypeScript offer of others."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.language.code.test_changes import read, said
from tieline.language.code import compare
from tieline.language.code.surface import Surface

X = "export function a(n) {}\nexport class K { m() {} }\nexport default function d() {}\nfunction hidden() {}\n"


def offered(files: Mapping[str, str], module: str = "src/index") -> dict[str, str]:
    """The names that a file offers, and what they are called where they stand."""
    names = Surface(read(files)).names
    found = {name: entries[0].symbol.name for name, entries in names.items()}
    return {name.removeprefix(f"{module}."): own for name, own in found.items() if name.startswith(f"{module}.")}


def test_names_that_are_passed_on_one_by_one() -> None:
    index = """
        export {a as b, hidden, nothing} from './x';
        export {default as D} from "./x.js";
        export type {K as T} from './x';
        import first, {K as Q} from './x';
        export {Q, first as F};
        export {z} from 'a-package';
        export * from '../../outside';
    """
    assert offered({"src/index.ts": index, "src/x.ts": X}) == {
        "b": "src/x.a",
        "D": "src/x.d",
        "T": "src/x.K",
        "T.m": "src/x.K.m",
        "Q": "src/x.K",
        "Q.m": "src/x.K.m",
        "F": "src/x.d",
    }


def test_whole_files_are_passed_on_without_their_default() -> None:
    files = {
        "src/index.js": "export * from './y';\nexport const a = 1;\nexport * as ns from './x';\n",
        "src/y/index.js": "export * from '../x';\nexport {a as hers} from '../x';\n",
        "src/x.js": X,
    }
    assert offered(files) == {
        "a": "src/index.a",  # what a file says itself comes first
        "K": "src/x.K",
        "K.m": "src/x.K.m",
        "hers": "src/x.a",
        "ns.a": "src/x.a",
        "ns.K": "src/x.K",
        "ns.K.m": "src/x.K.m",
    }


def test_a_name_that_is_passed_on_no_more_breaks() -> None:
    before = {"src/index.ts": "export {a, K} from './x';\n", "src/x.ts": X}
    less = {**before, "src/index.ts": "export {a as b, K} from './x';\n"}
    found = {name: (breaking, why) for name, breaking, why in said(compare(read(before), read(less)))}
    assert found["src/index.a"][0]
    assert "src/x.a" in found["src/index.a"][1] or "src/index.b" in found["src/index.a"][1]
    other = {**before, "src/x.ts": X.replace("a(n)", "a(n, more)")}
    (change,) = said(compare(read(before), read(other)))
    assert change == ("src/index.a", True, "required parameter `more` added"), "told once, as people import it"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), st.sampled_from("*nxd")), max_size=8))
def test_circles_end(links: list[tuple[str, str, str]]) -> None:
    ways = {"*": "export * from './{}';", "n": "export * as n from './{}';", "x": "export {{x}} from './{}';",
            "d": "export {{default as x}} from './{}';"}  # fmt: skip
    files = {f"{one}.js": f"export const own_{one} = 1;\n" for one in "abc"}
    for here, there, way in links:
        files[f"{here}.js"] += ways[way].format(there) + "\n"
    whole = {(here, there) for here, there, way in links if way == "*"}
    for here, there in whole:
        assert offered(files, here)[f"own_{there}"] == f"{there}.own_{there}"
