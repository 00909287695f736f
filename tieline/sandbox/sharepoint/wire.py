"""How the simulated SharePoint is asked: who is let in, and which drive is meant."""

from starlette.requests import Request

from tieline.sandbox import graph
from tieline.sandbox.sharepoint.memory import Library, Tenant
from tieline.sandbox.vendor import state_of

LOGIN = {
    "tenant_id": "84841066-274d-4ec0-a5c1-276be684bdd3",
    "client_id": "1b8d1f5a-6d0e-4c0b-9a57-0f1d2c3b4a59",
    "client_secret": "sandbox-sharepoint-secret",
    "refresh_token": "sandbox-sharepoint-refresh",
}


def tenant_of(request: Request) -> Tenant:
    """The simulated tenant."""
    return state_of(request)[Tenant]


def library_of(request: Request) -> Library:
    """The drive that the path names. Errors: 404."""
    found = tenant_of(request).libraries.get(request.path_params["drive"])
    if found is None:
        raise graph.missing()
    return found


def logged_in(handler: graph.Handler) -> graph.Handler:
    """Let in who has a token that is good."""
    return graph.logged_in(handler, tenant_of)
