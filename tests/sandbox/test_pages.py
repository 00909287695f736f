import httpx
import pytest

from tests.sandbox.conftest import F, Z
from tieline.sandbox import Fault
from tieline.sandbox.front import Front
from tieline.sandbox.pages import mrkdwn
from tieline.sandbox.slack.memory import Workspace
from tieline.sandbox.zendesk.memory import ZendeskDesk

EVIL = "<script>alert(1)</script>"


@pytest.mark.parametrize("path", ("/", "/tickets/zendesk", "/tickets/freshdesk", "/requests"))
async def test_pages_are_whole_and_ask_nobody_else(pages: httpx.AsyncClient, path: str) -> None:
    answer = await pages.get(path)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not any(word in answer.text for word in ("https://", "//cdn", "<script", "@import", "url("))
    assert answer.text.rstrip().endswith("</html>")


@pytest.mark.parametrize(
    "path", ("/nowhere", "/tickets/unheard", f"/tickets/zendesk/{F}", "/tickets/zendesk/x", "/channels/C1")
)
async def test_missing_pages_say_so(pages: httpx.AsyncClient, path: str) -> None:
    answer = await pages.get(path)
    assert answer.status_code == 404
    assert "Back to the overview" in answer.text


async def test_a_ticket_shows_before_and_after(
    app: Front, pages: httpx.AsyncClient, zendesk: httpx.AsyncClient, freshdesk: httpx.AsyncClient
) -> None:
    ticket = {
        "group_id": 3001,
        "additional_tags": ["topic_x"],
        "comment": {"body": "a note", "public": False},
    }
    await zendesk.put(f"/tickets/{Z}", json={"ticket": ticket}, headers={"x-request-id": "req-77"})
    page = (await pages.get(f"/tickets/zendesk/{Z}")).text
    assert all(word in page for word in ("Billing", "topic_x", "req-77", "a note", "internal note", "Every change"))
    assert app.state.truth["zendesk", Z] in page
    await freshdesk.put(f"/tickets/{F}", json={"priority": 4, "status": 3})
    page = (await pages.get(f"/tickets/freshdesk/{F}")).text
    assert all(word in page for word in ("low", "urgent", "pending"))


async def test_what_was_changed_back_is_not_a_difference(
    app: Front, pages: httpx.AsyncClient, zendesk: httpx.AsyncClient
) -> None:
    subject = app.state[ZendeskDesk].tickets[Z].fields["subject"]
    for text in ("zzz-between", subject):
        await zendesk.put(f"/tickets/{Z}", json={"ticket": {"subject": text}})
    page = (await pages.get(f"/tickets/zendesk/{Z}")).text
    assert "Nothing has changed since the start." in page
    assert "zzz-between" in page


async def test_customers_cannot_write_html(
    pages: httpx.AsyncClient,
    zendesk: httpx.AsyncClient,
    freshdesk: httpx.AsyncClient,
    slack: httpx.AsyncClient,
) -> None:
    ticket = {"subject": EVIL, "tags": [EVIL], "comment": {"body": EVIL}}
    await zendesk.put(f"/tickets/{Z}", json={"ticket": ticket})
    await freshdesk.put(f"/tickets/{F}", json={"subject": EVIL, "description": EVIL, "tags": [EVIL]})
    posted = await slack.post(
        "/chat.postMessage", json={"channel": "general", "text": f"{EVIL} *{EVIL}* `{EVIL}` <{EVIL}"}
    )
    block = {"type": "section", "text": {"type": "mrkdwn", "text": f"{EVIL}<javascript:alert(1)|x>"}}
    await slack.post("/chat.postMessage", json={"channel": "general", "blocks": [block]})
    for path in (
        "/tickets/zendesk",
        f"/tickets/zendesk/{Z}",
        f"/tickets/freshdesk/{F}",
        f"/channels/{posted.json()['channel']}",
    ):
        page = (await pages.get(path)).text
        assert "<script" not in page, path
        assert 'href="javascript' not in page, path


async def test_lists_are_narrowed_down(pages: httpx.AsyncClient, zendesk: httpx.AsyncClient) -> None:
    await zendesk.put(f"/tickets/{Z}", json={"ticket": {"subject": "Green elephant", "group_id": 3001}})
    for query in ("q=elephant", "changed=1", "group=Billing"):
        page = (await pages.get(f"/tickets/zendesk?{query}")).text
        assert "Green elephant" in page, query
        assert "1 found" in page, query
    assert "No ticket matches." in (await pages.get("/tickets/zendesk?q=nothing-like-that")).text
    assert (await pages.get("/tickets/zendesk?page=999")).status_code == 200


async def test_channels_show_messages_and_their_past(pages: httpx.AsyncClient, slack: httpx.AsyncClient) -> None:
    text = {"type": "plain_text", "text": "Header & more"}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*bold* <https://x.example|link>"}}
    button = {"type": "button", "text": {"type": "plain_text", "text": "Press"}}
    blocks = [
        {"type": "header", "text": text},
        section,
        {"type": "divider"},
        {"type": "context", "elements": [section["text"]]},
        {"type": "actions", "elements": [button]},
        {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a chart"},
        {"type": "markdown", "text": "# words"},
    ]
    posted = (await slack.post("/chat.postMessage", json={"channel": "general", "blocks": blocks})).json()
    other = (await slack.post("/chat.postMessage", json={"channel": "general", "text": "first version"})).json()
    edit = {"channel": other["channel"], "ts": other["ts"], "text": "second version"}
    await slack.post("/chat.update", json=edit)
    page = (await pages.get(f"/channels/{posted['channel']}")).text
    expected = (
        "Header &amp; more",
        "<strong>bold</strong>",
        '<a href="https://x.example"',
        "Press",
        "Image: a chart",
        "# words",
    )
    assert all(part in page for part in (*expected, "first version", "second version"))
    assert "<img" not in page
    assert (await pages.get("/channels")).headers["location"].startswith("/channels/C")


@pytest.mark.parametrize(
    ("text", "html"),
    (
        ("a * b * c", "a * b * c"),
        ("snake_case_name", "snake_case_name"),
        ("_it_ and ~no~", "<em>it</em> and <s>no</s>"),
        ("`*x*`", "<code>*x*</code>"),
        ("1 &lt; 2 &amp; 3", "1 &lt; 2 &amp; 3"),
        ("<!here>", '<span class="mention">@here</span>'),
        ("<#C404|old>", '<span class="mention">#old</span>'),
        (":tada: :unknown:", "🎉 :unknown:"),
    ),
)
def test_slack_markup(app: Front, text: str, html: str) -> None:
    assert mrkdwn.text(app.state[Workspace], text) == html


async def test_the_overview_shows_faults_and_requests(
    app: Front, pages: httpx.AsyncClient, zendesk: httpx.AsyncClient
) -> None:
    app.faults.add(Fault("slow", "zendesk", seconds=0))
    await zendesk.get(f"/tickets/{Z}")
    page = (await pages.get("/")).text
    assert "Faults in force" in page
    assert f"/api/v2/tickets/{Z}" in page
