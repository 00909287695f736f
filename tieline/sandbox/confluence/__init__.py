"""The simulated Confluence Cloud: REST v2 under `/confluence/wiki/api/v2`, v1 under `/confluence/wiki/rest/api`.

Reference: https://developer.atlassian.com/cloud/confluence/rest/v2/intro/ and .../rest/v1/intro/
"""

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from tieline.sandbox.atlassian import with_apps
from tieline.sandbox.confluence import files, hooks, metadata, pages, search, seed, shelf, wire
from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.pages import documents
from tieline.sandbox.vendor import Vendor

_BESIDE = [
    Route("/labels", metadata.list_labels, methods=["GET"]),
    Route("/properties", metadata.list_properties, methods=["GET"]),
    Route("/properties", metadata.create_property, methods=["POST"]),
    Route("/properties/{property}", metadata.update_property, methods=["PUT"]),
    Route("/footer-comments", metadata.list_comments, methods=["GET"]),
]
_V2 = [
    Route("/spaces", pages.list_spaces, methods=["GET"]),
    Route("/spaces/{id}/pages", pages.list_pages, methods=["GET"]),
    Route("/pages", pages.create_page, methods=["POST"]),
    Route("/pages/{id}", pages.show_page, methods=["GET"]),
    Route("/pages/{id}", pages.update_page, methods=["PUT"]),
    Route("/pages/{id}/attachments", files.list_attachments, methods=["GET"]),
    Route("/attachments/{attachment}", files.show_attachment, methods=["GET"]),
    Route("/attachments/{attachment}", files.delete_attachment, methods=["DELETE"]),
    Route("/footer-comments", metadata.create_comment, methods=["POST"]),
    Mount("/pages/{id}", routes=_BESIDE),
    Mount("/attachments/{attachment}", routes=_BESIDE),
]
_V1 = [
    Route("/user/current", pages.current_user, methods=["GET"]),
    Route("/search", search.search, methods=["GET"]),
    Route("/content/{id}/label", metadata.add_labels, methods=["POST"]),
    Route("/content/{id}/label", metadata.remove_label, methods=["DELETE"]),
    Route("/content/{id}/child/attachment", files.upload, methods=["PUT"]),
    Route("/content/{id}/child/attachment/{attachment}/download", files.redirect, methods=["GET"]),
]


_APP = Starlette(
    routes=[
        Mount("/wiki/api/v2", routes=_V2),
        Mount("/wiki/rest/api", routes=_V1),
        Route("/media/file/{id}/binary", files.send, methods=["GET"]),
    ],
    exception_handlers={wire.Refused: wire.refusal, 404: wire.no_endpoint, 405: wire.no_endpoint},
)

vendor = Vendor(
    name="confluence",
    title="Confluence",
    # Which scope each call needs is not simulated, but that it is one of Confluence's.
    app=with_apps(_APP, Wiki, "confluence", lambda _scope, scopes: any("confluence" in one for one in scopes)),
    memory=Wiki,
    seed=seed.populate,
    logins=wire.LOGIN,
    limited=wire.limited,
    broken=wire.broken,
    headers=wire.budget_headers,
    hooks=hooks.MANNER,
    pages=documents.routes("confluence", Wiki, shelf.shelf),
    page=documents.home("confluence"),
)
