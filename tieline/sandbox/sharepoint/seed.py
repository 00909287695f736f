"""Fills the simulated SharePoint: a site, a library with the usual columns, and a few texts."""

from tieline.sandbox.happening import Record
from tieline.sandbox.sharepoint.memory import Tenant

_HOST = "lumora.sharepoint.sandbox.test"
_COLUMNS: tuple[Record, ...] = (
    {"name": "Title", "displayName": "Title", "text": {"allowMultipleLines": False, "maxLength": 255}},
    {"name": "FileLeafRef", "displayName": "Name", "readOnly": True, "text": {}},
    {"name": "Modified", "displayName": "Modified", "readOnly": True, "dateTime": {"format": "dateTime"}},
)
_TEXTS = {
    "Reports/returns.md": "# Returns in October\n\nLamps came back more often than in September. Most were the model "
    "with the loose switch. The supplier has sent new switches. We expect fewer returns from December on.\n",
    "Reports/carrier.txt": "The strike of the carrier ended on Friday. All parcels of last week are on their way. "
    "Customers who wrote in were told so. Nothing more is to be done.\n",
    "welcome.txt": "Welcome to the library of the support team. Put reports into the folder Reports.\n",
}


def populate(tenant: Tenant) -> None:
    """A site with one library."""
    site = {
        "id": f"{_HOST},2C712604-1370-44E7-A1F5-426573FDA80A,2D2244C3-251A-49EA-93A8-39E1C3A060FE",
        "name": "support",
        "displayName": "Support",
        "webUrl": f"https://{_HOST}/sites/support",
    }
    tenant.sites[site["id"]] = site
    library = tenant.add_library(site["id"], "Documents")
    library.columns = [{"id": f"column-{n}", "hidden": False, **one} for n, one in enumerate(_COLUMNS)]
    for path, text in _TEXTS.items():
        library.write(path, text.encode())
