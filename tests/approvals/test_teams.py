"""Teams: a card that leads the person it is for to our page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from blocks.teams import TeamsCredentials
from flows.approvals import show
from tieline import connections
from tieline.approvals import ask, history
from tieline.errors import ConfigError
from tieline.inbox import scope
from tieline.sandbox import running
from tieline.sandbox.teams.memory import Teams
from tieline.settings import settings

ANN = "ann@example.com"


@pytest.mark.parametrize("place", ("teams/docs", "teams//x", "mail/me/x", "slack", "", "teams/docs/bob@example.com"))
async def test_only_places_and_people_that_were_named_are_told(place: str) -> None:
    asked = ask("docs_on_push", "k", "t", approvers=[ANN])
    with pytest.raises(ConfigError):
        await show(asked, place)
    assert [one.what for one in history(asked.id)] == ["asked"]


async def test_a_card_leads_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_APPROVAL_KEY", "k" * 32)
    monkeypatch.setenv("TIELINE_PUBLIC_URL", "https://tieline.example.com")
    settings.cache_clear()
    with running(tickets=1) as sandbox, scope.working(scope.Scope("", lean=True)):
        block = TeamsCredentials(**sandbox.connection("teams"))

        async def load(kind: Any, name: str) -> TeamsCredentials:
            assert (kind, name) == (TeamsCredentials, "docs")
            return block

        monkeypatch.setattr(connections, "load", load)
        asked = ask("docs_on_push", "k", "Update *the* reference", approvers=[ANN], link="https://example.com/pull/1")
        await show(asked, f"teams/docs/{ANN}")
        teams = sandbox.state[Teams]
        message = teams.messages[teams.workflow_channel][-1]
        card = json.dumps(json.loads(message["attachments"][0]["content"]))
    assert f"https://tieline.example.com/approvals/{asked.id}?token=" in card
    assert "https://example.com/pull/1" in card
    assert '"type": "TextRun", "text": "Update *the* reference"' in card, "an outsider's marks are none on the card"
    assert [one.what for one in history(asked.id)] == ["asked", "told"]
