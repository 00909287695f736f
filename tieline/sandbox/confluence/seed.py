"""The wiki: a space with the pages that the support team works from."""

from tieline.sandbox.confluence.memory import Wiki

REFUNDS = """\
<p>Customers may send goods back within <strong>30 days</strong>. We refund within five working days.</p>
<h2>Exceptions</h2>
<ul><li>Opened software</li><li>Gift cards</li></ul>
<ac:structured-macro ac:name="warning"><ac:rich-text-body><p>Refunds above 500 EUR need a manager.</p>
</ac:rich-text-body></ac:structured-macro>"""
INCIDENTS = """\
<h2>First minutes</h2>
<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status>
<ac:task-body>Open a channel</ac:task-body></ac:task></ac:task-list>
<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">bash</ac:parameter>
<ac:plain-text-body><![CDATA[systemctl status shop]]></ac:plain-text-body></ac:structured-macro>"""
SHIPPING = """\
<table><tbody><tr><th>Region</th><th>Days</th></tr><tr><td>Germany</td><td>2</td></tr>
<tr><td>Europe</td><td>5</td></tr></tbody></table>
<p>See <ac:link><ri:page ri:content-title="Refund policy" /></ac:link>.</p>"""
PAGES = (("Refund policy", REFUNDS), ("Incident handbook", INCIDENTS), ("Shipping times", SHIPPING))
ME = "557058:0f3c2a7e-sandbox"


def populate(wiki: Wiki) -> None:
    """Fill an empty wiki."""
    wiki.me = {"type": "known", "accountId": ME, "accountType": "atlassian", "displayName": "Tieline", "email": ""}
    number = wiki.next_id()
    wiki.spaces[number] = {
        "id": number,
        "key": "DOCS",
        "name": "Support handbook",
        "type": "global",
        "status": "current",
        "authorId": ME,
        "createdAt": wiki.now(),
        "homepageId": None,
        "_links": {"webui": "/spaces/DOCS"},
    }
    home = wiki.add_page(number, "Support handbook", "<p>What the support team works from.</p>", None)
    wiki.spaces[number]["homepageId"] = home["id"]
    for title, text in PAGES:
        wiki.add_page(number, title, text, home["id"])
