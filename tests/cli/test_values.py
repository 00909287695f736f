"""Values from the command line."""

from __future__ import annotations

import json
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from tieline.cli import values
from tieline.errors import ConfigError


class Level(IntEnum):
    low = 1
    high = 2


class Fields(BaseModel):
    text: str | None = None
    number: Annotated[int, Field(gt=0)] = 1
    flag: bool = False
    tags: list[str] = []
    numbers: list[int] = []
    level: Level = Level.low
    more: dict[str, Any] = {}
    anything: Any = None
    at: datetime | None = None


def read(**texts: str) -> Fields:
    return Fields(**values.read(texts, Fields.model_fields))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    (
        ("text", "7", "7"),
        ("text", "[1]", "[1]"),
        ("number", "7", 7),
        ("flag", "true", True),
        ("flag", "no", False),
        ("tags", "a,b", ["a", "b"]),
        ("tags", "a", ["a"]),
        ("tags", "", []),
        ("tags", '["a, b"]', ["a, b"]),
        ("numbers", "1, 2", [1, 2]),
        ("level", "high", Level.high),
        ("level", "2", Level.high),
        ("more", '{"a": [1]}', {"a": [1]}),
        ("anything", "[1]", [1]),
        ("anything", "plain", "plain"),
    ),
)
def test_a_text_becomes_what_the_field_takes(name: str, text: str, value: Any) -> None:
    assert getattr(read(**{name: text}), name) == value


@pytest.mark.parametrize(("name", "text"), (("number", "0"), ("number", "x"), ("level", "middle"), ("more", "x")))
def test_what_does_not_fit_is_left_for_the_model_to_refuse(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=name):
        read(**{name: text})


@given(st.text())
def test_a_text_for_a_text_stays_as_it_is(text: str) -> None:
    assert read(text=text).text == text


@given(st.lists(st.text(), min_size=1))
def test_a_list_as_json_is_that_list(tags: list[str]) -> None:
    assert read(tags=json.dumps(tags)).tags == tags


@given(st.integers(min_value=1, max_value=10**15))
def test_a_number_is_that_number(number: int) -> None:
    assert read(number=str(number)).number == number


def test_a_value_can_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "body.html"
    file.write_text("<b>Hi</b>\nthere\n", "utf-8")
    assert values.split([f"body=@{file}", "a=b=c"]) == {"body": "<b>Hi</b>\nthere", "a": "b=c"}
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not text"):
        values.split([f"body=@{file}"])
