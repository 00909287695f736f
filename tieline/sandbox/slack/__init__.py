"""The simulated Slack: methods under `/slack/api`, and `/slack/upload` for the bytes of files.

Reference: https://docs.slack.dev/reference/methods
"""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tieline.sandbox import forms
from tieline.sandbox.happening import Record
from tieline.sandbox.slack import clicks, commands, hooks, messages, people, seed, wire
from tieline.sandbox.slack.memory import Workspace
from tieline.sandbox.vendor import Vendor, state_of

METHODS: dict[str, Callable[[wire.Call], Record]] = {
    "auth.test": people.auth_test,
    "chat.postMessage": messages.post_message,
    "chat.update": messages.update_message,
    "conversations.create": messages.create_channel,
    "conversations.history": messages.history,
    "conversations.info": messages.channel_info,
    "conversations.invite": messages.invite,
    "conversations.replies": messages.replies,
    "conversations.list": messages.list_channels,
    "files.completeUploadExternal": people.complete_upload,
    "files.getUploadURLExternal": people.get_upload_url,
    "files.upload": people.upload_is_gone,
    "users.info": people.user_info,
    "users.lookupByEmail": people.lookup_by_email,
    "users.profile.set": people.set_profile,
    "views.open": people.open_view,
}


async def call_method(request: Request) -> Response:
    """Call a method; whatever goes wrong is HTTP 200 with `ok: false`."""
    name = request.path_params["method"]
    method = METHODS.get(name)
    if method is None:
        return JSONResponse({"ok": False, "error": "unknown_method", "req_method": name})
    try:
        call, warnings = await wire.read_call(request, name)
        answer = {"ok": True, **method(call)}
    except wire.SlackError as error:
        return wire.failed(error)
    if warnings:
        answer["warning"] = ",".join(warnings)
        answer["response_metadata"] = {**answer.get("response_metadata", {}), "warnings": warnings}
    return JSONResponse(answer)


async def receive_file(request: Request) -> Response:
    """The target of an upload URL: raw bytes, or the first file of a form. Needs no token."""
    files = state_of(request)[Workspace].files.values()
    file = next((f for f in files if f["sandbox_key"] == request.path_params["key"]), None)
    if file is None or file["sandbox_step"] == "complete":
        return PlainTextResponse("no such upload", 404)
    data = await request.body()
    fields = forms.parse(request.headers.get("content-type", ""), data)
    data = next((value.data for _, value in fields if isinstance(value, forms.File)), data)
    if len(data) != file["size"]:
        return PlainTextResponse(f"expected {file['size']} bytes, got {len(data)}", 400)
    file["sandbox_step"] = "uploaded"
    return PlainTextResponse(f"OK - {len(data)}")


_APP = Starlette(
    routes=[
        Route("/api/{method}", call_method, methods=["GET", "POST"]),
        *commands.ROUTES,
        Route("/upload/v1/{key}", receive_file, methods=["POST"]),
    ]
)


async def new_trigger(request: Request) -> Response:
    """POST /_sandbox/slack/trigger."""
    return JSONResponse({"trigger_id": state_of(request)[Workspace].new_trigger()}, 201)


vendor = Vendor(
    name="slack",
    title="Slack",
    app=_APP,
    memory=Workspace,
    seed=seed.populate,
    logins=wire.LOGIN,
    connection=lambda url: {"url": url, "token": wire.LOGIN["bot_token"]},
    limited=wire.limited,
    broken=wire.broken,
    hooks=hooks.MANNER,
    page="/channels",
    pages=clicks.PAGES,
    controls=[*commands.CONTROLS, *clicks.CONTROLS, Route("/trigger", new_trigger, methods=["POST"])],
)
