"""HTML of help centers as Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.markup.html import to_markdown

PIECES = (
    """
    <p> </p> <li> <b> </b> <br> <script> </script> <o:p> </td> <a/href='x'/href=y> <!-- --> <![CDATA[ ]]> &nbsp; &#0;
    &bad; < > word <pre> <table><tr> <?php/?> <!DOCTYPE/x>
""".replace("/h", " h").split()
    + ["\x00", '<img alt="\ud800">']
)


@pytest.mark.parametrize(
    ("html", "markdown"),
    (
        ("<h2>Calls</h2><p>Say <code>acme.call</code> once.", "## Calls\n\nSay `acme.call` once."),
        ('<p>See <a href="https://a.test/b" onclick="x()">this</a>', "See [this](https://a.test/b)"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("a<script>alert(1)</script> &amp; b<style>p{}</style>", "a & b"),
        ("<p>cut <strong>short", "cut **short**"),
        ("<o:p>odd</o:p> &nbsp;x</div>", "odd  x"),
        ("", ""),
        ("<ul><li>One<li>Two<ol><li>a<li>b</ol><li>Three</ul>", "- One\n- Two\n  1. a\n  2. b\n- Three"),
        ("<table><caption>T</caption><tr><th>a<th>b<tr><td>c<td>d</table>", "T\n\n| a | b |\n| --- | --- |\n| c | d |"),
        ("<p>a<p>b<h2>C</h2><p>d<ul><li>e</ul>f", "a\n\nb\n\n## C\n\nd\n\n- e\n\nf"),
        ("<dl><dt>T<dd>D<dt>U<dd>E</dl>", "T\n\nD\n\nU\n\nE"),
        ("<details><summary>S</summary>B</details><header>H</header><main>M</main>", "S\n\nB\n\nH\n\nM"),
        ("<figure><img src=a.png><figcaption>C</figcaption></figure>", "![](a.png)\n\nC"),
        ("<pre>a<br>  b</pre><p><code>c<br>d</code></p>", "```\na\n  b\n```\n\n`c d`"),
    ),
)
def test_what_people_read_is_there(html: str, markdown: str) -> None:
    assert to_markdown(html).replace("\N{NO-BREAK SPACE}", " ") == markdown


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_nothing_breaks_it(html: str) -> None:
    assert isinstance(to_markdown(html), str)
