"""People who write to the simulated bot."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.telegram.memory import Chats
from tieline.sandbox.vendor import state_of


async def write(request: Request) -> Response:
    """POST /_sandbox/telegram/message: Ann writes {"chat": -1001000000001, "text": "/summarize …"}; "reply_to" too."""
    chats, asked = state_of(request)[Chats], await request.json()
    chat = chats.chats.get(asked.get("chat"))
    if chat is None or not chat["sandbox_member"]:
        return JSONResponse({"error": "there is no such chat"}, 400)
    author = {"id": 1_111_111, "is_bot": False, "first_name": "Ann", "username": "ann"}
    message = chats.hear(chat["id"], author, asked.get("text", ""))
    answered = chats.find(chat, asked.get("reply_to"))
    message |= {"reply_to_message": answered} if answered else {}
    chats.tell("message.created", chats.updates[-1])
    return JSONResponse({"message_id": message["message_id"]}, 202)


CONTROLS = [Route("/message", write, methods=["POST"])]
