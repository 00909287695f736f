"""Confluence's storage format and Markdown: nothing is lost, nothing is taken for what it is not."""

from __future__ import annotations

import re
import string
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.errors import ConfigError
from tieline.markup.confluence import from_markdown, to_markdown
from tieline.markup.confluence.tree import parse

BOTH_WAYS = (
    "# Title\n\nWords",
    "###### Small",
    "*one* **two** ~~three~~ `four`",
    "~~gone~~ from the line's begin",
    "[words](https://x.test/?a=1&b=2)",
    "[Plans](confluence:page/DOCS/My%20Plans%2FOld#top)",
    "[plan](confluence:attachment/plan%20a.pdf) and [@557](confluence:user/557)",
    "[down](#below)",
    "![a picture](plan%20a.png)",
    "![there](https://x.test/a.png)",
    "- one\n  - two\n    - three\n- four",
    "3. three\n4. four\n   - a",
    "- one\n\n  more\n\n- two",
    "- one\n\n* another list",
    "- [ ] do\n- [x] done",
    "| a | b |\n| --- | --- |\n| 1\\|2 | x<br>y |",
    "|  |  |\n| --- | --- |\n| 1 | 2 |",
    '```python\nprint("]]>")\n```',
    "````\n```\n````",
    "> said\n>\n> - by whom",
    "> [!NOTE] Mind\n>\n> **this**",
    "> [!EXPAND] More\n>\n> ```\n> code\n> ```",
    "a\\\nb",
    "---",
    "``a`b``",
)


@pytest.mark.parametrize("markdown", BOTH_WAYS)
def test_there_and_back(markdown: str) -> None:
    assert to_markdown(from_markdown(markdown)) == markdown


READ = (
    ("<p>x&nbsp;y &copy; &unheardof; &amp;amp;</p>", "x\xa0y © \\&unheardof; \\&amp;"),
    ("<p>* not<b> a list</b>\n# no heading</p>", "\\* not **a list** # no heading"),
    ("<p># none</p><p>1. none</p><p>- none</p>", "\\# none\n\n1\\. none\n\n\\- none"),
    ("<h2>C#</h2>", "## C\\#"),
    ("<p>snake_case [x](y) &lt;b&gt;</p>", "snake_case \\[x\\](y) \\<b>"),
    ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
    (
        (
            '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">sql</ac:parameter><ac'
            ':parameter ac:name="title">Query</ac:parameter><ac:plain-text-body><![CDATA[a &nbsp; <b>]]'
            "></ac:plain-text-body></ac:structured-macro>"
        ),
        "**Query**\n\n```sql\na &nbsp; <b>\n```",
    ),
    (
        (
            '<ac:structured-macro ac:name="warning"><ac:rich-text-body><p>Hot</p></ac:rich-text-body></'
            "ac:structured-macro>"
        ),
        "> [!WARNING]\n>\n> Hot",
    ),
    (
        (
            '<p>It is <ac:structured-macro ac:name="status"><ac:parameter ac:name="title">DONE</ac:para'
            "meter></ac:structured-macro>.</p>"
        ),
        "It is `{status: title=DONE}`.",
    ),
    (
        (
            '<ac:structured-macro ac:name="excerpt-include"><ac:parameter ac:name=""><ac:link><ri:page '
            'ri:content-title="Old" /></ac:link></ac:parameter></ac:structured-macro>'
        ),
        "`{excerpt-include: Old}`",
    ),
    (
        (
            '<ac:structured-macro ac:name="odd"><ac:parameter ac:name="a">1</ac:parameter><ac:rich-text'
            "-body><p>kept</p><ul><li>too</li></ul></ac:rich-text-body></ac:structured-macro>"
        ),
        "`{odd: a=1}`\n\nkept\n\n- too",
    ),
    (
        '<ac:link><ri:page ri:content-title="Plans" ri:space-key="DOCS" /></ac:link>',
        "[Plans](confluence:page/DOCS/Plans)",
    ),
    (
        (
            '<ac:link><ri:attachment ri:filename="a.pdf" /><ac:plain-text-link-body><![CDATA[the file]]'
            "></ac:plain-text-link-body></ac:link>"
        ),
        "[the file](confluence:attachment/a.pdf)",
    ),
    (
        (
            "<ac:task-list><ac:task><ac:task-id>7</ac:task-id><ac:task-status>complete</ac:task-status>"
            "<ac:task-body><span>Ship <time datetime='2026-11-22' /></span></ac:task-body></ac:task></a"
            "c:task-list>"
        ),
        "- [x] Ship 2026-11-22",
    ),
    (
        (
            "<ac:layout><ac:layout-section ac:type='two_equal'><ac:layout-cell><p>a</p></ac:layout-cell"
            "><ac:layout-cell><p>b</p></ac:layout-cell></ac:layout-section></ac:layout>"
        ),
        "a\n\nb",
    ),
    (
        (
            "<ac:adf-extension><ac:adf-node type='panel'><ac:adf-content><p>x</p></ac:adf-content></ac:"
            "adf-node><ac:adf-fallback><p>x</p></ac:adf-fallback></ac:adf-extension>"
        ),
        "x",
    ),
    ("<table><tbody><tr><td><p>a</p><ul><li>b</li></ul></td></tr></tbody></table>", "|  |\n| --- |\n| a<br>- b |"),
    ("<p><at:i at:x='1'>a template</at:i></p>", "a template"),
    ("<p>one<br />two<br /></p>", "one\\\ntwo"),
    (
        "<table><tr><th><p>See</p><pre>a \\\n  b|c</pre>d</th></tr></table>",
        "| See<br>`a \\`<br>`b\\|c`<br>d |\n| --- |",
    ),
    ("<p>24 m²:a</p>", "24 m²:a"),
    ("<table><tr><th><p>C:\\</p><p>D:</p></th></tr></table>", "| C:\\\\<br>D: |\n| --- |"),
    ("plain words", "plain words"),
    ("", ""),
)


