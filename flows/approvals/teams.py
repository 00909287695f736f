"""Teams: a card whose button leads to a page of ours, in the name of the person that it is addressed to.

A workflow posts for us and cannot be called back; so the card cannot be changed later, and says so by its link.
"""

from __future__ import annotations

from flows.approvals.words import answer
from flows.chat.teams import card
from tasks import teams
from tieline.approvals import Approval
from tieline.approvals.links import link


async def show(approval: Approval, connection: str, person: str) -> str:
    """Post the card where the connection's workflow posts: in the chat with that person.

    Raises:
        ConfigError: The person is not to decide, or no links can be made: see `tieline.approvals.links`.
    """
    links = {"Look and decide": link(approval, person), "Open": approval.link}
    buttons = [{"type": "Action.OpenUrl", "title": title, "url": url} for title, url in links.items() if url]
    about = answer(approval)
    about = about.model_copy(update={"facts": (*about.facts, ("For", person))})
    await teams.send_card(connection, card=card(about).model_copy(update={"actions": buttons}))
    return person
