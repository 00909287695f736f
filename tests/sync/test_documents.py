"""Documents become pages: only what changed is read and written, nothing twice, and no words of people are lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from flows.document_sync.job import remembered
from flows.document_sync.pages import Pages
from flows.document_sync.report import last
from flows.document_sync.work import run
from flows.publishing import Draft
from flows.publishing.confluence import Target
from tests.sync.house import DOCS, JOB, House, Killed, synced
from tieline import ConfigError, approvals
from tieline.sync import work
from tieline.sync.quality import CHECKS


async def test_first_all_documents_then_only_what_changed(house: House) -> None:
    before = len(house.wiki.pages)
    first = await synced()
    assert (first.listed, first.read, first.written, first.troubles) == (3, 3, 3, ())
    assert {"Getting started", "The lamp", "Faq"} <= house.pages().keys()
    assert "tags:" not in house.text("Getting started")
    house.calls()
    again = await synced()
    assert (again.read, again.written, again.unchanged, again.quiet) == (0, 0, 3, True)
    assert len(house.calls()) == again.calls == 1
    house.push({"guides/lamp.md": "# The lamp\n\nIt glows.\n", "src/other.md": "# Other\n"})
    house.calls()
    third = await synced()
    asked = house.calls()
    assert (third.read, third.written, third.unchanged) == (1, 1, 2)
    assert [one for one in asked if "/contents/" in one] == ["GET /repos/acme/app/contents/guides/lamp.md"]
    assert len([one for one in asked if "/wiki/" in one]) == 4  # the space, the page, the page as it is now, its text
    assert "glows" in house.text("The lamp")
    assert len(house.wiki.pages) == before + 3
    assert last("handbook") == third


async def test_what_people_wrote_around_stays_and_what_they_edited_is_told(house: House) -> None:
    await synced()
    house.edit("The lamp", lambda text: f"<p>By Ann.</p>{text}")
    house.edit("Faq", lambda text: text.replace("Nothing", "Much"))
    house.push({"guides/lamp.md": "# The lamp\n\nIt glows.\n", "guides/faq.md": "Something was asked.\n"})
    done = await synced()
    assert (done.written, done.refused) == (1, 1)
    assert [one.document for one in done.troubles] == ["guides/faq.md"]
    assert "edited" in done.troubles[0].why
    assert "By Ann." in house.text("The lamp")
    assert "glows" in house.text("The lamp")
    assert "Much was asked" in house.text("Faq")
    assert (await synced()).refused == 1  # until somebody settles it
    house.edit("Faq", lambda text: text.replace("Much", "Nothing"))
    assert (await synced()).troubles == ()
    assert "Something" in house.text("Faq")
    assert (await synced()).calls == 1


async def test_another_title_is_another_title_and_no_other_page(house: House) -> None:
    await synced()
    pages = {title: page["id"] for title, page in house.pages().items()}
    house.push({"guides/lamp.md": "# The big lamp\n\nIt lights.\n"})
    assert (await synced()).troubles == ()
    assert house.pages()["The big lamp"]["id"] == pages["The lamp"]
    assert len(house.pages()) == len(pages)
    house.push({"guides/lamp.md": "# Faq\n\nIt lights.\n"})
    refused = await synced()
    assert "a page 'Faq' already" in refused.troubles[0].why
    assert len(house.pages()) == len(pages)


async def test_killed_between_title_and_text_there_is_one_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await synced()
    pages = len(house.pages())
    house.push({"guides/lamp.md": "# The big lamp\n\nIt glows.\n"})

    async def write(*_: Any) -> list[Any]:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Target, "write", write)
        with pytest.raises(Killed):
            await synced()
    assert "It lights" in house.text("The big lamp")
    await synced()
    assert "It glows" in house.text("The big lamp")
    assert len(house.pages()) == pages


async def test_two_documents_with_one_title_are_not_one_page(house: House) -> None:
    house.push({"guides/more.md": "# Faq\n\nMore.\n"})
    done = await synced()
    assert (done.written, done.refused) == (3, 1)
    assert [one.document for one in done.troubles] == ["guides/more.md"]
    assert "More." not in house.text("Faq")


async def test_a_moved_file_is_another_document(house: House) -> None:
    job = JOB.model_copy(update={"delete_limit": 1})
    await synced(job)
    house.push({"guides/lamp.md": None, "guides/old/lamp.md": "# The old lamp\n\nIt lights.\n"})
    done = await synced(job)
    assert (done.written, done.deleted, done.troubles) == (1, 1, ())
    assert "It lights" in house.text("The old lamp")
    assert "It lights" not in house.text("The lamp")


async def test_a_moved_file_keeps_its_page(house: House) -> None:
    job = JOB.model_copy(update={"delete_limit": 1})
    await synced(job)
    pages = {title: page["id"] for title, page in house.pages().items()}
    house.push({"guides/lamp.md": None, "guides/old/lamp.md": DOCS["guides/lamp.md"]})
    done = await synced(job)
    assert (done.written, done.deleted, done.troubles) == (1, 1, ())
    assert {title: page["id"] for title, page in house.pages().items()} == pages
    assert house.text("The lamp").count("It lights") == 1
    assert (await synced(job)).calls == 1


async def test_what_is_gone_goes_and_beyond_the_limit_a_person_decides(house: House) -> None:
    strict = JOB.model_copy(update={"delete_limit": 0.1})
    await synced(strict)
    house.edit("The lamp", lambda text: f"<p>By Ann.</p>{text}")
    house.push({"guides/lamp.md": None})
    outcome = await run(strict)
    assert isinstance(outcome.trouble, work.NeedsApproval)
    assert outcome.report.state == "waiting"
    assert "It lights" in house.text("The lamp")
    (asked,) = approvals.waiting("data_sync")
    assert outcome.report.approval == asked.id
    assert (await run(strict)).report.approval == asked.id  # and nobody is asked twice
    approvals.decide(asked.id, "approve", by="Ann", via="test")
    done = await synced(strict)
    assert (done.deleted, done.written) == (1, 0)
    assert "It lights" not in house.text("The lamp")
    assert "By Ann." in house.text("The lamp")
    assert (await synced(strict)).calls == 1


async def test_what_is_gone_is_marked_or_left(house: House) -> None:
    marking = JOB.model_copy(update={"deletes": "mark"})
    await synced(marking)
    house.push({"guides/lamp.md": None})
    await synced(marking)
    assert "gone at its source" in house.text("The lamp")
    house.push({"guides/lamp.md": "# The lamp\n\nIt lights again.\n"})
    await synced(marking)
    assert "lights again" in house.text("The lamp")
    assert "gone at its source" not in house.text("The lamp")
    leaving = JOB.model_copy(update={"deletes": "never"})
    house.push({"guides/lamp.md": None})
    assert (await synced(leaving)).deleted == 0
    assert "lights again" in house.text("The lamp")


@pytest.mark.parametrize("after", range(4))
async def test_killed_it_goes_on_and_doubles_nothing(house: House, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Killed after so many pages were written: before it was remembered, and before the batch was whole."""
    real, made = Target.write, 0

    async def write(self: Target, drafts: Sequence[Draft], message: str) -> list[Any]:
        nonlocal made
        done = []
        for one in drafts:
            if made == after:
                raise Killed
            done += await real(self, [one], message)
            made += 1
        return done

    before = len(house.wiki.pages)
    monkeypatch.setattr(Pages, "batch", 2)
    monkeypatch.setattr(Target, "write", write)
    if after < 3:
        with pytest.raises(Killed):
            await synced()
    else:
        await synced()
    monkeypatch.setattr(Target, "write", real)
    house.calls()
    done = await synced()
    assert len(house.wiki.pages) == before + 3
    assert all(page["version"]["number"] == 1 for title, page in house.pages().items() if title in {"Faq", "The lamp"})
    remembered = 2 if after == 2 else 0
    assert done.read == (3 - remembered if after < 3 else 0)


