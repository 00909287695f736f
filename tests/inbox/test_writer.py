"""What was put is there when `put` returns, once; what could not be written is said so."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from tests.engine.servers import free_port
from tieline import store
from tieline.errors import StoreUnavailable
from tieline.inbox import writer as writing
from tieline.inbox.tables import DeliveryRow
from tieline.inbox.writer import ALIKE_SECONDS, Arrival, Writer
from tieline.settings import settings
from tieline.store import direct

NOW = 1_800_000_000.0


def arrival(number: object = 1, **fields: Any) -> Arrival:
    return Arrival("probe", "main", str(number), "thing.happened", NOW)._replace(**fields)


def rows() -> list[DeliveryRow]:
    with store.session() as db:
        return list(db.exec(select(DeliveryRow).order_by(DeliveryRow.id)))  # type: ignore[arg-type]


def numbers() -> list[str]:
    return sorted(row.delivery for row in rows())


async def test_a_delivery_is_there_when_put_returns(writer: Writer) -> None:
    await writer.put(arrival(7, headers='{"x-event": "ä\\u0000"}', query='{"a": "b"}', body=b"\x00\xff{}"))
    [row] = rows()
    assert (row.system, row.connection, row.delivery, row.event) == ("probe", "main", "7", "thing.happened")
    assert (row.received_at, row.headers, row.query) == (NOW, {"x-event": "ä\0"}, {"a": "b"})
    assert (row.body, row.state, row.reason) == (b"\x00\xff{}", "received", "")


async def test_those_that_wait_share_a_transaction(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    commits = 0
    real = type(writer._store).commit

    def commit(self: direct.Direct) -> None:
        nonlocal commits
        commits += 1
        real(self)

    monkeypatch.setattr(type(writer._store), "commit", commit)
    await asyncio.gather(*(writer.put(arrival(number)) for number in range(1000)))
    assert len(rows()) == 1000
    assert commits <= 20


async def test_a_redelivery_changes_nothing(writer: Writer) -> None:
    await writer.put(arrival(body=b"first"))
    await writer.put(arrival(body=b"second", received_at=NOW + 86_400))
    await asyncio.gather(*(writer.put(arrival(2)) for _ in range(20)))
    assert [(row.delivery, row.body) for row in rows()] == [("1", b"first"), ("2", b"")]
    assert (writer.new, writer.known) == (2, 20)


async def test_two_gateways_write_a_redelivery_once(url: str) -> None:
    one, other = Writer(url), Writer(url)
    try:
        puts = [each.put(arrival(number)) for number in range(300) for each in (one, other)]
        await asyncio.gather(*puts)
    finally:
        one.close()
        other.close()
    assert len(rows()) == 300
    assert one.new + other.new == 300


async def test_other_systems_and_connections_have_numbers_of_their_own(writer: Writer) -> None:
    await writer.put(arrival())
    await writer.put(arrival(connection="other"))
    await writer.put(arrival(system="other"))
    assert len(rows()) == 3


class TestWithoutNumbers:
    """The vendor does not number its deliveries: `delivery` is a digest of the body."""

    @staticmethod
    def at(moment: float, digest: str = "d1") -> Arrival:
        return arrival(digest, received_at=moment, numbered=False)

    async def test_the_same_body_is_a_redelivery_for_ten_minutes(self, writer: Writer) -> None:
        for moment in (NOW, NOW + 1, NOW + ALIKE_SECONDS - 1):
            await writer.put(self.at(moment))
        assert [row.received_at for row in rows()] == [NOW]

    async def test_later_it_is_news(self, writer: Writer) -> None:
        moments = [NOW + hour * 3600 for hour in range(30)]
        for moment in moments:
            await writer.put(self.at(moment))
            await writer.put(self.at(moment + 5))
        assert [row.received_at for row in rows()] == moments
        assert all(row.delivery.partition("@")[0] == "d1" for row in rows())

    async def test_a_moment_later_than_the_last_but_in_another_span(self, writer: Writer) -> None:
        edge = (NOW + 86_400) // ALIKE_SECONDS * ALIKE_SECONDS
        for moment in (NOW, edge - 1, edge + 1, edge + ALIKE_SECONDS - 2):
            await writer.put(self.at(moment))
        assert [row.received_at for row in rows()] == [NOW, edge - 1]

    async def test_two_gateways_agree(self, url: str) -> None:
        one, other = Writer(url), Writer(url)
        digests = [f"d{number}" for number in range(40)]
        edge = (NOW + 86_400) // ALIKE_SECONDS * ALIKE_SECONDS
        try:
            for moments in ((NOW, NOW), (edge - 0.01, edge + 0.01)):
                puts = [
                    each.put(self.at(moment, digest))
                    for digest in digests
                    for each, moment in zip((one, other), moments, strict=True)
                ]
                await asyncio.gather(*puts)
        finally:
            one.close()
            other.close()
        assert len(rows()) == 2 * len(digests)

    async def test_after_the_clock_was_set_back_nothing_is_lost(self, writer: Writer) -> None:
        await writer.put(self.at(NOW))
        await writer.put(self.at(NOW - 3600))
        assert len(rows()) == 2


async def test_what_cannot_be_written_is_alone_in_that(writer: Writer) -> None:
    wrong = arrival("wrong", headers=object())
    said = await asyncio.gather(*(writer.put(one) for one in (arrival(1), wrong, arrival(2))), return_exceptions=True)
    assert [type(one).__name__ for one in said if one] != []
    assert said[0] is None
    assert said[2] is None
    assert numbers() == ["1", "2"]


async def test_others_can_write_in_the_same_transaction(writer: Writer) -> None:
    await writer.put(arrival())
    change = "UPDATE deliveries SET state = ? WHERE delivery = ?"
    found, _, _ = await asyncio.gather(
        writer.run(lambda db: db.execute("SELECT delivery FROM deliveries WHERE connection = ?", ["main"])),
        writer.run(lambda db: db.execute(change, ["skipped", "1"])),
        writer.put(arrival(2)),
    )
    assert found[0] == ("1",)
    assert {row.delivery: row.state for row in rows()} == {"1": "skipped", "2": "received"}


async def test_what_raises_leaves_nothing(writer: Writer) -> None:
    def half(db: direct.Direct) -> None:
        db.execute("UPDATE deliveries SET state = 'dead'")
        raise LookupError("no")

    await writer.put(arrival())
    said = await asyncio.gather(writer.run(half), writer.put(arrival(2)), return_exceptions=True)
    assert isinstance(said[0], LookupError)
    assert {row.delivery: row.state for row in rows()} == {"1": "received", "2": "received"}


async def test_who_stops_waiting_does_not_disturb_others(writer: Writer) -> None:
    tasks = [asyncio.create_task(writer.put(arrival(number))) for number in range(50)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await writer.put(arrival("last"))
    assert {str(number) for number in range(1, 50, 2)} <= set(numbers())


async def test_closing_writes_what_waits(url: str) -> None:
    made = Writer(url)
    waiting = [asyncio.create_task(made.put(arrival(number))) for number in range(100)]
    await asyncio.sleep(0)
    await asyncio.to_thread(made.close)
    await asyncio.gather(*waiting)
    assert len(rows()) == 100
    with pytest.raises(StoreUnavailable):
        await made.put(arrival("late"))


# ---------------------------------------------------------------- SQLite


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TIELINE_DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    settings.cache_clear()
    store.engine()
    return tmp_path / "store.db"


async def test_a_full_disk_is_said_so_and_forgotten_when_there_is_room(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = sqlite3.connect(file).execute("PRAGMA page_count").fetchone()[0]
    roomy = direct.PRAGMAS
    monkeypatch.setattr(direct, "PRAGMAS", (*roomy, f"max_page_count={pages + 40}"))
    writer = Writer()
    puts = (writer.put(arrival(number, body=bytes(20_000))) for number in range(60))
    said = await asyncio.gather(*puts, return_exceptions=True)
    refused = [one for one in said if one is not None]
    assert refused
    assert all(isinstance(one, StoreUnavailable) and "full" in str(one) for one in refused)
    assert len(rows()) == said.count(None), "what is there was acknowledged, and nothing else"
    monkeypatch.setattr(direct, "PRAGMAS", roomy)
    await writer.put(arrival("after", body=bytes(20_000)))
    assert "after" in numbers()
    writer.close()


async def test_a_lock_is_waited_for_but_not_for_ever(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "LOCK_SECONDS", 0.2)
    writer = Writer()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        await writer.put(arrival(1))
    monkeypatch.setattr(direct, "LOCK_SECONDS", 20)
    waiting = asyncio.create_task(writer.put(arrival(2)))
    await asyncio.sleep(0)
    other.execute("COMMIT")
    other.close()
    await waiting
    assert numbers() == ["2"]
    writer.close()


async def test_only_so_many_wait(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST", 5)
    monkeypatch.setattr(writing, "MOST_BYTES", 1000)
    writer = Writer()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = [asyncio.create_task(writer.put(arrival(number))) for number in range(4)]
    await asyncio.sleep(0)
    with pytest.raises(StoreUnavailable, match="More is waiting"):
        await writer.put(arrival("large", body=bytes(1001)))
    waiting.append(asyncio.create_task(writer.put(arrival(4))))
    await asyncio.sleep(0)
    with pytest.raises(StoreUnavailable, match="More is waiting") as raised:
        await writer.put(arrival("one too many"))
    assert raised.value.retry_after > 0
    other.execute("COMMIT")
    other.close()
    await asyncio.gather(*waiting)
    await writer.put(arrival("after"))
    assert numbers() == ["0", "1", "2", "3", "4", "after"]
    writer.close()


async def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    writer = Writer(f"sqlite:///{tmp_path / 'nowhere' / 'store.db'}")
    with pytest.raises(StoreUnavailable, match="unable to open"):
        await writer.put(arrival())
    writer.close()


async def test_no_database_at_all(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(b"this is no database" * 1000)
    writer = Writer(f"sqlite:///{wrong}")
    with pytest.raises(StoreUnavailable, match="not a database"):
        await writer.put(arrival())
    writer.close()


KILLED = """
    import asyncio, os, signal, sys
    from tieline.inbox.writer import Arrival, Writer

    async def main():
        writer = Writer()
        async def put(number):
            await writer.put(Arrival("probe", "main", str(number), "e", 0.0, body=bytes(500)))
            os.write(1, f"{number}\\n".encode())
        numbers = iter(range(100_000))
        async def many():
            for number in numbers:
                await put(number)
        await asyncio.gather(*(many() for _ in range(20)))

    asyncio.run(main())
