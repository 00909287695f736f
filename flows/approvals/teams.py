"""Teams: a card whose button leads to a page of ours, in the name of the person that it is addressed to.

A workflow posts for us and cannot be called back; so the card cannot be changed later, and says so by its link.
"""

from __future__ import annotations

from flows.approvals.words import answer
from flows.markup import escaped
from tasks import teams
from tasks.teams import Card, Fact, Link
from tieline.approvals import Approval
from tieline.approvals.links import link


async def show(approval: Approval, connection: str, person: str) -> str:
    """Post the card where the connection's workflow posts: in the chat with that person.

    Raises:
        ConfigError: The person is not to decide, or no links can be made: see `tieline.approvals.links`.
    """
    about = answer(approval).fitting()
    buttons = [Link(title="Look and decide", url=link(approval, person))]
    if approval.link:
        buttons.append(Link(title="Open", url=approval.link))
    card = Card(
        title=escaped(about.title),
        text="\n\n".join(escaped(line.text) for line in about.lines),
        facts=tuple(Fact(title=name, value=escaped(value)) for name, value in (*about.facts, ("For", person))),
        actions=tuple(buttons),
    )
    await teams.send_card(connection, card=card)
    return person