async def test_with_everything_pages_that_are_gone_come_back(house: House) -> None:
    await synced()
    gone = house.pages()["The lamp"]["id"]
    del house.wiki.pages[gone]
    house.edit("Faq", lambda text: text.replace("Nothing", "Much"))
    assert (await synced()).written == 0  # nobody looks at pages whose document is as it was
    done = await synced(everything=True)
    assert (done.read, done.written) == (3, 1)
    assert "It lights" in house.text("The lamp")
    assert "Much" in house.text("Faq")
    assert [one.why for one in done.troubles if "edited" in one.why]


async def test_checks_stop_leave_out_or_report(house: House) -> None:
    tagged = CHECKS.validate_python([{"check": "required", "column": "tags", "severity": "stop"}])
    outcome = await run(JOB.model_copy(update={"checks": tuple(tagged)}))
    assert outcome.report.state == "stopped"
    assert outcome.report.quality is not None
    assert "Getting started" not in house.pages()
    soft = CHECKS.validate_python(
        [
            {"check": "required", "column": "tags", "severity": "report"},
            {"check": "pattern", "column": "text", "pattern": "(?s)# .*", "severity": "leave_out"},
            {"check": "unique", "columns": ["title"], "severity": "leave_out"},
            {"check": "range", "column": "size", "maximum": 10_000, "severity": "stop"},
        ]
    )
    job = JOB.model_copy(update={"checks": tuple(soft)})
    done = await synced(job)
    assert (done.written, done.left_out) == (2, 1)
    assert [one.why for one in done.troubles] == ["guides/faq.md is left out: see the checks"]
    assert done.quality is not None
    assert [one.failed for one in done.quality.findings] == [2, 1, 0, 0]
    # What was fit and is not any more keeps its page; another with the title of one that is there is left out.
    house.push({"guides/lamp.md": "No heading.\n", "guides/more.md": "# Getting started\n\nMore.\n"})
    worse = await synced(job)
    assert (worse.written, worse.deleted, worse.left_out, worse.read) == (0, 0, 3, 3)
    assert "It lights" in house.text("The lamp")
    house.push(
        {"guides/faq.md": "# Faq\n\nAsked.\n", "guides/lamp.md": "# The lamp\n\nIt glows.\n", "guides/more.md": None}
    )
    assert (await synced(job)).written == 2
    assert (await synced(job)).calls == 1


