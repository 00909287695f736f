"""Microsoft Teams: outgoing webhooks, by which people talk to us."""

import html
import re
from typing import Any

from tieline.chat import Command, Person, is_ours, read, understood
from tieline.webhooks.delivery import Delivery, Facts, Reply, Webhook
from tieline.webhooks.handshakes import as_json
from tieline.webhooks.readers import at, body, numbered
from tieline.webhooks.verifiers import Hmac, from_base64

EVENTS = ("message",)

#: What people write in a message with formats, and in today's Teams in any, stands in paragraphs.
_CALLED = re.compile(r"\s*(?:<(?:p|div)\b[^>]*>\s*)*<at\b[^>]*>(.*?)</at>\s*", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r"<a\b[^>]*?\bhref=\"([^\"]*)\"[^>]*>([^<]*)</a>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li)>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def read_command(payload: Any) -> Command | None:
    """What somebody asks of us who calls us by the name of Tieline; None for other names.

    Raises:
        Misunderstood: It makes no sense, or asks for help.
    """
    text = at(payload, "text")
    called = _CALLED.match(text) if isinstance(text, str) else None
    if called is None or not is_ours(html.unescape(called[1]).strip()):
        return None
    # Teams makes links of addresses, and of those without https://, too.
    linked = _LINK.sub(lambda link: link[1] if "." in link[2] and link[2] in link[1] else link[2], text[called.end() :])
    said = _TAG.sub("", _BREAK.sub("\n", linked))
    typed = read(html.unescape(said).replace("\xa0", " "))
    who, name = at(payload, "from.aadObjectId") or at(payload, "from.id"), at(payload, "from.name")
    conversation = str(at(payload, "conversation.id") or "")
    channel, _, thread = conversation.partition(";messageid=")
    return Command(
        verb=typed.verb.name,
        argument=typed.argument,
        options=typed.options,
        who=Person(id=str(who), name=str(name or "")),
        channel=channel,
        thread=thread or str(at(payload, "id")),
    )


def _reply(delivery: Delivery) -> Reply:
    """Teams shows what it hears; with nothing it tells the writer that we are broken."""
    command, help_ = understood(read_command, delivery.json)
    said = help_ or ("On it …" if command else "Received.")
    # Lines of their own: Teams joins what stands on the next line.
    return as_json({"type": "message", "text": "\n\n".join(html.escape(said, quote=False).splitlines())})


webhook = Webhook(
    verify=Hmac("Authorization", prefix="HMAC ", encoding="base64", key=from_base64),
    event=body("type"),
    delivery=numbered(body("id")),
    reply=_reply,
    facts=Facts(who="from.name|from.id", when="timestamp", subject="text"),
    guide="""\
1. In Teams open the team's **⋯ → Manage team → Apps → Create an outgoing webhook**.
2. Callback URL: `{url}`. Its name is how people call it: `@name do this`.
3. Teams shows a **security token** once. Put it into the block, as it is.
""",
    caveat="No time is signed apart from the body; the message's id is, so that a copy counts as a redelivery.",
    docs="https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook",
)
