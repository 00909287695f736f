"""What the language part keeps in the store."""

from datetime import date, datetime

from sqlalchemy import DateTime
from sqlmodel import Field, SQLModel


class LanguageAnswerRow(SQLModel, table=True):
    """An answer of a model, for when the same is asked again."""

    __tablename__ = "language_answers"

    key: str = Field(primary_key=True, max_length=64, description="SHA-256 of model, prompt version and input.")
    model: str
    action: str
    answer: str = Field(description="As JSON.")
    input_tokens: int
    output_tokens: int
    cost_usd: float | None = None
    at: datetime = Field(sa_type=DateTime(timezone=True), index=True)


class LanguageSpendRow(SQLModel, table=True):
    """What a connection took on a day (UTC)."""

    __tablename__ = "language_spend"

    connection: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    calls: int
    tokens: int
    usd: float
