"""Fills the simulated Slack."""

from tieline.sandbox.state import Workspace


def populate(workspace: Workspace) -> None:
    pass
