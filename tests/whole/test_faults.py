"""Whatever process dies: no acknowledged event is lost, and nothing is told twice."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.engine.servers import postgres_server
from tests.whole.system import PARTS, Whole, running, send

pytestmark = [pytest.mark.slow, pytest.mark.prefect, pytest.mark.services]

EVENTS = 400
#: A lease of a dead process ends sooner than in real life, and so do the pauses between tries.
HASTY = {"TIELINE_RETRY_SECONDS": "0.2", "TIELINE_LEASE_SECONDS": "6"}


@pytest.fixture(params=("sqlite", "postgres"))
def store(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Settings that lead to each kind of store."""
    if request.param == "sqlite":
        yield HASTY
        return
    with postgres_server() as url:
        yield HASTY | {"TIELINE_DATABASE_URL": url}


@contextmanager
def burst(whole: Whole, numbers: Sequence[int]) -> Iterator[list[int]]:
    """Send events from four sides while the block runs; at its end, those that were acknowledged."""
    acknowledged: list[int] = []
    with ThreadPoolExecutor(4) as pool:
        parts = [pool.submit(send, whole, numbers[n::4]) for n in range(4)]
        yield acknowledged
        for part in parts:
            acknowledged.extend(part.result())


def settled(whole: Whole, acknowledged: Sequence[int]) -> tuple[set[int], set[int]]:
    """When everything is done: what the sink has heard of, and what was left to a person."""
    whole.until(whole.over, "all work is done")
    heard = whole.seen()
    assert {number: len(times) for number, times in heard.items() if len(times) > 1} == {}
    dead = {row["item"] for row in whole.inbox("dead-letters", "--limit", "100000")["lines"]}
    assert set(acknowledged) <= set(heard) | dead
    return set(heard), dead


OURS = PARTS[2:]
VICTIMS = (("gateway",), ("dispatcher",), ("worker",), ("prefect",), OURS, ("prefect", *OURS))


@pytest.mark.parametrize("victims", VICTIMS, ids="+".join)
def test_killed_in_the_middle_of_a_burst(victims: tuple[str, ...], store: dict[str, str], tmp_path: Path) -> None:
    with running(tmp_path, settings=store, slow=0.005) as whole:
        with burst(whole, range(1, EVENTS)) as acknowledged:
            whole.until(lambda: len(whole.seen()) > EVENTS // 10, "the first are told")
            whole.kill(*victims)
            whole.start(*victims)
        heard, dead = settled(whole, acknowledged)
        figures = f"{len(acknowledged)} acknowledged, {len(heard)} told once, {len(dead)} left to a person"
        sys.stdout.write(f"{' and '.join(victims)} killed: {figures}\n")
        assert len(dead) <= EVENTS // 10
