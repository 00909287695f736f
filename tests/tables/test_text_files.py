"""CSV and Parquet: what is read is what was written, and what would not be is refused."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tieline import ConfigError
from tieline.errors import Corrupt
from tieline.sync import Field
from tieline.tables.csv import Csv
from tieline.tables.model import Edits, Table
from tieline.tables.parquet import Parquet

NAME = Field("a")


def rows(table: Table) -> list[tuple[object, ...]]:
    assert isinstance(table.rows, pl.DataFrame)
    return table.rows.rows()


# ---------------------------------------------------------------- CSV


def test_blank_is_not_an_empty_text_and_a_number_is_a_text() -> None:
    read = Csv().read(b'a,b,c\n007,"",\n"x\ny",1.50,"q""q"\n')
    assert [one.name for one in read.fields] == ["a", "b", "c"]
    assert rows(read) == [("007", "", None), ("x\ny", "1.50", 'q"q')]


def test_what_is_not_changed_stays_as_it_is() -> None:
    content = b'\xef\xbb\xbfa,b,\r\n007,"",x\r\n"p\r\nq",,y\r\n\r\n8,z,\r\n'
    changed = Csv().edit(content, Edits({1: {"b": "n,m"}}, [{"a": "9", "b": None}], frozenset({2})))
    assert changed == b'\xef\xbb\xbfa,b,\r\n007,"",x\r\n"p\r\nq","n,m",y\r\n9,,\r\n'
    assert Csv().edit(content, Edits()) == content.replace(b"\r\n\r\n", b"\r\n")


def test_columns_without_a_name_of_their_own_are_left_alone_and_said_so() -> None:
    read = Csv().read(b" a ,,b,b\n1,2,3,4\n")
    assert ([one.name for one in read.fields], rows(read)) == (["a"], [("1",)])
    assert [problem[:12] for problem in read.problems] == ["Column 2 has", "The header '"]
    changed = Csv().edit(b"column_2,,c\n1,2,3\n", Edits({0: {"column_2": "x"}}, [{"c": "y"}]))
    assert changed == b"column_2,,c\nx,2,3\n,,y\n"


def test_delimiter_and_encoding_are_the_files_own() -> None:
    german = Csv(delimiter=";", encoding="cp1252")
    content = "Straße;n\nGröße;1,5\n".encode("cp1252")
    assert rows(german.read(content)) == [("Größe", "1,5")]
    assert german.edit(content, Edits({0: {"n": "ä;"}})) == 'Straße;n\nGröße;"ä;"\n'.encode("cp1252")
    assert "cp1252" in german.fits(NAME, "日")
    with pytest.raises(ConfigError, match="cp1252"):
        german.edit(content, Edits({0: {"n": "日"}}))
    with pytest.raises(Corrupt, match="utf-8"):
        Csv().read(content)
    for delimiter, encoding in ((",,", "utf-8"), ('"', "utf-8"), (",", "klingon")):
        with pytest.raises(ConfigError):
            Csv(delimiter, encoding)


def test_a_formula_is_kept_as_it_is_unless_the_file_is_protected() -> None:
    plain, guarded = Csv(), Csv(protect=True)
    added = Edits(added=[{"a": "=1+2", "b": "-x"}, {"a": "'=y", "b": 5}])
    assert plain.edit(b"a,b\n", added) == b"a,b\n=1+2,-x\n'=y,5\n"
    written = guarded.edit(b"a,b\n", added)
    assert written == b"a,b\n'=1+2,'-x\n''=y,5\n"
    assert rows(guarded.read(written)) == [("=1+2", "-x"), ("'=y", "5")]
    assert rows(guarded.read(b"a\n'=y\n'x\n")) == [("=y",), ("'x",)]


def test_values_are_written_as_texts_that_are_read_again() -> None:
    moment = datetime(2026, 11, 22, 12, tzinfo=UTC)
    added: list[dict[str, Any]] = [
        {"a": True, "b": Decimal("1.50")},
        {"a": date(2026, 1, 2), "b": moment},
        {"a": ["x", "y"], "b": 7.0},
    ]
    made = Csv().edit(b"", Edits(added=added))
    assert made == b'a,b\ntrue,1.5\n2026-01-02,2026-11-22T12:00:00+00:00\n"x, y",7\n'
    assert Csv().fits(NAME, "a\rb")
    assert not Csv().fits(NAME, "a\r\nb")


@pytest.mark.parametrize("content", (b"a,b\n1,2,3\n", b'a,b\n"open,2\n'))
def test_what_is_no_table_is_said_so(content: bytes) -> None:
    with pytest.raises(Corrupt, match="CSV"):
        Csv().read(content)


def test_nothing_is_a_table_without_columns() -> None:
    assert (Csv().read(b"").fields, Csv().read(b"\n").fields) == ([], [])
    assert rows(Csv().read(b"a,b\n")) == []


@pytest.mark.parametrize("encoding", ("utf-8-sig", "utf-16"))
def test_a_mark_of_byte_order_is_there_once_and_line_ends_stay(encoding: str) -> None:
    changed = Csv(encoding=encoding).edit("a\r\n1\r\n".encode(encoding), Edits({0: {"a": "2"}}))
    assert changed == "a\r\n2\r\n".encode(encoding)


# ---------------------------------------------------------------- Parquet


def parquet(frame: pl.DataFrame) -> bytes:
    made = io.BytesIO()
    frame.write_parquet(made)
    return made.getvalue()


FRAME = pl.DataFrame(
    {"id": [1, 2], "at": [datetime(2026, 1, 1), None], "price": [Decimal("1.50"), None], "deep": [{"x": 1}, {"x": 2}]},  # noqa: DTZ001 - it has none
    schema_overrides={"price": pl.Decimal(10, 2), "id": pl.Int32},
)


def test_a_parquet_file_keeps_its_types() -> None:
    read = Parquet().read(parquet(FRAME))
    assert [(one.name, one.type, one.writable) for one in read.fields] == [
        ("id", "integer", True),
        ("at", "datetime", True),
        ("price", "decimal", True),
        ("deep", "", False),
    ]
    moment = datetime(2026, 5, 5, 12, tzinfo=UTC)
    edits = Edits({1: {"at": moment, "price": Decimal("2.5")}}, [{"id": 3}], frozenset({0}))
    changed = pl.read_parquet(io.BytesIO(Parquet().edit(parquet(FRAME), edits)))
    assert changed.schema == FRAME.schema
    assert changed.rows() == [(2, moment.replace(tzinfo=None), Decimal("2.50"), {"x": 2}), (3, None, None, None)]


def test_what_a_parquet_column_would_change_is_refused() -> None:
    kinds: dict[str, Any] = {
        "id": pl.Int8,
        "at": pl.Datetime("ms"),
        "price": pl.Decimal(6, 2),
        "size": pl.Float32,
        "name": pl.String,
    }
    fields = {one.name: one for one in Parquet().read(parquet(pl.DataFrame(schema=kinds))).fields}
    fine: dict[str, Any] = {
        "id": 127,
        "at": datetime(2026, 5, 5, tzinfo=UTC),
        "price": Decimal("1.5"),
        "size": 0.5,
        "name": "x",
    }
    assert not any(Parquet().fits(fields[name], value) for name, value in fine.items())
    other: dict[str, Any] = {
        "id": 128,
        "at": datetime(2026, 5, 5, 0, 0, 0, 1, UTC),
        "price": Decimal("1.505"),
        "size": 0.1,
        "name": 7,
    }
    assert all(Parquet().fits(fields[name], value) for name, value in other.items())
    assert Parquet().fits(fields["size"], 2**24 + 1)
    assert Parquet().fits(fields["price"], Decimal(10**6))


def test_cells_that_nobody_changes_keep_their_nanoseconds() -> None:
    exact = [1_767_225_600_000_000_001, 1_767_225_600_000_000_002]
    frame = pl.DataFrame({"at": pl.Series(exact).cast(pl.Datetime("ns"))})
    changed = Parquet().edit(parquet(frame), Edits({0: {"at": datetime(2026, 1, 1, tzinfo=UTC)}}))
    assert pl.read_parquet(io.BytesIO(changed))["at"].cast(pl.Int64).to_list() == [exact[0] - 1, exact[1]]


def test_what_is_no_parquet_file_is_said_so() -> None:
    with pytest.raises(Corrupt, match="Parquet"):
        Parquet().read(b"PAR1 no")
