import signal
import socket
import subprocess
import sys
import threading

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import TielineError
from tieline.sandbox import Event, logins, running
from tieline.sandbox.forms import File, parse

LOGIN = (f"{logins('zendesk')['email']}/token", logins("zendesk")["api_token"])


def test_it_serves_and_stops_without_a_trace() -> None:
    before = threading.active_count()
    with running(tickets=10) as sandbox:
        assert sandbox.url.startswith("http://127.0.0.1:")
        for url in (sandbox.url_of("zendesk"), sandbox.url_of("freshdesk")):
            assert httpx.get(f"{url}/api/v2/tickets").status_code == 401
        assert httpx.post(f"{sandbox.url_of('slack')}/api/auth.test").json()["error"] == "not_authed"
    assert threading.active_count() == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(sandbox.url)


def test_answers_do_not_wait_for_acknowledgements() -> None:
    with running(tickets=1) as sandbox:
        # asyncio sets TCP_NODELAY only where the protocol is named; else each answer would take 40 ms.
        assert sandbox._socket.proto == socket.IPPROTO_TCP


async def test_it_serves_in_async_blocks_too() -> None:
    async with running(tickets=10) as sandbox, httpx.AsyncClient(auth=LOGIN) as http:
        answer = await http.get(f"{sandbox.url_of('zendesk')}/api/v2/tickets/count")
    assert answer.json()["count"]["value"] == 10


def test_it_stops_while_a_client_still_holds_a_connection() -> None:
    with httpx.Client(auth=LOGIN) as http, running(tickets=10) as sandbox:
        assert http.get(f"{sandbox.url_of('zendesk')}/api/v2/tickets").status_code == 200


def test_a_taken_port_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(TielineError, match=f"127.0.0.1:{port}") as caught:
            running(port=port, tickets=1)
    assert caught.value.hint


def test_serve_ends_quietly_on_interrupt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = f"from tieline.sandbox import serve; serve(port={port}, tickets=5)"
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) as process:
        transport = httpx.HTTPTransport(retries=8)  # waits longer each time until somebody listens
        with httpx.Client(transport=transport) as http:
            assert http.get(f"http://127.0.0.1:{port}/").status_code == 200
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=20)
    assert (process.returncode, complaints) == (0, b"")


def test_listeners_hear_of_what_happens() -> None:
    events: list[Event] = []
    with running(tickets=10, listeners=[events.append]) as sandbox:
        url = f"{sandbox.url_of('zendesk')}/api/v2/tickets.json"
        httpx.post(url, auth=LOGIN, json={"ticket": {"comment": {"body": "x"}}}, headers={"x-request-id": "r-1"})
    assert [(e.system, e.name, e.request_id) for e in events] == [
        ("zendesk", "ticket.created", "r-1"),
        ("zendesk", "comment.created", "r-1"),
    ]


@given(
    text=st.text(st.characters(exclude_categories=("Cs", "Cc"))),
    data=st.binary(),
    name=st.text("abcdefgh.-_", min_size=1),
)
def test_forms_are_read_as_they_were_sent(text: str, data: bytes, name: str) -> None:
    request = httpx.Request("POST", "http://x", data={"a": text}, files={"f": (name, data, "application/pdf")})
    fields = parse(request.headers["content-type"], request.read())
    assert fields == [("a", text), ("f", File(name, "application/pdf", data))]
    plain = httpx.Request("POST", "http://x", data={"a": text})
    assert parse(plain.headers["content-type"], plain.read()) == [("a", text)]
    assert parse("text/plain", b"a=1") == []
