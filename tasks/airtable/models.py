"""What Airtable tells us about bases, tables, records and webhooks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, SecretStr
from pydantic.alias_generators import to_camel

from tieline import Input, Model
from tieline.errors import UnknownName

BaseId = Annotated[str, Field(description="The base's id, which its address begins with: app...")]
#: Airtable recommends ids, because names change.
TableName = Annotated[str, Field(description="The table's id (tbl...), which outlives a new name, or its name.")]
RecordId = Annotated[str, Field(description="The record's id: rec...")]
WebhookId = Annotated[str, Field(description="The webhook's id: ach...")]
Limit = Annotated[int, Field(gt=0)]
#: A cell as Airtable takes it, see https://airtable.com/developers/web/api/field-model; None makes it blank.
Cells = Annotated[
    dict[str, Any],
    Field(description="Values by the name or id of their field, as the field's type wants them; null makes it blank."),
]
DataType = Literal["tableData", "tableFields", "tableMetadata"]


class Airtable(Model):
    """Something of Airtable's, whose names are written in camelCase there."""

    model_config = ConfigDict(alias_generator=to_camel)


class Base(Airtable):
    """A base, and what the login may do there: none, read, comment, edit or create."""

    id: str
    name: str
    permission_level: str = ""


class Column(Airtable):
    """A field of a table; `type` is one of https://airtable.com/developers/web/api/field-model."""

    id: str
    name: str
    type: str
    description: str = ""
    options: dict[str, Any] = Field(default_factory=dict)

    @property
    def choices(self) -> tuple[str, ...]:
        """The names of a select field's choices."""
        return tuple(str(one.get("name", "")) for one in self.options.get("choices") or ())

    @property
    def result(self) -> Mapping[str, Any]:
        """What a computed field results in: another type, with its options; empty where it computes nothing."""
        return self.options.get("result") or {}


class View(Airtable):
    """A view of a table."""

    id: str
    name: str
    type: str = ""


class Table(Airtable):
    """A table with its fields; the primary one is what its records are called."""

    id: str
    name: str
    primary_field_id: str = ""
    description: str = ""
    fields: tuple[Column, ...] = ()
    views: tuple[View, ...] = ()


class Schema(Airtable):
    """The tables of a base."""

    tables: tuple[Table, ...] = ()

    def table(self, name: str) -> Table:
        """A table by its id or its name.

        Raises:
            UnknownName: The base has none of that name.
        """
        found = next((table for table in self.tables if name in (table.id, table.name)), None)
        if found is None:
            raise UnknownName("table", name, [table.name for table in self.tables])
        return found


class NewField(Input):
    """A field that a table shall have; most types want options, see the page.

    https://airtable.com/developers/web/api/field-model
    """

    name: str = Field(min_length=1)
    type: str = Field(description='Such as "singleLineText", "number", "singleSelect", "date" or "checkbox".')
    description: str | None = None
    options: dict[str, Any] | None = Field(None, description='Such as {"precision": 0} of a number.')


class Record(Airtable):
    """A record. Cells that are blank (also "", [] and false) are left out of `fields`."""

    id: str
    created_time: datetime | None = None
    fields: dict[str, Any] = Field(default_factory=dict)
    comment_count: int | None = None


class RecordUpdate(Input):
    """What shall become of one record; fields that are left out stay as they are."""

    id: RecordId
    fields: Cells


class Upserted(Airtable):
    """What an upsert did: the records in the order given, and which of them are new."""

    records: tuple[Record, ...] = ()
    created_records: tuple[str, ...] = ()
    updated_records: tuple[str, ...] = ()


class Person(Airtable):
    """Somebody with an account."""

    id: str
    name: str = ""
    email: str = ""


class Comment(Airtable):
    """A comment on a record; people who are mentioned stand in its text as `@[usr...]`."""

    id: str
    text: str
    author: Person
    created_time: datetime | None = None
    last_updated_time: datetime | None = None
    parent_comment_id: str | None = None


class Sort(Input):
    """An order of records."""

    field: str = Field(description="The field's name or id.")
    direction: Literal["asc", "desc"] = "asc"


class Hook(Airtable):
    """A webhook of a base. `expiration_time` is when it ends unless it is refreshed."""

    id: str
    notification_url: str | None = None
    are_notifications_enabled: bool = True
    is_hook_enabled: bool = True
    cursor_for_next_payload: int = 1
    expiration_time: datetime | None = None
    last_notification_result: dict[str, Any] | None = None
    specification: dict[str, Any] = Field(default_factory=dict)


class NewHook(Airtable):
    """A webhook that was just made; what it signs with is said here, and never again."""

    id: str
    mac_secret_base64: SecretStr
    expiration_time: datetime | None = None


class Refreshed(Airtable):
    """When a webhook ends now."""

    expiration_time: datetime | None = None


class Payload(Airtable):
    """One change in a base; what a webhook's specification does not ask for is left out.

    https://airtable.com/developers/web/api/model/webhooks-payload
    """

    timestamp: datetime
    base_transaction_number: int
    payload_format: str = "v0"
    action_metadata: dict[str, Any] | None = None
    changed_tables_by_id: dict[str, Any] = Field(default_factory=dict)
    created_tables_by_id: dict[str, Any] = Field(default_factory=dict)
    destroyed_table_ids: tuple[str, ...] = ()
    error: bool = False
    code: str = ""


class Payloads(Airtable):
    """Some of the changes that a webhook has seen; `cursor` is where the next reading begins."""

    payloads: tuple[Payload, ...] = ()
    cursor: int = 1
    might_have_more: bool = False
