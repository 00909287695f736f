"""Targets: regions among what people wrote, in each form that pages are kept in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.notion import NotionCredentials
from flows.publishing import Draft, Page, Proposing, Target, target
from flows.publishing.forms import CONFLUENCE, HTML, MARKDOWN, Form
from flows.publishing.regions import put, regions
from tasks import notion
from tieline import connections
from tieline.errors import ConfigError, Conflict, UnknownName
from tieline.inbox import scope
from tieline.sandbox import Sandbox, running
from tieline.sandbox.notion.memory import Notebook

LEAN = scope.Scope("", lean=True)
#: A target is asked here outside of a flow, where Prefect has no place for what its tasks log.
pytestmark = pytest.mark.filterwarnings("ignore:Logger 'prefect.task_runs' attempted:UserWarning")
WORDS = st.text(alphabet="ab *#\n`<>[]&|-_1.", max_size=60)


class Killed(BaseException):
    """The process ends here: nothing that handles errors sees it."""


def page(region: str, text: str, **more: bool) -> Page:
    return Page(path="api/acme", title="Acme", region=region, text=text, **more)


@pytest.mark.parametrize("form", (MARKDOWN, HTML, CONFLUENCE), ids=lambda form: type(form).__name__)
@given(first=WORDS, second=WORDS, more=WORDS)
def test_what_people_wrote_stays_letter_by_letter(form: Form, first: str, second: str, more: str) -> None:
    """Whatever is generated: a region is found again, replaced and taken away, and the rest is as it was."""
    around = "<p>By Ann &amp; Ben.</p>" if form is not MARKDOWN else "By Ann & Ben.\n\n* [ ] x"
    text = put(form, around, [page("one", f"First {first}"), page("two", f"Second {second}")])
    assert text.startswith(around)
    assert [(one.name, one.edited) for one in regions(form, text)] == [("one", False), ("two", False)]
    text = put(form, text, [page("one", f"Again {more}")])
    assert text.startswith(around)
    assert [one.name for one in regions(form, text)] == ["one", "two"]
    assert put(form, text, [page("one", f"Again {more}")]) == text
    assert put(form, text, [page("one", ""), page("two", "")]).strip() == around.strip()


@pytest.mark.parametrize("form", (MARKDOWN, HTML, CONFLUENCE), ids=lambda form: type(form).__name__)
def test_marks_in_what_is_generated_are_none(form: Form) -> None:
    hostile = "\n\n".join((form.end("one"), form.begin("one", "0" * 12), "[tieline end one]", "tieline-end:one"))
    text = put(form, "", [page("one", hostile)])
    assert [(one.name, one.edited) for one in regions(form, text)] == [("one", False)]


def test_marks_in_a_list_are_none_when_a_system_makes_paragraphs_of_it() -> None:
    text = put(HTML, "", [page("one", "- [tieline end one]\n- more")])
    tidied = text.replace("<li>", "<li><p>").replace("</li>", "</p></li>")
    assert [(one.name, one.edited) for one in regions(HTML, tidied)] == [("one", False)]


def test_ends_of_lines_of_another_system_change_nothing() -> None:
    text = put(MARKDOWN, "By Ann.\n", [page("one", "Words")]).replace("\n", "\r\n")
    assert [(one.name, one.edited) for one in regions(MARKDOWN, text)] == [("one", False)]
    again = put(MARKDOWN, text, [page("one", "Others")])
    assert again.startswith("By Ann.\r\n")
    assert (again.count("tieline:begin"), "Words" in again) == (1, False)


@pytest.mark.parametrize("form", (MARKDOWN, HTML, CONFLUENCE), ids=lambda form: type(form).__name__)
def test_damaged_marks_are_a_conflict(form: Form) -> None:
    text = put(form, "", [page("one", "Words")])
    for damaged in (text.replace(form.end("one"), ""), text + text, text.replace(form.end("one"), form.end("two"))):
        with pytest.raises(Conflict, match="damaged"):
            regions(form, damaged)


@pytest.mark.parametrize("form", (MARKDOWN, HTML, CONFLUENCE), ids=lambda form: type(form).__name__)
def test_an_edit_is_seen_and_tidying_is_not(form: Form) -> None:
    text = put(form, "", [page("one", "Some *words*, and [a link](https://example.com/a).")])
    for edited in (text.replace("words", "terms"), text.replace("example.com/a", "example.com/b")):
        assert regions(form, edited)[0].edited
    tidied = (
        text.replace("\n", "  \n") if form is MARKDOWN else text.replace("<em>words</em>", '<em class="x">words</em>')
    )
    assert not regions(form, tidied)[0].edited


def test_the_newest_may_come_first() -> None:
    text = put(MARKDOWN, "# News\n", [page("a", "Old")])
    text = put(MARKDOWN, text, [page("b", "New", newest_first=True)])
    assert [one.name for one in regions(MARKDOWN, text)] == ["b", "a"]
    assert text.startswith("# News\n")


def test_a_target_is_found_by_its_name() -> None:
    with pytest.raises(ConfigError, match="names no publishing target"):
        target("confluence", "DOCS")
    with pytest.raises(UnknownName, match="no publishing target 'svn'"):
        target("svn/docs", "")
    hosts = dict.fromkeys(("github", "gitlab", "bitbucket", "git"), "acme/docs")
    for system, where in (hosts | {"confluence": "DOCS", "notion": "1", "files": "docs"}).items():
        made = target(f"{system}/docs", where)
        assert isinstance(made, Target)
        assert isinstance(made, Proposing) == (system in hosts)
    for wrong in ("", "acme/docs:../up"):
        with pytest.raises(ConfigError, match="is no place in a repository"):
            target("github/docs", wrong)


@pytest.fixture
def notebook(prefect_server: str) -> Iterator[Sandbox]:
    assert prefect_server
    with running(tickets=1) as made:
        NotionCredentials(**made.connection("notion"), rate="100000/minute").save("docs", overwrite=True)
        connections.forget()
        yield made


async def above(notebook: Sandbox) -> tuple[Target, str]:
    """A target below a page that people have made."""
    first = next(iter(notebook.state[Notebook].pages))
    made = await notion.create_page("docs", parent_page_id=first, title="API", markdown="By Ann.")
    return target("notion/docs", made.id), made.id


@pytest.mark.prefect
async def test_notion_keeps_regions_in_boxes(notebook: Sandbox) -> None:
    with scope.working(LEAN):
        place, _ = await above(notebook)
        text = "## Reference\n\n- `one`\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |"
        want = page("reference", text)
        assert await place.read(want) is None
        (made,) = await place.write([Draft(page=want)], "made")
        assert (made.did, bool(made.link)) == ("created", True)
        standing = await place.read(want)
        assert standing is not None
        (region,) = standing.regions
        assert (region.edited, region.given) == (False, place.digest(text))
        await notion.append_blocks("docs", block_id=standing.id, markdown="Also by Ann.")
        news = page("news", "Newest", newest_first=True)
        await place.write(
            [Draft(page=page("reference", "Other"), standing=standing), Draft(page=news, standing=standing)], ""
        )
        shown = await notion.read_page("docs", page_id=standing.id)
        assert shown.index("Newest") < shown.index("Other") < shown.index("Also by Ann.")
        assert "two" not in shown
        standing = await place.read(want)
        assert standing is not None
        assert [(one.name, one.edited) for one in standing.regions] == [("news", False), ("reference", False)]
        await place.write([Draft(page=page("reference", ""), standing=standing)], "")
        assert "Other" not in await notion.read_page("docs", page_id=standing.id)


@pytest.mark.prefect
async def test_an_edit_in_notion_is_seen_and_not_overwritten(notebook: Sandbox) -> None:
    with scope.working(LEAN):
        place, _ = await above(notebook)
        want = page("reference", "Words")
        await place.write([Draft(page=want)], "")
        before = await place.read(want)
        assert before is not None
        boxes = [one for one in await notion.list_blocks("docs", block_id=before.id) if one.type == "callout"]
        await notion.append_blocks("docs", block_id=boxes[0].id, markdown="By Ann.")
        standing = await place.read(want)
        assert standing is not None
        assert standing.regions[0].edited
        with pytest.raises(Conflict, match="was changed while"):
            await place.write([Draft(page=page("reference", "Other"), standing=before)], "")
        assert "By Ann." in await notion.read_page("docs", page_id=before.id)


@pytest.mark.prefect
async def test_what_was_left_half_written_in_notion_is_written_again(
    notebook: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at any call: the next try ends with the same, and with one box."""
    with scope.working(LEAN):
        for dies_at in range(12):
            _, number = await above(notebook)
            place = target("notion/docs", number)
            want = page("reference", "First")
            await place.write([Draft(page=want)], "")
            standing = await place.read(want)
            notebook.faults.clear()
            calls = iter(range(100))

            def mortal(real: object, dies_at: int = dies_at, calls: Iterator[int] = calls) -> object:
                async def call(*args: object, **more: object) -> object:
                    if next(calls) == dies_at:
                        raise Killed
                    return await real(*args, **more)  # type: ignore[operator]

                return call

            with monkeypatch.context() as patch, suppress(Killed):
                for name in ("append_blocks", "delete_block", "update_block", "list_blocks", "get_page"):
                    patch.setattr(notion, name, mortal(getattr(notion, name)))
                await place.write([Draft(page=page("reference", "Second"), standing=standing)], "")
            again = await place.read(want)
            assert again is not None
            await place.write([Draft(page=page("reference", "Second"), standing=again)], "")
            shown = await notion.read_page("docs", page_id=again.id)
            assert (shown.count("Second"), shown.count("First"), shown.count("writing]")) == (1, 0, 0)
