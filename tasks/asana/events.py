"""What Asana tells us. https://developers.asana.com/docs/webhooks-guide."""

from datetime import datetime
from typing import Any

from pydantic import Field

from tasks.asana.models import Named
from tieline import Model
from tieline.webhooks.vendors import asana

webhook = asana.webhook


class What(Model):
    """What has changed in it."""

    field: str
    action: str = ""
    new_value: Any = None
    added_value: Any = None
    removed_value: Any = None


class ChangeEvent(Model):
    """Something happened; what it looks like now, `get_task` and others tell.

    See https://developers.asana.com/reference/events
    """

    action: str = Field(description="added, changed, deleted, removed or undeleted.")
    resource: Named
    parent: Named | None = Field(None, description="What it was added to, or removed from.")
    change: What | None = None
    user: Named | None = None
    created_at: datetime | None = None
