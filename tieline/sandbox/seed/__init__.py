"""The world that a new sandbox starts with: customers, agents, tickets, channels, files, issues.

The same seed gives the same people and texts. Dates count back from the moment of seeding, so that
"new in the last hour" always finds something. `truth` says what each ticket is really about.
"""

from tieline.sandbox.seed import (
    confluence,
    discord,
    freshdesk,
    google_drive,
    jira,
    notion,
    sharepoint,
    slack,
    telegram,
    zendesk,
)
from tieline.sandbox.seed.cast import CATEGORIES
from tieline.sandbox.state import State

__all__ = ["CATEGORIES", "populate"]


def populate(state: State, seed: int, tickets: int) -> None:
    """Fill an empty state; `tickets` is the number of tickets per help desk."""
    state.truth.update(zendesk.populate(state.zendesk, seed, tickets))
    state.truth.update(freshdesk.populate(state.freshdesk, seed, tickets))
    slack.populate(state.slack)
    google_drive.populate(state.google_drive)
    notion.populate(state.notion)
    sharepoint.populate(state.sharepoint)
    confluence.populate(state.confluence)
    jira.populate(state.jira)
    telegram.populate(state.telegram)
    discord.populate(state.discord)
