"""How each vendor's webhooks are registered: for `tieline webhook guide`, and for the page about all of them."""

from __future__ import annotations

from importlib import import_module

from tieline import registry
from tieline.webhooks.delivery import Webhook
from tieline.webhooks.find import events, find, systems, vendors

_HOST = "https://YOUR-HOST"
_INTRO = """
Systems push events to `POST /hooks/SYSTEM/CONNECTION` on the gateway (`tieline gateway`, and in `tieline up`). Each
delivery is checked, written down, and only then answered. Without a secret everything is refused.

- **Secret.** `tieline webhook secret SYSTEM --connection NAME --generate` makes one, saves it in the connection's
  block, and prints it for the vendor; `--secret -` takes the vendor's. `--keep-old` lets the old one pass while you
  replace it. A system without a connector gets a block of its own, `SYSTEM-NAME`.
- **Register.** `tieline webhook setup SYSTEM --connection NAME --url https://YOUR-HOST` does it through the vendor's
  API, where we have a connector and the API can:
  SYSTEMS_WITH_AN_API.
  For all others it prints what stands below. Do it as often as you like: there is one webhook for the same thing, and
  another address replaces the one before.
- **Keep alive.** Some end by themselves. The flow `renew-subscriptions` (hourly with `tieline up` or `tieline deploy`)
  renews them when a third of their time is left, makes again what the vendor has lost, tells it of another secret in
  the block, and fails with a list of what is about to end, and when, if it cannot. `tieline webhook subscriptions`
  shows what there is; `tieline webhook remove SYSTEM --connection NAME` ends it.
- **Refused?** `tieline webhook verify SYSTEM --secret - --headers headers.json --body body.bin` says why: a header that
  is missing, a clock, a body that was written anew on its way, a secret with a line break.
- **Try.** `tieline webhook sign SYSTEM --secret - --body body.json` signs as the vendor does.

What the columns say. *Signs*: what is checked; in *italics* where the secret itself is sent, so that whoever sees one
delivery can send others: use https, and let in only the vendor's networks (`webhook.allow_from` in the block). *Time*:
how old, or early, a delivery may be; a dash where the vendor signs no time, or we do not check it. *Number*: whether
deliveries can be told apart. If not, two bodies that are alike within ten minutes count as one. *Events*: how many we
know by name; all others are received, too. Where it says below that a copy counts as a redelivery, that holds for as
long as the inbox keeps the delivery (`TIELINE_KEEP_DONE_DAYS`).
"""


def address(system: str, connection: str, url: str) -> str:
    """Where a vendor must send to.

    Args:
        system: The system.
        connection: The connection that receives.
        url: Where the world reaches the gateway.
    """
    return f"{url.rstrip('/')}/hooks/{system}/{connection}"


def title(system: str) -> str:
    """How people write a system's name."""
    if system not in vendors():
        return registry.connector(system).title
    # The file of a system without a connector begins with it.
    return (import_module(f"tieline.webhooks.vendors.{system}").__doc__ or system).partition(":")[0]


def says(webhook: Webhook) -> str:
    """What is signed, in Markdown."""
    return str(getattr(webhook.verify, "says", "in a way of its own"))


def steps(system: str, webhook: Webhook, connection: str, url: str) -> str:
    """How to register it, in Markdown."""
    caveat = f"\n\n**Mind:** {webhook.caveat}" if webhook.caveat else ""
    text = webhook.guide.replace("{url}", address(system, connection, url))
    text = text.replace("--connection NAME", f"--connection {connection}").strip()
    return f"**Signed:** {says(webhook)}.{caveat}\n\n{text}\n\nThe vendor's page: <{webhook.docs}>"


def whole(system: str, webhook: Webhook, connection: str, url: str) -> str:
    """The guide of one system, in Markdown."""
    keep = f"The secret goes into the block with `tieline webhook secret {system} --connection {connection}`."
    return f"# {title(system)}\n\n{keep}\n\n{steps(system, webhook, connection, url)}\n"


def page(notice: str) -> str:
    """The page about all systems, in Markdown.

    Args:
        notice: A comment that says where the page comes from.
    """
    rows = ["| system | signs | time | number | events |", "|---|---|--:|---|--:|", *map(_row, systems())]
    guides = [f"## {title(system)}\n\n{steps(system, find(system), 'main', _HOST)}" for system in systems()]
    able = ", ".join(title(name) for name in systems() if name not in vendors() and _can_be_asked(name))
    intro = _INTRO.strip().replace("SYSTEMS_WITH_AN_API", able)
    return "\n\n".join(["# Webhooks", notice, intro, "\n".join(rows), *guides]) + "\n"


def _can_be_asked(system: str) -> bool:
    return registry.connector(system).subscriptions is not None


def _row(system: str) -> str:
    webhook = find(system)
    signs = f"*{says(webhook)}*" if webhook.kind == "token" else says(webhook)
    tolerance = getattr(webhook.verify, "tolerance", 0)
    number = "yes" if webhook.numbered else "no"
    anchor = title(system).lower().replace(" ", "-").replace("(", "").replace(")", "")
    known = len(events(system)) or "any"
    age = f"{tolerance:.0f} s" if tolerance else "-"
    return f"| [{title(system)}](#{anchor}) | {signs} | {age} | {number} | {known} |"
