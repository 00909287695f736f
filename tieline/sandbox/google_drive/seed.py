"""Fills the simulated Google Drive: a few folders, and a document of each kind."""

from tieline.sandbox.google_drive.memory import FOLDER, GOOGLES, SHORTCUT, Drive, add

_PLAN = """\
# Plan for the winter lamps

The new lamp comes in three colors. Production begins in January, and the first thousand are for the shop in Lisbon.

## Open questions

Who writes the manual? The supplier of the switches has not confirmed the date. Priya asks them on Monday.
"""
_NOTES = """\
# Notes of the returns meeting

We decided to refund within five days instead of ten. Louise changes the letters, Diego tells the carrier.
Still open: who pays for the way back from outside of the country.
"""
_STOCK = "Item,In the store,On their way\nLamp Aurora,120,40\nLamp Borealis,12,300\nShade linen,88,0\n"
_SLIDES = "# Numbers of October\n\nTickets fell by a fifth.\n\n---\n\n# What we do next\n\nWe answer parcels first.\n"
_RULES = "Everybody may read these rules. Only the office may change them.\n"


def populate(drive: Drive) -> None:
    """Folders and files."""
    drive.me = {
        "kind": "drive#user",
        "displayName": "Grace Muthoni",
        "me": True,
        "permissionId": "07564567890123456789",
        "emailAddress": "grace@lumora.example",
    }
    drive.root = drive.next_id()
    add(drive, {"id": drive.root, "name": "My Drive", "mimeType": FOLDER, "parents": []})
    inbox = add(drive, {"name": "Documents", "mimeType": FOLDER})["id"]
    reports = add(drive, {"name": "Reports", "mimeType": FOLDER})["id"]
    inside = {"parents": [inbox]}
    plan = add(drive, {"name": "Winter lamps", "mimeType": GOOGLES + "document", **inside}, _PLAN.encode())
    add(drive, {"name": "Stock", "mimeType": GOOGLES + "spreadsheet", **inside}, _STOCK.encode())
    add(drive, {"name": "October", "mimeType": GOOGLES + "presentation", **inside}, _SLIDES.encode())
    add(drive, {"name": "Returns.md", "mimeType": "text/markdown", **inside}, _NOTES.encode())
    rules = add(drive, {"name": "Rules.txt", "mimeType": "text/plain", "parents": [reports]}, _RULES.encode())
    rules["capabilities"] = dict.fromkeys(rules["capabilities"], False) | {"canDownload": True}
    rules["ownedByMe"] = False
    target = {"targetId": plan["id"], "targetMimeType": plan["mimeType"]}
    add(drive, {"name": "The plan", "mimeType": SHORTCUT, "parents": [reports], "shortcutDetails": target})
    shared = {"parents": ["0Asandbox"], "driveId": "0Asandbox"}
    add(drive, {"name": "Team.txt", "mimeType": "text/plain", **shared}, b"In a shared drive.\n")
