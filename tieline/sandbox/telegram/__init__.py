"""The simulated Telegram: methods under `/telegram/botTOKEN`, with GET or POST, as JSON or as a form.

Reference: https://core.telegram.org/bots/api
"""

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.telegram import controls, hooks, methods, seed, wire
from tieline.sandbox.telegram.memory import Chats
from tieline.sandbox.vendor import Vendor

#: Their names are read without regard to case, as Telegram does.
METHODS: dict[str, Callable[[wire.Call], Any]] = {
    "getme": methods.get_me,
    "sendmessage": methods.send_message,
    "editmessagetext": methods.edit_message_text,
    "senddocument": methods.send_document,
    "getchat": methods.get_chat,
    "getupdates": methods.get_updates,
    "setwebhook": methods.set_webhook,
    "getwebhookinfo": methods.get_webhook_info,
    "deletewebhook": methods.delete_webhook,
    "setmycommands": methods.set_my_commands,
}


async def call_method(request: Request) -> Response:
    """Call a method."""
    try:
        call = await wire.read_call(request)
        method = METHODS.get(request.path_params["method"].lower(), methods.unknown)
        return JSONResponse({"ok": True, "result": method(call)})
    except wire.TelegramError as error:
        return wire.failed(error)


_APP = Starlette(routes=[Route("/bot{token}/{method}", call_method, methods=["GET", "POST"])])

vendor = Vendor(
    name="telegram",
    title="Telegram",
    app=_APP,
    memory=Chats,
    seed=seed.populate,
    logins=wire.LOGIN,
    limited=wire.limited,
    broken=wire.broken,
    hooks=hooks.MANNER,
    controls=controls.CONTROLS,
    shown=wire.without_token,
)
