"""The simulated GitHub, under `/github`, with real git objects.

Reference: https://docs.github.com/rest
"""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tieline.sandbox.github import data, hooks, pages, runs, seed, talk, wire
from tieline.sandbox.github.memory import GitHub
from tieline.sandbox.github.shown import HOME
from tieline.sandbox.vendor import Vendor

#: Answers for those that are not logged in: an App asks for its token with a JWT, an archive's address is its own key.
_OPEN = ("/app/", "/codeload/")

_API = Starlette(
    routes=[
        *data.ROUTES,
        *talk.ROUTES,
        *runs.ROUTES,
        Route("/codeload/{owner}/{repo}/{sha}", data.codeload, methods=["GET"]),
    ],
    exception_handlers={wire.Refused: wire.refusal, 404: wire.nothing, 405: wire.nothing},
)


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    """The API, for those that have a token."""
    request = Request(scope)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    known = token == wire.LOGIN["token"] or token in wire.github_of(request).tokens
    if not scope["path"].startswith(_OPEN) and not (known and scheme.lower() in {"bearer", "token"}):
        message = "Bad credentials" if token else "Requires authentication"
        await wire.said(401, message)(scope, receive, send)
        return
    await _API(scope, receive, send)


async def make_app(request: Request) -> Response:
    """POST /_sandbox/github/app: a GitHub App with a new key, installed at acme. An older key is good no more."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    spki, pem = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.Encoding.PEM
    public = key.public_key().public_bytes(pem, spki).decode()
    made = {"app_id": "1234", "installation_id": "5678"}
    wire.github_of(request).app = {**made, "public_key": public}
    pkcs1, plain = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    return JSONResponse({**made, "private_key": key.private_bytes(pem, pkcs1, plain).decode()}, 201)


vendor = Vendor(
    name="github",
    title="GitHub",
    app=_app,
    memory=GitHub,
    seed=seed.populate,
    logins=wire.LOGIN,
    limited=wire.limited,
    broken=wire.broken,
    headers=wire.budget_headers,
    hooks=hooks.MANNER,
    controls=[pages.PAGES.control(), Route("/app", make_app, methods=["POST"])],
    pages=pages.PAGES.routes(),
    page=HOME,
)
