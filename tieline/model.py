"""Bases for everything that crosses a border."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Something a vendor tells us: keeps fields it does not know, so a vendor may add some."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Refuse a field that Prefect takes for a method, when it looks through what a task returns."""
        if "keys" in cls.model_fields:
            raise TypeError(f"{cls.__name__} may have no field `keys`: Prefect could not take it from a task.")


class Input(BaseModel):
    """Something a caller tells us: refuses fields it does not know, so a typo is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
