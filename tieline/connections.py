"""Saved connections: blocks by name. They are kept for half a minute, because loading one asks the Prefect server."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Any, TypeVar

import httpx
from pydantic import ValidationError

from tieline.credentials import Credentials
from tieline.errors import ConfigError, UnknownName

C = TypeVar("C", bound=Credentials)

KEEP_SECONDS = 30.0
_UNREACHABLE_HINT = "Start it (`tieline up`), or check PREFECT_API_URL and the Prefect profile."

_kept: dict[tuple[str, str, str], tuple[float, Credentials]] = {}


async def load(block: type[C], name: str) -> C:
    """A saved block.

    Args:
        block: Its type.
        name: The name it was saved under.

    Raises:
        UnknownName: There is none of that name.
        ConfigError: The Prefect server cannot be reached, or what is saved does not fit the block any more.
    """
    key = (_server(), block.get_block_type_slug(), name)
    kept = _kept.get(key)
    if kept is not None and kept[0] > time.monotonic() and isinstance(kept[1], block):
        return kept[1]
    found = await _load(block, name)
    _kept[key] = (time.monotonic() + KEEP_SECONDS, found)
    return found


def forget(connection: Any = None) -> None:
    """Read a connection, or all of them, from the server the next time."""
    name = connection if isinstance(connection, str) else getattr(connection, "connection", None)
    for key in [key for key in _kept if name is None or key[2] == name]:
        del _kept[key]


async def saved(block: type[Credentials]) -> list[str]:
    """The names of the saved blocks of a type.

    Raises:
        ConfigError: The Prefect server cannot be reached.
    """
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - 300 ms
    from prefect.exceptions import ObjectNotFound  # noqa: PLC0415

    try:
        async with get_client() as client:
            documents = await client.read_block_documents_by_type(block.get_block_type_slug(), include_secrets=False)
    except ObjectNotFound:
        return []
    except httpx.HTTPStatusError as exc:
        if exc.response.status_code == HTTPStatus.NOT_FOUND:  # the type was never registered
            return []
        raise _unreachable(exc) from None
    except (httpx.HTTPError, RuntimeError) as exc:
        raise _unreachable(exc) from None
    return sorted(document.name for document in documents if document.name)


async def _load(block: type[C], name: str) -> C:
    title = (block._block_type_name or block.__name__).removesuffix(" Credentials")  # noqa: SLF001 - Prefect's way to name a block
    try:
        found = await block.aload(name)
    except ValueError as exc:
        if "Unable to find block document" in str(exc):
            names = await saved(block)
            slug = block.__module__.rpartition(".")[2]
            hint = "" if names else f"There is none yet. Make one: tieline connect {slug}"
            raise UnknownName(f"{title} connection", name, names, hint=hint) from None
        raise ConfigError(
            f"The {title} connection {name!r} does not fit its block any more.",
            hint=f"Save it again: {_fields(exc)}.",
        ) from None
    except (httpx.HTTPError, RuntimeError) as exc:
        raise _unreachable(exc) from None
    if not isinstance(found, block):
        raise ConfigError(f"The connection {name!r} is not one of {title}.", hint="Choose another name.")
    return found


def _fields(exc: ValueError) -> str:
    if not isinstance(exc, ValidationError):
        return "a field cannot be read"
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors())


def _unreachable(exc: Exception) -> ConfigError:
    return ConfigError(
        f"The Prefect server at {_server() or 'its default address'} cannot be reached ({type(exc).__name__}).",
        hint=_UNREACHABLE_HINT,
    )


def _server() -> str:
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415 - Prefect is loaded by the time this runs

    return PREFECT_API_URL.value() or ""
