"""What people see of the simulated SharePoint: files, and the columns of the library."""

from typing import Any

from tieline.sandbox.happening import Record
from tieline.sandbox.sharepoint.memory import Library, Tenant
from tieline.sandbox.shelves import Document, Shelf, Value, kind_of, name_of, readable, words

#: These are in the list already.
_OWN = frozenset({"Title", "FileLeafRef", "Modified"})
TAGS = "Tags"


def shelf(tenant: Tenant) -> Shelf:
    """The files of all libraries."""
    libraries = list(tenant.libraries.values())
    names = dict.fromkeys(str(one["displayName"]) for library in libraries for one in _columns(library))
    sites = {tenant.sites[library.record["sandbox_site"]]["displayName"] for library in libraries}
    title = f"{', '.join(sorted(sites))}: {', '.join(str(library.record['name']) for library in libraries)}"
    documents = [_document(library, one) for library in libraries for one in library.items.values() if "file" in one]
    return Shelf(title=title, columns=tuple(names), documents=documents)


def _columns(library: Library) -> list[Record]:
    return [one for one in library.columns if one["name"] not in _OWN and not one["hidden"]]


def _document(library: Library, one: Record) -> Document:
    row = library.fields[one["id"]]
    return Document(
        id=one["id"],
        name=one["name"],
        folder=_folder(library, one),
        kind=kind_of(one["name"]),
        by=name_of(one["lastModifiedBy"]["user"]),
        at=one["lastModifiedDateTime"],
        fields={c["displayName"]: _value(c["displayName"], row.get(c["name"])) for c in _columns(library)},
        text=readable(library.contents[one["id"]]),
    )


def _value(column: str, value: Any) -> Value:
    if isinstance(value, list):
        return tuple(map(str, value))
    text = "" if value is None else str(value)
    return words(text) if column == TAGS else text


def _folder(library: Library, one: Record) -> str:
    above = library.items.get(one["parentReference"].get("id", ""))
    if above is None or above["id"] == library.top:
        return str(library.record["name"])
    return f"{_folder(library, above)} / {above['name']}"
