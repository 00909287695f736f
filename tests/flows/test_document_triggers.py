"""Which pages start a summary by themselves, and that one is made when people have stopped to write."""

from __future__ import annotations

from typing import Any

import pytest

from deployments.document_summarization import CONNECTION, triggers
from tieline.dispatch import Debounce, Event, Trigger

BY_NAME: dict[str, Trigger] = {trigger.name: trigger for trigger in triggers}
PAGE = {"event": "page_updated", "page": {"id": 7, "title": "Plan"}}


def entry(parent: str | None) -> dict[str, Any]:
    """What Notion says of a page somewhere."""
    data = {"parent": {"id": "p", "type": parent}} if parent else {}
    return {"id": "1", "type": "page.content_updated", "entity": {"id": "abc", "type": "page"}, "data": data}


def event(system: str, name: str, payload: dict[str, Any], connection: str = CONNECTION) -> Event:
    return Event(
        system=system,
        connection=connection,
        name=name,
        delivery="d",
        received_at="2026-01-02T03:04:05Z",
        payload=payload,
    )


@pytest.mark.parametrize(
    ("system", "name", "payload", "subject"),
    (
        ("confluence", "page_updated", PAGE, "7"),
        ("notion", "page.content_updated", entry("database"), "abc"),
        ("notion", "page.created", entry(None), "abc"),
    ),
)
def test_a_page_is_summarized_when_writing_has_stopped(
    system: str, name: str, payload: dict[str, Any], subject: str
) -> None:
    trigger, happened = BY_NAME[f"{system}-page"], event(system, name, payload)
    assert trigger.wants(happened)
    wish = trigger.wish(happened)
    assert (str(wish.item), wish.parameters["source"]) == (subject, f"{system}/{CONNECTION}")
    assert wish.join_key == f"{CONNECTION}/{subject}"
    assert isinstance(trigger.wait, Debounce)
    assert trigger.wait.seconds < trigger.wait.at_most


@pytest.mark.parametrize(
    ("system", "happened"),
    (
        ("confluence", event("confluence", "page_updated", PAGE, "wiki")),
        ("notion", event("notion", "page.content_updated", entry("database"), "tasks")),
        ("notion", event("notion", "page.content_updated", entry("page"))),
    ),
)
def test_what_comes_in_for_another_purpose_is_left_alone(system: str, happened: Event) -> None:
    assert not BY_NAME[f"{system}-page"].wants(happened)
