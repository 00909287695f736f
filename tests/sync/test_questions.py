"""What people are asked about a sync, and for how long their answer counts."""

from __future__ import annotations

import pytest

from flows.sync import questions
from tests.sync.pairs import Pair, rules
from tieline import approvals
from tieline.sync import work


async def test_who_agreed_to_deletions_did_not_agree_to_the_next_ones() -> None:
    pair = Pair(rules(deletes="delete"))
    await pair.run()
    for _ in range(2):
        pair.left.remove(pair.left.find(id=1))
        with pytest.raises(work.NeedsApproval) as stopped:
            await pair.run(may_delete=questions.may_delete)
        asked = questions.ask_about_deletes(stopped.value.plan, stopped.value.run)
        assert asked.state == "waiting"
        assert "1 of 2 rows would be deleted on the right side" in asked.title
        approvals.decide(asked.id, "approve", by="Ann", via="test")
        await pair.run(may_delete=questions.may_delete)
        assert len(pair.right.rows) == 1
        pair.left.add(id=1, name="one", status="new", tags="a")
        await pair.run()
