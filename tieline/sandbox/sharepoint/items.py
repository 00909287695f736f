"""Files and folders: by id and by path, listed, fetched, made, written and deleted.

Pages: https://learn.microsoft.com/graph/onedrive-addressing-driveitems,
https://learn.microsoft.com/graph/api/resources/driveitem
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox.graph import GraphError, invalid, json_body, missing, page
from tieline.sandbox.happening import Record
from tieline.sandbox.sharepoint.memory import Library
from tieline.sandbox.sharepoint.wire import library_of, tenant_of
from tieline.sandbox.vendor import base_url

SIMPLE_BYTES = 250 * 2**20
TAKEN = ("fail", "replace", "rename")
#: What a name may not hold, https://support.microsoft.com/office/64883a5d-228e-48f5-b3d2-eb39e07630fa
_BAD = re.compile(r'["*:<>?/\\|]|^\s|\s$|\.$')
_BY_ID = re.compile(r"(?:items/(?P<id>[^/:]+)|(?P<root>root))(?::/(?P<path>[^:]*):?)?(?:/(?P<what>.*))?")


@dataclass(frozen=True)
class Address:
    """Where a request leads: the item that is there, or the path where there is none, and what it wants of it."""

    library: Library
    item: Record | None
    path: str
    what: str

    @property
    def there(self) -> Record:
        """The item. Errors: 404."""
        if self.item is None:
            raise missing()
        return self.item


def address(request: Request) -> Address:
    """Read `items/{id}`, `root:/path:/content` and their like. Errors: 400, 404."""
    library = library_of(request)
    found = _BY_ID.fullmatch(request.path_params["rest"])
    if found is None:
        raise GraphError(400, "BadRequest", "Resource not found for the segment.")
    start = library.top if found["root"] or found["id"] == "root" else found["id"]
    item = library.items.get(start)
    what = found["what"] or ""
    if not found["path"]:
        return Address(library, item, "", what)
    if start != library.top:
        raise invalid("The sandbox knows paths below the root only.")
    return Address(library, library.find(found["path"]), found["path"], what)


def shown(request: Request, library: Library, item: Record) -> Record:
    """An item as Graph shows it: with the number of children or an address for the content, and what was asked for."""
    seen = {**item, "webUrl": f"{library.record['webUrl']}/{quote(item['name'])}"}
    if "folder" in item:
        seen["folder"] = {"childCount": len(library.children(item["id"]))}
    if "file" in item:
        ticket = tenant_of(request).ticket(library, item["id"])
        seen["@microsoft.graph.downloadUrl"] = f"{base_url(request)}/download/{ticket}"
    if request.query_params.get("$expand", "").startswith("listItem"):
        seen["listItem"] = list_item(library, item)
    if "publication" in request.query_params.get("$select", "") and item["id"] in library.locks:
        by = {"user": {"displayName": library.locks[item["id"]]}}
        seen["publication"] = {"level": "checkout", "versionId": "1.0", "checkedOutBy": by}
    return seen


def list_item(library: Library, item: Record) -> Record:
    """The row of an item in its library."""
    row = library.fields[item["id"]]
    return {"id": row["id"], "eTag": item["eTag"].replace("{", "").replace("}", "").lower(), "fields": row}


async def get(request: Request) -> Response:
    """GET an item, or what belongs to it."""
    where = address(request)
    if where.what == "":
        return JSONResponse(shown(request, where.library, where.there))
    if where.what == "children":
        records = [shown(request, where.library, one) for one in where.library.children(where.there["id"])]
        return page(request, records)
    if where.what == "content":
        ticket = tenant_of(request).ticket(where.library, _file(where)["id"])
        return Response(status_code=302, headers={"location": f"{base_url(request)}/download/{ticket}"})
    if where.what == "listItem":
        return JSONResponse(list_item(where.library, where.there))
    raise GraphError(400, "BadRequest", f"Resource not found for the segment '{where.what[:40]}'.")


async def put(request: Request) -> Response:
    """PUT the content of a file: a new one, or a new version."""
    where = address(request)
    if where.what != "content":
        raise GraphError(405, "notAllowed", "PUT writes content only.")
    data = await request.body()
    if len(data) > SIMPLE_BYTES:
        raise GraphError(413, "invalidRequest", "The file is too large for a simple upload.")
    taken = request.query_params.get("@microsoft.graph.conflictBehavior", "replace")
    return store(request, where.library, where.path or _file(where)["name"], data, taken)


def store(request: Request, library: Library, path: str, data: bytes, taken: str) -> Response:
    """Write a file where it is wanted, as far as nothing is in the way. Errors: 400, 409, 423."""
    if taken not in TAKEN:
        raise invalid("conflictBehavior must be fail, replace or rename.")
    for name in path.split("/"):
        checked(name)
    there = library.find(path)
    if there is not None and (taken == "fail" or "folder" in there):
        raise taken_already()
    if there is not None and taken == "rename":
        path, there = _free(library, path), None
    if there is not None:
        unlocked(library, there)
    made = library.write(path, data, "Tieline")
    return JSONResponse(shown(request, library, made), 201 if there is None else 200)


async def create_folder(request: Request) -> Response:
    """POST a folder to a folder's children. Errors: 400, 409."""
    where, body = address(request), await json_body(request)
    if where.what != "children" or not isinstance(body.get("folder"), dict):
        raise invalid("A folder facet is needed.")
    parent, name = where.there, checked(body.get("name"))
    if where.library.child(parent["id"], name):
        if body.get("@microsoft.graph.conflictBehavior", "fail") != "rename":
            raise taken_already()
        name += " 1"
    return JSONResponse(shown(request, where.library, where.library.add_folder(parent["id"], name)), 201)


async def delete(request: Request) -> Response:
    """DELETE an item. Errors: 404, 423."""
    where = address(request)
    unlocked(where.library, where.there)
    where.library.remove(where.there["id"])
    return Response(status_code=204)


async def download(request: Request) -> Response:
    """The content at an address that carries its own permission; whoever sends a token there is refused."""
    tenant = tenant_of(request)
    library, item = tenant.tickets.get(request.path_params["key"], ("", ""))
    if "authorization" in request.headers or item not in getattr(tenant.libraries.get(library), "items", {}):
        return Response(status_code=401 if "authorization" in request.headers else 404)
    return Response(tenant.libraries[library].contents.get(item, b""), media_type="application/octet-stream")


def checked(name: object) -> str:
    """A name that SharePoint takes. Errors: 400."""
    if not isinstance(name, str) or not name or len(name) > 255 or _BAD.search(name):  # noqa: PLR2004 - their limit
        raise invalid("The provided name cannot contain that, or is too long.")
    return name


def unlocked(library: Library, item: Record) -> None:
    """Let nobody change what somebody has open. Errors: 423."""
    if item["id"] in library.locks:
        raise GraphError(423, "resourceLocked", "The resource you are attempting to access is locked.")


def taken_already() -> GraphError:
    """There is one of that name."""
    return GraphError(409, "nameAlreadyExists", "An item with the same name already exists under the parent.")


def _file(where: Address) -> Record:
    if "file" not in where.there:
        raise GraphError(400, "notSupported", "Only files have content.")
    return where.there


def _free(library: Library, path: str) -> str:
    stem, dot, ending = path.rpartition(".")
    stem, end = (stem, dot + ending) if dot and "/" not in ending else (path, "")
    number = next(n for n in range(1, 10_000) if library.find(f"{stem} {n}{end}") is None)
    return f"{stem} {number}{end}"
