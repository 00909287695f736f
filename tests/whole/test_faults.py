"""Whatever process dies: no acknowledged event is lost, and nothing is told twice."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.engine.servers import postgres
from tests.whole.system import PARTS, Whole, running, send

pytestmark = [pytest.mark.slow, pytest.mark.prefect, pytest.mark.services]

EVENTS = 400
#: How long the sink takes for a message, in seconds.
SLOW = 0.005
#: A lease of a dead process ends sooner than in real life, and so do the pauses between tries.
HASTY = {"TIELINE_RETRY_SECONDS": "0.2", "TIELINE_LEASE_SECONDS": "6"}


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
    dead = whole.dead()
    assert set(acknowledged) <= set(heard) | dead
    return set(heard), dead


def killed(whole: Whole, kill: Callable[[], None]) -> None:
    """Do something terrible in the middle of a burst, and see that nothing is lost and nothing told twice."""
    with burst(whole, range(1, EVENTS)) as acknowledged:
        whole.until(lambda: len(whole.seen()) > EVENTS // 10, "the first are told")
        kill()
    heard, dead = settled(whole, acknowledged)
    figures = f"{len(acknowledged)} acknowledged, {len(heard)} told once, {len(dead)} left to a person"
    sys.stdout.write(f"{figures}\n")
    # Only what was on its way at that moment is in doubt.
    assert len(dead) <= EVENTS // 10


OURS = PARTS[2:]
VICTIMS = (("gateway",), ("dispatcher",), ("worker",), ("prefect",), ("prefect", *OURS))


@pytest.mark.parametrize("victims", VICTIMS, ids="+".join)
def test_killed_in_the_middle_of_a_burst(victims: tuple[str, ...], tmp_path: Path) -> None:
    with running(tmp_path, settings=HASTY, slow=SLOW) as whole:

        def kill() -> None:
            whole.kill(*victims)
            whole.start(*victims)

        killed(whole, kill)


@pytest.mark.parametrize("victims", ((), OURS), ids=("postgres", "postgres+ours"))
def test_postgres_is_killed_in_the_middle_of_a_burst(victims: tuple[str, ...], tmp_path: Path) -> None:
    with (
        postgres() as database,
        running(tmp_path, settings=HASTY | {"TIELINE_DATABASE_URL": database.url}, slow=SLOW) as whole,
    ):

        def kill() -> None:
            database.kill()
            whole.kill(*victims)
            database.start()
            whole.start(*victims)

        killed(whole, kill)
