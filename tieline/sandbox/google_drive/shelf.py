"""What people see of the simulated Google Drive: files, their descriptions, and properties."""

from tieline.sandbox.google_drive.memory import FOLDER, GOOGLES, SHORTCUT, Drive, seen
from tieline.sandbox.happening import Record
from tieline.sandbox.shelves import Document, Shelf, kind_of, name_of, readable

DESCRIPTION = "Description"
_KINDS = {"document": "Google Docs", "spreadsheet": "Google Sheets", "presentation": "Google Slides"}


def shelf(drive: Drive) -> Shelf:
    """All files that are not in the trash."""
    there = [
        file
        for file in drive.files.values()
        if file["mimeType"] not in (FOLDER, SHORTCUT) and not seen(drive, file)["trashed"]
    ]
    names = dict.fromkeys(name for file in there for name in file.get("properties", {}))
    documents = [_document(drive, file) for file in there]
    return Shelf(title=name_of(drive.me), columns=(DESCRIPTION, *names), documents=documents)


def _document(drive: Drive, file: Record) -> Document:
    return Document(
        id=file["id"],
        name=file["name"],
        folder=_folder(drive, file),
        kind=_KINDS.get(file["mimeType"].removeprefix(GOOGLES), kind_of(file["name"])),
        by=name_of(file["lastModifyingUser"]),
        at=file["modifiedTime"],
        fields={DESCRIPTION: file.get("description", ""), **file.get("properties", {})},
        kept=file.get("appProperties", {}),
        text=readable(drive.contents.get(file["id"], b"")),
    )


def _folder(drive: Drive, file: Record) -> str:
    above = drive.files.get(next(iter(file["parents"]), ""))
    if above is None:
        return "Shared drive"
    return above["name"] if above["id"] == drive.root else f"{_folder(drive, above)} / {above['name']}"
