"""Our own memory: made on start by exactly one, refused where it cannot be right, never half made."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel, select

from tests.engine.servers import free_port, postgres_server, use_empty_store
from tieline import store
from tieline.errors import ConfigError
from tieline.observe import Call
from tieline.settings import settings
from tieline.store import migrate
from tieline.store.tables import CallRow


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.services)])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database of either kind."""
    made: str = (
        request.getfixturevalue("postgres") if request.param == "postgres" else f"sqlite:///{tmp_path / 'store.db'}"
    )
    use_empty_store(made, monkeypatch)
    return made


def call(number: int = 1, at: datetime | None = None, **fields: object) -> Call:
    values = {
        "request_id": f"r.{number}",
        "system": "probe",
        "connection": "main",
        "action": "act",
        "outcome": "ok",
        "status": 200,
        "tries": 1,
        "milliseconds": 1.5,
        "bytes_sent": 0,
        "bytes_received": 3,
        "at": at or datetime.now(UTC),
    }
    return Call(**(values | fields))  # type: ignore[arg-type]


def rows() -> list[CallRow]:
    with store.session() as db:
        return list(db.exec(select(CallRow).order_by("id")))


@pytest.mark.usefixtures("url")
def test_an_empty_database_is_made_and_the_schema_is_that_of_the_models() -> None:
    with store.engine().connect() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
        assert inspect(db).has_table("calls")
    assert store.engine() is store.engine()


@pytest.mark.usefixtures("url")
def test_it_can_be_taken_back_and_made_again() -> None:
    engine = store.engine()
    config = migrate._config()
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.downgrade(config, "base")
        assert not inspect(db).has_table("calls")
    migrate.upgrade(engine)
    assert inspect(engine).has_table("calls")


START = """
    import os, sys
    from alembic import command
    from tieline import store
    from tieline.observe import Call
    from tieline.store import migrate
    real = command.upgrade
    def upgrade(config, revision):
        before = migrate._revision(config.attributes["connection"])
        real(config, revision)
        if before is None:
            os.write(1, b"migrated\\n")
    command.upgrade = upgrade
    def start(number):
        go.read(1)
        store.add_calls([Call(f"r.{number}", "probe", "main", "act", "ok", 200, 1, 1.0, 0, 0)])
        os.write(1, b"done\\n")
    go, gate = (os.fdopen(end, mode) for end, mode in zip(os.pipe(), ("rb", "wb")))
    children = []
    for number in range(8):
        children.append(os.fork())
        if not children[-1]:
            gate.close()
            try:
                start(number)
            except BaseException as exc:
                os.write(2, repr(exc).encode())
            finally:
                os._exit(0)
    gate.close()  # now they all start
    for child in children:
        os.waitpid(child, 0)
"""


@pytest.mark.usefixtures("url")
def test_eight_processes_that_start_at_once_all_succeed_and_one_migrates() -> None:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(START)], check=False, capture_output=True, text=True)
    said = done.stdout.split()
    assert sorted(said) == ["done"] * 8 + ["migrated"], done
    assert len({row.request_id for row in rows()}) == 8


KILLED = """
    import os
    from alembic import op
    real = op.create_index
    def create_index(*a, **k):
        os._exit(9)  # after the table, before the version
    op.create_index = create_index
    from tieline import store
    store.engine()
"""


@pytest.mark.usefixtures("url")
def test_a_migration_that_is_killed_half_way_leaves_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(KILLED)], check=False, capture_output=True)
    assert done.returncode == 9, done.stderr
    store.add_calls([call()])
    assert len(rows()) == 1


@pytest.mark.usefixtures("url")
def test_a_newer_database_is_refused_and_left_alone() -> None:
    with store.engine().begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.forget()
    with pytest.raises(ConfigError, match=r"newer version of Tieline \(migration 9999\).*Upgrade") as raised:
        store.engine()
    assert "s3cret" not in str(raised.value)
    engine = create_engine(settings().store_url)
    with engine.connect() as db:
        assert db.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()


@pytest.mark.usefixtures("url")
def test_a_session_takes_everything_back_on_an_error() -> None:
    store.add_calls([call()])

    def half() -> None:
        with store.session() as db:
            db.add(CallRow.model_validate(rows()[0].model_dump(exclude={"id"})))
            db.flush()
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert len(rows()) == 1


@pytest.mark.usefixtures("url")
def test_rows_hold_what_calls_can_be() -> None:
    store.add_calls([call(bytes_sent=2**40, bytes_received=2**40, flow_run_id=None, status=None)])
    assert rows()[0].bytes_sent == 2**40


