"""What holds for each place of documents, and what one of them does in its own way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from flows.document_summarization import document_summarization
from flows.documents import Commented, Item, Note, Reply, place
from flows.documents.google_drive import BEGIN, DESCRIPTION_CHARACTERS, END, MARK, TAGS, described
from flows.documents.reader import DocumentOutcome
from tests.flows.keepers import KEEPERS, Docs, Drive, Keeper, Notes, Wiki, connect
from tieline.errors import ConfigError, Conflict, NotFound
from tieline.sandbox import Sandbox, running
from tieline.sandbox.google_drive import memory

pytestmark = [
    pytest.mark.prefect,
    # A task outside of a flow has no run that its logs could go to.
    pytest.mark.filterwarnings("ignore:Logger 'prefect:UserWarning"),
]

LIFT = (
    "The closed workshop in Turin was missed in May, because the lift had broken. Customers waited twelve days "
    "for a repair."
)
BICYCLES = (
    "The shop in Lyon sold most of the new bicycles in June. Sales of bicycles rose by a tenth, said the manager."
)
VOCABULARY = ["closed workshop", "new bicycles"]


@pytest.fixture
def sandbox(prefect_server: str) -> Iterator[Sandbox]:
    assert prefect_server
    with running(tickets=1) as made:
        connect(made)
        yield made


@pytest.fixture(params=list(KEEPERS))
def keeper(sandbox: Sandbox, request: pytest.FixtureRequest) -> Keeper:
    """Each place in turn."""
    made: Keeper = KEEPERS[request.param](sandbox)
    return made


async def run(keeper: Keeper, *documents: str, **options: Any) -> list[DocumentOutcome]:
    result = await document_summarization(keeper.source, documents=list(documents) or None, **options)
    return list(result.outcomes)


async def one(keeper: Keeper, *documents: str, **options: Any) -> DocumentOutcome:
    (outcome,) = await run(keeper, *documents, **options)
    return outcome


def note(**fields: Any) -> Note:
    return Note(**{"summary": "S.", "mark": "m"} | fields)


# ---------------------------------------------------------------- for each place


async def test_summary_and_tags_stand_where_people_look(keeper: Keeper) -> None:
    reference = keeper.write("May", LIFT)
    outcome = await one(keeper, reference, vocabulary=VOCABULARY)
    assert (outcome.status, outcome.tags) == ("summarized", ("closed workshop",))
    summary, tags = keeper.shown(reference)
    assert summary == outcome.summary != ""
    assert {tag.replace("-", " ") for tag in tags} == {"closed workshop"}
    assert outcome.written
    assert outcome.name == "May"


async def test_what_we_have_written_is_no_change(keeper: Keeper) -> None:
    reference = keeper.write("May", LIFT)
    await run(keeper, reference)
    before = keeper.stored(reference)
    for _ in range(2):
        assert (await one(keeper, reference)).status == "unchanged"
        assert (await one(keeper, reference, style="headline", dry_run=True)).status == "planned"
    assert keeper.stored(reference) == before


async def test_a_new_version_gets_a_new_summary_and_other_tags(keeper: Keeper) -> None:
    reference = keeper.write("May", LIFT)
    await run(keeper, reference, vocabulary=VOCABULARY)
    keeper.change(reference, BICYCLES)
    assert (await one(keeper, reference, vocabulary=VOCABULARY)).status == "summarized"
    summary, tags = keeper.shown(reference)
    assert "bicycles" in summary
    assert "lift" not in summary
    assert {tag.replace("-", " ") for tag in tags} == {"new bicycles"}


async def test_a_document_that_is_gone_is_said_to_be_gone(keeper: Keeper) -> None:
    reference, other = keeper.write("May", LIFT), keeper.write("June", BICYCLES)
    keeper.throw_away(reference)
    outcomes = await run(keeper, reference, other)
    assert [outcome.status for outcome in outcomes] == ["gone", "summarized"]
    assert keeper.shown(reference) == ("", set())


async def test_a_document_that_goes_while_it_is_read_is_gone(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = keeper.write("May", LIFT)
    between(monkeypatch, keeper, lambda: keeper.throw_away(reference))
    assert (await one(keeper, reference)).status == "gone"
    assert keeper.shown(reference) == ("", set())


def between(monkeypatch: pytest.MonkeyPatch, keeper: Keeper, happens: Any) -> None:
    """Something happens after a document was read, and before anything is written."""
    library = type(place(keeper.source))
    fetch = library.fetch

    async def fetched(self: Any, item: Item) -> bytes:
        content = await fetch(self, item)
        happens()
        return content

    monkeypatch.setattr(library, "fetch", fetched)


async def test_a_renamed_document_is_found(keeper: Keeper) -> None:
    reference = keeper.write("May", LIFT)
    keeper.rename(reference, "Lift")
    outcome = await one(keeper, reference)
    assert (outcome.status, outcome.name) == ("summarized", "Lift")


async def test_a_document_that_was_changed_while_it_was_read_is_left_alone(keeper: Keeper) -> None:
    reference = keeper.write("May", LIFT)
    where = place(keeper.source)
    item = await where.get(reference)
    keeper.change(reference, BICYCLES)
    if isinstance(keeper, Notes):  # whose clock goes by the minute
        keeper.book.pages[reference]["last_edited_time"] = "2031-01-01T00:00:00.000Z"
    with pytest.raises(Conflict, match="was changed while"):
        await where.write(item, note(summary="old"))
    assert keeper.shown(reference)[0] == ""


async def test_answers_stand_there_too(keeper: Keeper) -> None:
    reference = keeper.write("May", LIFT)
    asked = ["What had broken in the closed workshop?", "Who won the cup?"]
    outcome = await one(keeper, reference, questions=asked)
    assert [answer.answer != "" for answer in outcome.answers] == [True, False]
    if isinstance(keeper, Notes):
        said = keeper.text(reference, "Answers")
    elif isinstance(keeper, Wiki):
        said = str(keeper.kept(reference)["answers"])
    else:
        said = keeper.shown(reference)[0]
    assert "the lift had broken" in said
    assert "Who won the cup?" in said
    # And they go when nothing is asked any more.
    await run(keeper, reference)
    shown = keeper.text(reference, "Answers") if isinstance(keeper, Notes) else keeper.shown(reference)[0]
    assert "cup" not in shown


async def test_what_changed_lately_is_found(keeper: Keeper) -> None:
    reference = keeper.write("May", LIFT)
    for query in ("updated in the last hour", "new in the last 10 minutes"):
        assert reference in {outcome.document for outcome in await run(keeper, query=query, dry_run=True)}


async def test_a_long_summary_is_cut_after_a_sentence(keeper: Keeper) -> None:
    reference = keeper.write("May", LIFT)
    where = place(keeper.source)
    await where.write(await where.get(reference), note(summary="This is a sentence. " * 5_000))
    summary, _ = keeper.shown(reference)
    assert summary.endswith("This is a sentence. …")
    assert len(summary) <= 8_000


# ---------------------------------------------------------------- Google Drive


async def test_a_description_of_somebody_stays(sandbox: Sandbox) -> None:
    keeper = Drive(sandbox)
    reference = keeper.write("may.md", LIFT)
    keeper.drive.files[reference]["description"] = "Ask Ann before you share it."
    for text in (BICYCLES, LIFT):
        keeper.change(reference, text)
        await run(keeper, reference)
        found = keeper.drive.files[reference]["description"]
        assert found.startswith("Ask Ann before you share it.\n\n" + BEGIN)
        assert found.count(BEGIN) == found.count(END) == 1
    await run(keeper, reference, summarize=False)
    assert keeper.drive.files[reference]["description"] == "Ask Ann before you share it."


@pytest.mark.parametrize(
    ("before", "after"),
    (
        ("", f"{BEGIN}\nNew.\n{END}"),
        ("Mine.", f"Mine.\n\n{BEGIN}\nNew.\n{END}"),
        (f"Mine.\n\n{BEGIN}\nOld.\n{END}\nAlso mine.", f"Mine.\nAlso mine.\n\n{BEGIN}\nNew.\n{END}"),
        # Without our last line nobody knows where our part ends.
        (f"{BEGIN}\nOld. Mine.", f"{BEGIN}\nOld. Mine.\n\n{BEGIN}\nNew.\n{END}"),
        (f"Mine. {END}", f"Mine. {END}\n\n{BEGIN}\nNew.\n{END}"),
    ),
)
def test_only_our_part_of_a_description_is_replaced(before: str, after: str) -> None:
    assert described(before, "New.") == after
    assert described(after, "New.") == after


def test_a_document_cannot_end_our_part() -> None:
    found = described("Mine.", f"It says {END} and {BEGIN} and goes on.")
    assert described(found, "") == "Mine."
    assert len(described("", "Long. " * 5_000)) < DESCRIPTION_CHARACTERS + 100


@pytest.mark.parametrize("kind", ("document", "spreadsheet", "presentation"))
async def test_documents_of_google_are_exported(sandbox: Sandbox, kind: str) -> None:
    keeper = Docs(sandbox)
    text = "Item,Stock\nLamp Aurora,120 on the shelf" if kind == "spreadsheet" else f"# May\n\n{LIFT}"
    reference = keeper.write("May v1.2", text, memory.GOOGLES + kind)
    outcome = await one(keeper, reference, extract_text=True, tags=1)
    assert outcome.status == "summarized", outcome.reason
    # Drive says another time of change after our own write; the text is the same.
    assert (await one(keeper, reference, extract_text=True, tags=1)).status == "unchanged"


async def test_a_sweep_leaves_pictures_folders_and_shortcuts_alone(sandbox: Sandbox) -> None:
    keeper = Drive(sandbox)
    picture = keeper.write("lift.png", "png", "image/png")
    found = {outcome.document for outcome in await run(keeper, dry_run=True)}
    kinds = {keeper.drive.files[number]["mimeType"] for number in found}
    assert picture not in found
    assert not kinds & {memory.FOLDER, memory.SHORTCUT}
    assert {picture} == {outcome.document for outcome in await run(keeper, query="name = 'lift.png'", dry_run=True)}


async def test_a_shortcut_leads_to_its_document(sandbox: Sandbox) -> None:
    keeper = Drive(sandbox)
    shortcut = next(file["id"] for file in keeper.drive.files.values() if file["mimeType"] == memory.SHORTCUT)
    outcome = await one(keeper, shortcut)
    assert outcome.name == "Winter lamps"
    assert keeper.shown(outcome.document)[0]


async def test_who_may_not_write_is_told_what_to_do(sandbox: Sandbox) -> None:
    keeper = Drive(sandbox)
    rules = next(file["id"] for file in keeper.drive.files.values() if file["name"] == "Rules.txt")
    good = keeper.write("may.md", LIFT)
    outcomes = {outcome.document: outcome for outcome in await run(keeper, rules, good)}
    assert outcomes[good].status == "summarized"
    assert outcomes[rules].status == "failed"
    assert "as an editor" in outcomes[rules].reason


async def test_five_gigabytes_are_refused_before_they_are_fetched(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = Drive(sandbox)
    reference = keeper.write("film.pdf", LIFT)
    keeper.drive.files[reference]["size"] = str(5 * 2**30)
    fetched: list[str] = []
    between(monkeypatch, keeper, lambda: fetched.append(reference))
    outcome = await one(keeper, reference)
    assert (outcome.status, fetched) == ("unreadable", [])
    assert "5,120 MB, and at most 100 MB are read" in outcome.reason


async def test_tags_fit_into_a_property(sandbox: Sandbox) -> None:
    keeper = Drive(sandbox)
    reference = keeper.write("may.md", LIFT)
    where = place(keeper.source)
    await where.write(await where.get(reference), note(tags=tuple(f"Größe {n:03}" for n in range(50)), mark="m" * 62))
    kept = keeper.drive.files[reference]["properties"][TAGS]
    assert len((TAGS + kept).encode()) <= 124
    assert kept.split(", ")[-1].startswith("Größe ")
    assert len(kept.split(", ")[-1]) == len("Größe 000")
    assert keeper.drive.files[reference]["appProperties"][MARK] == "m" * 62


# ---------------------------------------------------------------- Confluence


async def test_labels_of_people_stay(sandbox: Sandbox) -> None:
    keeper = Wiki(sandbox)
    reference = keeper.write("May", LIFT)
    keeper.wiki.labels[reference] = [
        {"prefix": "global", "name": name, "id": name, "label": name} for name in ("keep-me", "new-bicycles")
    ]
    for text in (LIFT, BICYCLES, LIFT):
        keeper.change(reference, text)
        await run(keeper, reference, vocabulary=VOCABULARY)
    assert keeper.shown(reference)[1] == {"keep-me", "new-bicycles", "closed-workshop"}


async def test_a_query_is_cql(sandbox: Sandbox) -> None:
    keeper = Wiki(sandbox)
    reference = keeper.write("May", LIFT)
    quoted = 'title = "May" AND title != "in order by hand"'
    for query in ('title = "May" AND space = DOCS', 'title = "May" ORDER BY created desc', quoted):
        assert [o.document for o in await run(keeper, query=query)] == [reference]


async def test_a_file_on_a_page_is_a_document_of_its_own(sandbox: Sandbox) -> None:
    keeper = Wiki(sandbox)
    page = keeper.write("May", BICYCLES)
    file = keeper.attach(page, "report.md", LIFT)
    keeper.attach(page, "lift.png", "a picture is a part of its page")
    found = await run(keeper, query='title ~ "report" OR title ~ "lift"', vocabulary=VOCABULARY, comment=True)
    assert [(one.document, one.status, one.name) for one in found] == [(file, "summarized", "report.md")]
    summary, labels = keeper.shown(file)
    assert (found[0].summary, labels) == (summary, {"closed-workshop"})
    assert [one["attachmentId"] for one in keeper.wiki.comments.values()] == [file]
    assert keeper.shown(page) == ("", set())
    item = await place(keeper.source).get(file)
    assert (item.version, item.mark) == ("1", keeper.kept(file)["mark"])
    keeper.wiki.attachments[file]["status"] = "trashed"
    with pytest.raises(NotFound, match="is trashed"):
        await place(keeper.source).get(file)


async def test_a_file_that_has_changed_meanwhile_keeps_its_labels(sandbox: Sandbox) -> None:
    keeper = Wiki(sandbox)
    page = keeper.write("May", BICYCLES)
    file = keeper.attach(page, "report.md", LIFT)
    where = place(keeper.source)
    item = await where.get(file)
    keeper.attach(page, "report.md", BICYCLES)
    with pytest.raises(Conflict, match="was changed while it was read"):
        await where.write(item, note(tags=("a",)))
    assert keeper.shown(file) == ("", set())


async def test_what_is_kept_with_a_page_fits(sandbox: Sandbox) -> None:
    keeper = Wiki(sandbox)
    reference = keeper.write("May", LIFT)
    where = place(keeper.source)
    answers = tuple(Reply(question="Wo? " * 200, answer="Größe. " * 500) for _ in range(20))
    await where.write(await where.get(reference), note(summary="Größe. " * 5_000, answers=answers))
    kept = keeper.kept(reference)
    assert 0 < len(kept["answers"]) < 20
    assert len(str(kept).encode()) < 32_000


async def test_an_odd_value_of_somebody_else_is_no_mark(sandbox: Sandbox) -> None:
    keeper = Wiki(sandbox)
    reference = keeper.write("May", LIFT)
    value = {"id": "1", "key": "tieline.summary", "value": "mine", "version": keeper.wiki.version(1)}
    keeper.wiki.properties[reference] = {"1": value}
    assert (await one(keeper, reference)).status == "summarized"


# ---------------------------------------------------------------- Notion


async def test_what_people_have_filled_in_stays(sandbox: Sandbox) -> None:
    keeper = Notes(sandbox)
    reference = keeper.write("May", LIFT)
    keeper.fill(reference, "Summary", {"rich_text": rich("Ann's own words.")})
    keeper.fill(reference, "Tags", {"multi_select": [{"name": "Ann's"}]})
    outcome = await one(keeper, reference, vocabulary=VOCABULARY)
    assert outcome.written == ("Tags",)
    assert keeper.shown(reference) == ("Ann's own words.", {"Ann's", "closed workshop"})
    # Once she has deleted hers, ours goes there; and it is replaced as long as nobody has touched it.
    keeper.fill(reference, "Summary", {"rich_text": []})
    for text in (BICYCLES, LIFT):
        keeper.change(reference, text)
        outcome = await one(keeper, reference, vocabulary=VOCABULARY)
        assert keeper.shown(reference)[0] == outcome.summary
        assert "Ann's" in keeper.shown(reference)[1]


def rich(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": {"content": text}}]


async def test_properties_are_made_and_never_converted(sandbox: Sandbox) -> None:
    keeper = Notes(sandbox)
    reference = keeper.write("May", LIFT)
    del keeper.data["properties"]["Tags"]
    await run(keeper, reference)
    kinds = {name: column["type"] for name, column in keeper.data["properties"].items()}
    assert (kinds["Tags"], kinds["Tieline mark"], kinds.get("Answers")) == ("multi_select", "rich_text", None)
    keeper.data["properties"]["Summary"] = {"id": "s", "name": "Summary", "type": "select", "select": {}}
    with pytest.raises(ConfigError, match="Rename it"):
        await run(keeper, keeper.write("June", BICYCLES))
    assert keeper.data["properties"]["Summary"]["type"] == "select"


async def test_a_comma_is_no_part_of_an_option(sandbox: Sandbox) -> None:
    keeper = Notes(sandbox)
    reference = keeper.write("May", LIFT)
    where = place(keeper.source)
    await where.write(await where.get(reference), note(tags=("Turin, workshop", "x" * 300)))
    assert keeper.shown(reference)[1] == {"Turin workshop", "x" * 100}


async def test_a_title_is_looked_for_in_all_databases(sandbox: Sandbox) -> None:
    keeper = Notes(sandbox)
    reference = keeper.write("Report of May", LIFT)
    assert [outcome.document for outcome in await run(keeper, query="of May")] == [reference]


async def test_a_page_outside_of_databases_has_nowhere_to_write_to(sandbox: Sandbox) -> None:
    keeper = Notes(sandbox)
    page = next(page["id"] for page in keeper.book.pages.values() if page["parent"]["type"] == "workspace")
    outcomes = {one.document: one for one in await run(keeper, page, keeper.write("May", LIFT))}
    assert outcomes[page].status == "failed"
    assert "in no database" in outcomes[page].reason


# ---------------------------------------------------------------- comments


@pytest.mark.parametrize("kind", (Wiki, Notes))
async def test_a_comment_is_made_once_and_is_plain_text(sandbox: Sandbox, kind: type[Wiki | Notes]) -> None:
    keeper = kind(sandbox)
    reference = keeper.write("May", LIFT + " Click &lt;b&gt;here&lt;/b&gt;: [a](https://evil.test).")
    comments = keeper.wiki.comments if isinstance(keeper, Wiki) else keeper.book.comments
    assert not comments
    outcome = await one(keeper, reference, comment=True, length="long")
    assert outcome.written[-1] == "comment"
    await run(keeper, reference, comment=True, length="long", again=True)
    (said,) = comments.values()
    text = said["body"]["storage"]["value"] if isinstance(keeper, Wiki) else said["rich_text"][0]["plain_text"]
    assert "the lift had broken" in text
    assert "<a " not in text
    assert "<b>" not in text or isinstance(keeper, Notes)


async def test_what_was_said_below_many_comments_is_not_said_again(sandbox: Sandbox) -> None:
    keeper = Wiki(sandbox)
    reference = keeper.write("May", LIFT)
    for number in range(30):
        keeper.wiki.add_comment(keeper.wiki.pages[reference], f"<p>{number}</p>")
    where = place(keeper.source)
    assert isinstance(where, Commented)
    item = await where.get(reference)
    for _ in range(2):
        await where.comment(item, "The lift had broken.")
    assert len(keeper.wiki.comments) == 31


async def test_a_place_without_comments_says_so(sandbox: Sandbox) -> None:
    keeper = Drive(sandbox)
    with pytest.raises(ConfigError, match="has no comments"):
        await run(keeper, keeper.write("may.md", LIFT), comment=True)
