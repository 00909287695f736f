"""Fills the simulated Teams: one team, three channels, a little talk."""

from tieline.sandbox.seed.cast import AGENTS
from tieline.sandbox.teams.memory import Teams, by_person

TEAM = "fbe2bf47-16c8-47cf-b4a5-4b9b187c508b"
CHANNELS = ("General", "Support", "Documents")


def populate(teams: Teams) -> None:
    """The team, its channels, and what was said; the workflow posts in the last of them."""
    teams.me = {"id": "8ea0e38b-efb3-4757-924a-5f94061cf8c2", "displayName": "Grace Muthoni"}
    teams.me["userPrincipalName"] = "grace@lumora.example"
    teams.teams[TEAM] = {"id": TEAM, "displayName": "Lumora", "description": "Everybody at Lumora"}
    made = [teams.add_channel(TEAM, name, f"sandbox{number:025d}") for number, name in enumerate(CHANNELS)]
    teams.workflow_channel = made[-1]["id"]
    ann = by_person(AGENTS[0][0], "00000000-0000-0000-0000-000000000001")
    said = teams.add(made[1]["id"], ann, {"contentType": "text", "content": "Where do we keep the returns report?"})
    mine = by_person(teams.me["displayName"], teams.me["id"])
    answer = {"contentType": "html", "content": "<p>In the library, below <b>Reports</b>.</p>"}
    teams.add(made[1]["id"], mine, answer, reply_to=said["id"])