"""


def test_what_was_acknowledged_survives_kill_9(file: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED)], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(2000)]
    process.kill()
    said += process.stdout.read().splitlines(keepends=True)
    process.wait()
    process.stdout.close()
    acknowledged = {line.decode().strip() for line in said if line.endswith(b"\n")}
    assert len(acknowledged) >= 2000
    assert acknowledged <= set(numbers())
    assert file.exists()


# ---------------------------------------------------------------- Postgres


@pytest.mark.services
@pytest.mark.parametrize("url", ("postgres",), indirect=True)
async def test_postgres_may_hang_up_between_two_deliveries(writer: Writer, url: str) -> None:
    await writer.put(arrival(1))
    other = direct.direct(url)
    other.begin()
    other.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    other.commit()
    other.close()
    store.forget()  # those of SQLAlchemy are dead, too
    await writer.put(arrival(2))
    assert numbers() == ["1", "2"]


@pytest.mark.services
async def test_no_postgres_is_said_without_the_password() -> None:
    writer = Writer(f"postgresql+psycopg://tieline:s3cret@127.0.0.1:{free_port()}/postgres")
    with pytest.raises(StoreUnavailable) as raised:
        await writer.put(arrival())
    assert "s3cret" not in str(raised.value)
    assert raised.value.__cause__ is None
    writer.close()
