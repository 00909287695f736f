"""Bases for everything that crosses a border."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Something a vendor tells us: keeps fields it does not know, so a vendor may add some."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)


class Input(BaseModel):
    """Something a caller tells us: refuses fields it does not know, so a typo is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