async def test_a_dry_run_writes_nothing(house: House) -> None:
    before = dict(house.wiki.pages)
    done = await synced(dry_run=True)
    assert (done.state, done.written) == ("planned", 3)
    assert house.wiki.pages == before
    assert (await synced()).written == 3


async def test_a_dry_run_of_another_job_forgets_nothing(house: House) -> None:
    job = JOB.model_copy(update={"delete_limit": 1.0})
    await synced(job)
    with pytest.raises(ConfigError, match="handbook is the name of another job"):
        await synced(JOB.model_copy(update={"target": "files/folder:out"}), dry_run=True)
    await synced(job.model_copy(update={"deletes": "never"}), dry_run=True)
    assert remembered("handbook") == job
    house.push({"guides/lamp.md": None})
    assert (await synced(job)).deleted == 1


async def test_another_target_under_the_same_name_gets_all_of_it(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Target.write

    async def write(self: Target, drafts: Sequence[Draft], message: str) -> list[Any]:
        if "Faq" in house.pages():
            raise Killed
        return await real(self, drafts, message)

    monkeypatch.setattr(Pages, "batch", 1)
    with monkeypatch.context() as patch:
        patch.setattr(Target, "write", write)
        with pytest.raises(Killed):
            await synced()
    done = await synced(JOB.model_copy(update={"target": "files/folder:out"}))
    assert done.written == 3
    assert "It lights." in (tmp_path / "out/guides/lamp.md").read_text("utf-8")
    gone = JOB.model_copy(update={"target": "files/folder:out", "delete_limit": 1.0})
    house.push({"guides/lamp.md": None})
    assert (await synced(gone)).deleted == 1
    assert not (tmp_path / "out/guides/lamp.md").exists()
