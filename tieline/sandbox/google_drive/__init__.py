"""The simulated Google Drive: `/google_drive/drive/v3`, `/google_drive/upload/drive/v3`, `/google_drive/token`.

Reference: https://developers.google.com/workspace/drive/api/reference/rest/v3
"""

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox import consent, google
from tieline.sandbox.google_drive import changes, files, hooks, seed, shelf, uploads, wire
from tieline.sandbox.google_drive.memory import Drive
from tieline.sandbox.pages import documents
from tieline.sandbox.vendor import Vendor, state_of


def _route(method: str, path: str, handler: wire.Handler, needed: frozenset[str]) -> Route:
    async def serve(request: Request) -> Response:
        changes.end_channels(request)
        return await handler(request)

    return Route(path, wire.handled(serve, needed), methods=[method])


ROUTES = [
    consent.page("/o/oauth2/v2/auth", Drive, google.DESK),
    Route("/token", google.token_endpoint(Drive, "drive"), methods=["POST"]),
    _route("GET", "/drive/v3/about", files.show_about, wire.READ_METADATA),
    _route("GET", "/drive/v3/files", files.list_files, wire.READ_METADATA),
    _route("POST", "/drive/v3/files", files.create_file, wire.WRITE),
    _route("GET", "/drive/v3/files/{id}", files.show_file, wire.READ_METADATA),
    _route("PATCH", "/drive/v3/files/{id}", files.update_file, wire.WRITE_METADATA),
    _route("DELETE", "/drive/v3/files/{id}", files.delete_file, wire.WRITE),
    _route("GET", "/drive/v3/files/{id}/export", files.export_file, wire.READ),
    _route("POST", "/drive/v3/files/{id}/watch", changes.watch_file, wire.READ_METADATA),
    _route("GET", "/drive/v3/changes/startPageToken", changes.show_start, wire.READ_METADATA),
    _route("GET", "/drive/v3/changes", changes.list_changes, wire.READ_METADATA),
    _route("POST", "/drive/v3/changes/watch", changes.watch_changes, wire.READ_METADATA),
    _route("POST", "/drive/v3/channels/stop", changes.stop_channel, wire.READ_METADATA),
    _route("POST", "/upload/drive/v3/files", uploads.upload_file, wire.WRITE),
    # The address of a session is a permission in itself.
    Route("/upload/drive/v3/files", uploads.send_piece, methods=["PUT"]),
    Route("/{path:path}", files.nothing),
]


_APP = Starlette(routes=ROUTES)


async def new_service_account(request: Request) -> Response:
    """POST /_sandbox/google_drive/service_account."""
    made = await run_in_threadpool(google.new_account, state_of(request)[Drive])
    return JSONResponse({"service_account": made}, 201)


vendor = Vendor(
    name="google_drive",
    title="Google Drive",
    app=_APP,
    memory=Drive,
    seed=seed.populate,
    logins=google.LOGIN,
    limited=wire.limited,
    broken=wire.broken,
    headers=wire.budget_headers,
    hooks=hooks.MANNER,
    controls=[Route("/service_account", new_service_account, methods=["POST"])],
    pages=documents.routes("google_drive", Drive, shelf.shelf),
    page=documents.home("google_drive"),
)
