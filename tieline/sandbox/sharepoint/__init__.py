"""The simulated Microsoft Graph, as far as SharePoint and OneDrive go: `/v1.0`, tokens, and addresses for content.

Reference: https://learn.microsoft.com/graph/api/resources/onedrive
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox import entra, graph
from tieline.sandbox.graph import Handler, missing, page
from tieline.sandbox.happening import Record
from tieline.sandbox.pages import documents
from tieline.sandbox.sharepoint import hooks, items, library, seed, shelf, subscriptions, uploads, wire
from tieline.sandbox.sharepoint.delta import delta
from tieline.sandbox.sharepoint.memory import Tenant
from tieline.sandbox.sharepoint.wire import logged_in, tenant_of
from tieline.sandbox.vendor import Vendor


async def list_sites(request: Request) -> Response:
    """GET /sites?search=word."""
    word = request.query_params.get("search", "*").casefold()
    sites = list(tenant_of(request).sites.values())
    return page(
        request, [s for s in sites if word in ("", "*") or word in f"{s['displayName']} {s['webUrl']}".casefold()]
    )


async def get_site(request: Request) -> Response:
    """GET /sites/{id}, /sites/root, /sites/{host}:/{path}."""
    return JSONResponse(_site(request))


async def list_drives(request: Request) -> Response:
    """GET /sites/{id}/drives."""
    site = _site(request)["id"]
    libraries = [one.record for one in tenant_of(request).libraries.values()]
    return page(request, [_drive(record) for record in libraries if record["sandbox_site"] == site])


async def my_drive(request: Request) -> Response:
    """GET /me/drive: whose refresh token it is; here the first library stands for their OneDrive."""
    return JSONResponse(_drive(next(iter(tenant_of(request).libraries.values())).record))


async def my_drives(request: Request) -> Response:
    """GET /me/drives and /users/{id}/drives."""
    return page(request, [_drive(next(iter(tenant_of(request).libraries.values())).record)])


def _site(request: Request) -> Record:
    sites, wanted = list(tenant_of(request).sites.values()), request.path_params["site"]
    host, _, path = wanted.partition(":")
    named = [s for s in sites if wanted in (s["id"], "root") or s["webUrl"] == f"https://{host}{path.rstrip(':')}"]
    if not named:
        raise missing()
    return named[0]


def _drive(record: Record) -> Record:
    return {name: value for name, value in record.items() if not name.startswith("sandbox_")}


def _route(path: str, handler: Handler, *methods: str) -> Route:
    return Route(f"/v1.0{path}", logged_in(handler), methods=list(methods))


async def _post(request: Request) -> Response:
    session = request.path_params["rest"].endswith("/createUploadSession")
    return await (uploads.create(request) if session else items.create_folder(request))


_ITEM = "/drives/{drive}/{rest:path}"
_APP = Starlette(
    routes=[
        *entra.routes(Tenant, wire.LOGIN),
        Route("/download/{key}", items.download, methods=["GET"]),
        Route("/upload/{key}", uploads.go_on, methods=["GET", "PUT", "DELETE"]),
        _route("/subscriptions", subscriptions.many, "GET", "POST"),
        _route("/subscriptions/{id}", subscriptions.one, "GET", "PATCH", "DELETE"),
        _route("/sites", list_sites, "GET"),
        _route("/sites/{site:path}/drives", list_drives, "GET"),
        _route("/sites/{site:path}", get_site, "GET"),
        _route("/me/drive", my_drive, "GET"),
        _route("/me/drives", my_drives, "GET"),
        _route("/users/{user}/drives", my_drives, "GET"),
        _route("/drives/{drive}/list/columns", library.columns, "GET", "POST"),
        _route("/drives/{drive}/root/delta", delta, "GET"),
        _route(_ITEM, items.get, "GET"),
        _route(_ITEM, items.put, "PUT"),
        _route(_ITEM, library.update_fields, "PATCH"),
        _route(_ITEM, items.delete, "DELETE"),
        _route(_ITEM, _post, "POST"),
    ]
)

vendor = Vendor(
    name="sharepoint",
    title="SharePoint",
    app=_APP,
    memory=Tenant,
    seed=seed.populate,
    logins=wire.LOGIN,
    connection=lambda url: {
        "url": url,
        "login_url": url,
        **{name: wire.LOGIN[name] for name in ("tenant_id", "client_id", "client_secret")},
    },
    limited=graph.limited,
    broken=graph.broken,
    hooks=hooks.MANNER,
    pages=documents.routes("sharepoint", Tenant, shelf.shelf),
    page=documents.home("sharepoint"),
)
