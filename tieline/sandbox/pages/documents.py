"""The pages of a place that keeps documents: all of them with what stands beside them, and each by itself."""

from collections.abc import Callable
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tieline.sandbox.memory import Memory
from tieline.sandbox.pages import show
from tieline.sandbox.shelves import Shelf
from tieline.sandbox.vendor import state_of

M = TypeVar("M", bound=Memory)


def home(system: str) -> str:
    """Where the pages of a place begin."""
    return f"/documents/{system}"


def routes(system: str, memory: type[M], shelf: Callable[[M], Shelf]) -> list[Route]:
    """The pages of a place, for `Vendor.pages`.

    Args:
        system: The vendor's name.
        memory: The class of what it remembers.
        shelf: Makes of that what people see.
    """

    async def list_documents(request: Request) -> Response:
        """GET /documents/{system}: those changed last come first."""
        shown = shelf(state_of(request)[memory])
        documents = sorted(shown.documents, key=lambda one: one.at, reverse=True)
        return show(request, "documents.html", system=system, home=home(system), shelf=shown, documents=documents)

    async def show_document(request: Request) -> Response:
        """GET /documents/{system}/{id}."""
        shown = shelf(state_of(request)[memory])
        found = shown.find(request.path_params["id"])
        if found is None:
            raise HTTPException(404)
        return show(request, "document.html", system=system, home=home(system), shelf=shown, document=found)

    return [Route(home(system), list_documents), Route(f"{home(system)}/{{id}}", show_document)]
