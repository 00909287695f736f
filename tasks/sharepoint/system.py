"""How Microsoft Graph speaks: errors, lists, addresses of things."""

from typing import Annotated

from pydantic import Field

from blocks._microsoft import below, site_address
from blocks.sharepoint import SharePointCredentials
from tasks.sharepoint import events
from tasks.sharepoint.models import Drive, Site
from tieline import Api, ConnectorError, HttpRules, Identity, NotFound, http_connector, segment
from tieline.errors import Rejected
from tieline.transport.paging import odata
from tieline.transport.rules import Answer

#: Most items of a page.
PAGE = 200
#: Our word for every way in which Graph says that a delta token is too old.
RESYNC = "resyncRequired"
_GONE, _FULL = 410, 507

DriveId = Annotated[
    str, Field(description="A library or a OneDrive, such as b!t18F8ybsHUq1z3LTz8xvZqP8; see list_drives.")
]
ItemId = Annotated[str, Field(description="A file or a folder; `root` is the drive's top.")]
Limit = Annotated[int, Field(gt=0, description="Most of them.")]


def read_error(answer: Answer) -> ConnectorError | None:
    """What Graph's own statuses mean, where the usual reading is not it."""
    if answer.status_code == _GONE:
        return NotFound(
            "The token is too old: Graph cannot tell any more what has changed since.",
            hint="List everything anew, and take what is missing then as deleted.",
            status=_GONE,
            code=RESYNC,
        )
    if answer.status_code == _FULL:
        return Rejected("The drive is full.", hint="Free some of it, or ask for a larger quota.", status=_FULL)
    return None


connector = http_connector(
    "sharepoint",
    title="SharePoint and OneDrive",
    block=SharePointCredentials,
    docs="https://learn.microsoft.com/graph/api/resources/onedrive",
    rules=HttpRules(
        paginate=odata,
        # The smallest tenants have 1,250 units a minute for each app; a call takes one or two. See
        # https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online
        rate="600/minute",
        error=read_error,
    ),
    webhook=events.webhook,
)

connector.event(events.Notification, "drive_changed")
connector.event(events.Lifecycle, "reauthorization_required", "subscription_removed", "notifications_missed")


@connector.health
async def check(api: Api) -> Identity:
    """The site that the app may see, or whose OneDrive it is."""
    login = api.credentials
    if isinstance(login, SharePointCredentials) and login.refresh_token and login.site == "root":
        drive = await api.get("/me/drive", into=Drive)
        return Identity(name=drive.owner_name or drive.name, detail=drive.web_url)
    site = await api.get(f"/sites/{site_address(getattr(login, 'site', 'root'))}", into=Site)
    return Identity(name=site.display_name or site.name or site.id, detail=site.web_url)


def item(drive_id: str, item_id: str) -> str:
    """Where a file or a folder is found."""
    return f"/drives/{segment(drive_id)}/items/{segment(item_id)}"


def at_path(drive_id: str, path: str) -> str:
    """Where a file or a folder is found by its path below the drive's top."""
    return f"/drives/{segment(drive_id)}/root:/{below(path)}"
