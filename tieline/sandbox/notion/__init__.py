"""The simulated Notion, version 2025-09-03, under `/notion/v1`.

Reference: https://developers.notion.com/reference/intro
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tieline.sandbox.notion import blocks, hooks, pages, seed, shelf, uploads, wire
from tieline.sandbox.notion.memory import Notebook
from tieline.sandbox.pages import documents
from tieline.sandbox.vendor import Vendor

ENDPOINTS: dict[tuple[str, str], wire.Handler] = {
    ("GET", "/users/me"): pages.who_am_i,
    ("POST", "/pages"): pages.create_page,
    ("GET", "/pages/{page_id}"): pages.get_page,
    ("PATCH", "/pages/{page_id}"): pages.update_page,
    ("GET", "/blocks/{block_id}"): blocks.get_block,
    ("PATCH", "/blocks/{block_id}"): blocks.update_block,
    ("DELETE", "/blocks/{block_id}"): blocks.delete_block,
    ("GET", "/blocks/{block_id}/children"): blocks.list_children,
    ("PATCH", "/blocks/{block_id}/children"): blocks.append_children,
    ("GET", "/databases/{database_id}"): pages.get_database,
    ("GET", "/data_sources/{data_source_id}"): pages.get_source,
    ("PATCH", "/data_sources/{data_source_id}"): pages.update_source,
    ("POST", "/data_sources/{data_source_id}/query"): pages.query_source,
    ("GET", "/comments"): pages.list_comments,
    ("POST", "/comments"): pages.create_comment,
    ("POST", "/search"): pages.search,
    ("POST", "/file_uploads"): uploads.create,
    ("POST", "/file_uploads/{upload_id}/complete"): uploads.complete,
}


async def _unknown(_request: Request) -> Response:
    return wire.answer(wire.NotionError(400, "invalid_request_url", "Invalid request URL."))


_APP = Starlette(
    routes=[
        *(Route(f"/v1{path}", wire.endpoint(handler), methods=[how]) for (how, path), handler in ENDPOINTS.items()),
        Route("/v1/file_uploads/{upload_id}/send", uploads.send, methods=["POST"]),
        Route("/{path:path}", _unknown, methods=["GET", "POST", "PATCH", "PUT", "DELETE"]),
    ]
)

vendor = Vendor(
    name="notion",
    title="Notion",
    app=_APP,
    memory=Notebook,
    seed=seed.populate,
    logins=wire.LOGIN,
    limited=wire.limited,
    broken=wire.broken,
    headers=wire.budget_headers,
    hooks=hooks.MANNER,
    pages=documents.routes("notion", Notebook, shelf.shelf),
    page=documents.home("notion"),
)