@pytest.mark.usefixtures("url")
def test_old_rows_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_prune_at", 0.0)
    now = datetime.now(UTC)
    store.add_calls([call(1, now - timedelta(days=29)), call(2, now - timedelta(days=31)), call(3)])
    assert [row.request_id for row in rows()] == ["r.1", "r.3"]
    store.add_calls([call(4, now - timedelta(days=99))])
    assert len(rows()) == 3, "not at every write"


# ---------------------------------------------------------------- what cannot be opened


def refused(monkeypatch: pytest.MonkeyPatch, url: str) -> str:
    monkeypatch.setenv("TIELINE_DATABASE_URL", url)
    settings.cache_clear()
    with pytest.raises(ConfigError) as raised:
        store.engine()
    shown = [str(raised.value)]
    cause: BaseException | None = raised.value.__cause__ or raised.value.__context__
    while cause is not None:
        shown.append(f"{cause!r} {vars(cause)!r}")
        cause = cause.__cause__ or cause.__context__
    assert "s3cret" not in "\n".join(shown)
    return str(raised.value)


@pytest.mark.parametrize(
    "url",
    (
        "nonsense",
        "postgresql://u:s3cret@host:port/db",
        "oracle+nothing://u:s3cret@host/db",
        "mysql://u:s3cret@host/db",
        "://u:s3cret@",
        "http://u:s3cret@host",
    ),
)
def test_a_url_that_cannot_be_used_is_said_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Write it like postgresql://" in refused(monkeypatch, url)


@pytest.mark.parametrize("url", ("sqlite://", "sqlite:///:memory:"))
def test_a_database_in_memory_is_refused(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert "needs a file" in refused(monkeypatch, url)
    assert list(tmp_path.glob("*.lock")) == []


def test_a_server_that_is_not_there_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refused(monkeypatch, f"postgresql://u:s3cret@127.0.0.1:{free_port()}/db")
    assert "cannot be opened" in said
    assert "u:***@127.0.0.1" in said
    assert "Connection refused" in said


def test_an_option_that_nobody_knows_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refused(monkeypatch, f"postgresql://u:s3cret@127.0.0.1:{free_port()}/db?frobnicate=1")
    assert "frobnicate" in said


@pytest.mark.services
@pytest.mark.parametrize(("old", "new"), (("s3cret-database", "s3cret-wrong"), ("/postgres", "/nowhere")))
def test_a_refused_login_or_a_missing_database_is_said_so(
    old: str, new: str, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = refused(monkeypatch, postgres.replace(old, new))
    assert "authentication failed" in said or "does not exist" in said


def test_a_file_that_is_no_database_is_said_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"this is a letter to my mother, not a database" * 99)
    assert "not a database" in refused(monkeypatch, f"sqlite:///{tmp_path / 'x.db'}")


def test_a_folder_that_cannot_be_made_is_said_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "TIELINE_DATA_DIR" in refused(monkeypatch, f"sqlite:///{tmp_path / 'file' / 'sub' / 'x.db'}")


def test_a_store_of_somebody_else_is_said_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "x.db"
    folder.mkdir()
    assert "unable to open" in refused(monkeypatch, f"sqlite:///{folder}")


def test_opening_costs_nothing_where_nothing_is_kept() -> None:
    """Alembic and SQLAlchemy are loaded only when there is something to keep."""
    code = """
        import json, sys, tieline, tieline.observe
        print(json.dumps([m for m in ("alembic", "sqlalchemy", "sqlmodel") if m in sys.modules]))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == []


def test_a_new_file_that_another_process_is_switching_over_is_waited_for(tmp_path: Path) -> None:
    """SQLite refuses a switch beside another one at once, whatever time-out a connection has."""
    store_url = make_url(f"sqlite:///{tmp_path / 'store.db'}")
    refusals = iter((sqlite3.OperationalError("database is locked"),) * 2)

    class Busy(sqlite3.Connection):
        def execute(self, sql: str, *more: Any) -> sqlite3.Cursor:
            if "journal_mode" in sql and (refusal := next(refusals, None)):
                raise refusal
            return super().execute(sql, *more)

    engine = store._sqlite(store_url)
    event.listen(engine, "do_connect", lambda _, __, ___, options: options.update(factory=Busy))
    with engine.connect() as db:
        assert db.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    assert next(refusals, None) is None
    engine.dispose()
