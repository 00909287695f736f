"""Plays the vendor: checks what it is asked, exactly, and answers from the contract."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import httpx

from tests.contracts import Contract, Exchange
from tieline.sandbox import forms


class Vendor(httpx.AsyncBaseTransport):
    """A vendor that answers from a list and keeps what it was asked. Tokens it gives to everybody who asks."""

    def __init__(self, contract: Contract, wire: tuple[Exchange, ...]) -> None:
        self.contract, self.left = contract, list(wire)
        self.seen: list[httpx.Request] = []
        self.logins: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        if str(request.url) == self.contract.tokens:
            self.logins.append(request)
            given = {"access_token": f"token-{len(self.logins)}", "token_type": "Bearer", "expires_in": 3600}
            return httpx.Response(200, json=given, request=request)
        # As it stands on the wire: a key that the login puts into the URL is taken out again afterwards.
        self.seen.append(httpx.Request(request.method, request.url, headers=request.headers, content=request.content))
        assert self.left, f"One request too many: {request.method} {request.url}"
        step = self.left.pop(0)
        if step.request:
            compare(self.contract, step, request)
        answer = step.response
        content = answer if isinstance(answer, bytes) else b"" if answer is None else json.dumps(answer).encode()
        return httpx.Response(step.status, headers=dict(step.headers), content=content, request=request)


def address(contract: Contract, step: Exchange) -> str:
    """The whole address of a request, without the query."""
    path = step.request.partition(" ")[2]
    return path if path.startswith("http") else contract.base + path


def compare(contract: Contract, step: Exchange, request: httpx.Request) -> None:
    """The request is the one of the contract, to the letter."""
    assert request.method == step.request.partition(" ")[0]
    assert str(request.url.copy_with(query=None)) == address(contract, step)
    assert dict(request.url.params) == dict(step.query or {})
    sent = request.content
    if step.json is not None:
        assert json.loads(sent) == step.json
        assert request.headers["content-type"].startswith("application/json")
    elif step.form is not None:
        assert dict(parse_qsl(sent.decode(), keep_blank_values=True)) == dict(step.form)
    elif step.parts is not None:
        assert multipart(request) == dict(step.parts)
    elif step.raw is not None:
        assert sent == step.raw
    else:
        assert not sent
    for name, value in step.sends.items():
        assert request.headers.get(name) == value


def multipart(request: httpx.Request) -> dict[str, Any]:
    """The fields and files of a form, as somebody else reads them; a field that comes several times is a list."""
    assert len(request.content) == int(request.headers["content-length"])
    fields: dict[str, list[Any]] = {}
    for name, value in forms.parse(request.headers["content-type"], request.content):
        plain = (value.name, value.content_type, value.data) if isinstance(value, forms.File) else value
        fields.setdefault(name, []).append(plain)
    return {name: values if len(values) > 1 else values[0] for name, values in fields.items()}


def part_of(expected: Any, actual: Any) -> bool:
    """Whether everything expected is there; dictionaries may have more fields, lists may not have more items."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(part_of(value, actual.get(name)) for name, value in expected.items())
    if isinstance(expected, list | tuple):
        return (
            isinstance(actual, list)
            and len(expected) == len(actual)
            and all(part_of(e, a) for e, a in zip(expected, actual, strict=True))
        )
    return bool(expected == actual)