@pytest.mark.parametrize(("storage", "markdown"), READ)
def test_reading(storage: str, markdown: str) -> None:
    assert to_markdown(storage) == markdown


@pytest.mark.parametrize(
    ("markdown", "read"),
    (
        ("> [!NOTE] **bold\n> more** x", "> [!NOTE] bold\n>\n> **more** x"),
        ("> [!NOTE] [here\n> and](https://x.test) x", "> [!NOTE] here\n>\n> [and](https://x.test) x"),
    ),
)
def test_what_is_open_where_the_title_of_a_panel_ends_goes_on_below_it(markdown: str, read: str) -> None:
    assert to_markdown(from_markdown(markdown)) == read


def test_github_writes_the_text_of_a_panel_right_below_its_kind() -> None:
    assert to_markdown(from_markdown("> [!TIP]\n> Do it")) == "> [!TIP]\n>\n> Do it"


def test_a_quote_of_an_unknown_kind_stays_a_quote() -> None:
    assert "<blockquote>" in from_markdown("> [!SHOUT] x")


def test_html_in_markdown_is_text() -> None:
    made = from_markdown("<script>alert(1)</script> [x](javascript:alert(1))")
    assert "<script" not in made
    assert "href" not in made


@pytest.mark.parametrize(
    "storage",
    (
        "<p>",
        '<!DOCTYPE p [<!ENTITY a "b">]><p>&a;</p>',
        '<?xml version="1.0"?><p/>',
        "</storage><storage>",
        "<p a=1/>",
    ),
)
def test_what_is_no_storage_format_is_refused(storage: str) -> None:
    with pytest.raises(ConfigError, match="no storage format"):
        to_markdown(storage)


def test_no_depth_breaks_it() -> None:
    deep = 3000
    assert "core" in to_markdown("<div>" * deep + "core" + "</div>" * deep)
    assert "core" in to_markdown("<p>" + "<b>" * deep + "core" + "</b>" * deep + "</p>")
    assert "core" in from_markdown("> " * deep + "core")


# ---------------------------------------------------------------- any text

WORDS = st.text(string.ascii_lowercase + "ä*_`[]()<>&#|~!\\-+.:=1 \n", min_size=1, max_size=25)
WORD = re.compile(r"[a-zä]+")


def wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def within(before: str, after: str) -> st.SearchStrategy[str]:
        return inner.map(lambda text: before + text + after)

    item = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        within("<p>", "</p>"),
        within("<strong>", "</strong>"),
        within("<h3>", "</h3>"),
        within("<blockquote>", "</blockquote>"),
        within('<a href="https://x.test/">', "</a>"),
        within('<ac:structured-macro ac:name="info"><ac:rich-text-body>', "</ac:rich-text-body></ac:structured-macro>"),
        within('<ac:structured-macro ac:name="ZAP"><ac:rich-text-body>', "</ac:rich-text-body></ac:structured-macro>"),
        within("<table><tbody><tr><td>1</td><td>", "</td></tr></tbody></table>"),
        item.map(lambda items: "<ul>" + "".join(f"<li>{one}</li>" for one in items) + "</ul>"),
        item.map(lambda items: "<ol>" + "".join(f"<li>{one}</li>" for one in items) + "</ol>"),
        item.map("".join),
    )


STORAGE = st.recursive(WORDS.map(escape), wrapped, max_leaves=8)


def words(storage: str) -> list[str]:
    return WORD.findall(" ".join(parse(storage).itertext()))


@given(STORAGE)
@settings(max_examples=300)
def test_no_word_is_lost_on_the_way_to_markdown(storage: str) -> None:
    # A link around nothing shows its address.
    said = "".join(WORD.findall(re.sub(r"<br>|\[!NOTE\]|\{info\}|https://x\.test/", "", to_markdown(storage))))
    assert said == "".join(words(storage))


@given(STORAGE)
@settings(max_examples=300)
def test_no_word_is_lost_on_the_way_back(storage: str) -> None:
    back = from_markdown(to_markdown(storage)).replace("{info}", "").replace("https://x.test/", "")
    assert "".join(words(back)) == "".join(words(storage))


@given(WORDS)
@settings(max_examples=500)
def test_words_are_never_taken_for_markup(text: str) -> None:
    """A plain paragraph stays one plain paragraph, to the letter."""
    said = re.sub(r"[ \n]+", " ", text).strip()
    made = from_markdown(to_markdown(f"<p>{escape(text)}</p>"))
    assert made == (f"<p>{escape(said, quote=False)}</p>" if said else "")


@given(st.text(max_size=200) | WORDS)
@settings(max_examples=500)
def test_any_markdown_becomes_well_formed(text: str) -> None:
    to_markdown(from_markdown(text))


@given(st.text(alphabet="ab]>&<`\n ", max_size=40), st.sampled_from(("", "python", "c++")))
def test_code_stays_to_the_letter(code: str, language: str) -> None:
    fence = "`" * 50
    storage = from_markdown(f"{fence}{language}\n{code}\n{fence}")
    assert parse(storage).findtext(".//{ac}plain-text-body") == code
    again = from_markdown(to_markdown(storage))
    assert parse(again).findtext(".//{ac}plain-text-body") == code
