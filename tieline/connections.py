"""Saved connections: blocks by name. They are kept for half a minute, because loading one asks the Prefect server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from pydantic import ValidationError

from tieline.credentials import Credentials
from tieline.errors import ConfigError, UnknownName

if TYPE_CHECKING:
    from prefect.blocks.core import Block

B = TypeVar("B", bound="Block")
C = TypeVar("C", bound=Credentials)

KEEP_SECONDS = 30.0
_UNREACHABLE_HINT = "Start it (`tieline up`), or check PREFECT_API_URL and the Prefect profile."

_kept: dict[tuple[str, type[Credentials], str], tuple[float, Credentials]] = {}


async def load(block: type[C], name: str) -> C:
    """A saved block.

    Args:
        block: Its type.
        name: The name it was saved under.

    Raises:
        UnknownName: There is none of that name.
        ConfigError: The Prefect server cannot be reached, or what is saved does not fit the block any more.
    """
    key = (_server(), block, name)  # the class: Prefect makes the slug anew each time
    kept = _kept.get(key)
    if kept is not None and kept[0] > time.monotonic() and isinstance(kept[1], block):
        return kept[1]
    found = await _load(block, name)
    _kept[key] = (time.monotonic() + KEEP_SECONDS, found)
    return found


async def read(block: type[C], name: str) -> C:
    """A saved block as it is at this moment; see `load`."""
    return await _load(block, name)


def forget(connection: Any = None) -> None:
    """Read a connection, or all of them, from the server the next time."""
    name = connection if isinstance(connection, str) else getattr(connection, "connection", None)
    # A copy, because other threads load and forget, too.
    for key in [key for key in tuple(_kept) if name is None or key[2] == name]:
        _kept.pop(key, None)


async def saved(block: type[Block]) -> list[str]:
    """The names of the saved blocks of a type.

    Raises:
        ConfigError: The Prefect server cannot be reached.
    """
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - 300 ms

    try:
        async with get_client() as client:
            documents = await client.read_block_documents_by_type(block.get_block_type_slug(), include_secrets=False)
    except (httpx.HTTPError, RuntimeError) as exc:
        if isinstance(exc, httpx.HTTPStatusError) and exc.response.status_code == httpx.codes.NOT_FOUND:
            return []  # not even the type of block is known there
        raise _unreachable(exc) from None
    return sorted(document.name for document in documents if document.name)


async def save(credentials: Credentials, name: str, *, replace: bool = False) -> None:
    """Save a connection as a Prefect block.

    Args:
        credentials: The block.
        name: Small letters, digits and dashes.
        replace: Whether one of that name may be there already.

    Raises:
        ConfigError: There is one already, or the Prefect server cannot be reached or refuses it.
    """
    try:
        await credentials.asave(name, overwrite=replace)
    except ValueError as exc:
        raise ConfigError(f"{credentials.title} cannot be saved: {exc}.", hint="Choose another name.") from None
    except (httpx.HTTPError, RuntimeError) as exc:
        raise _unreachable(exc) from None
    forget(name)


async def change(credentials: Credentials, *fields: str) -> None:
    """Save some fields of a saved connection. The others stay as they are there, whoever has changed them meanwhile.

    Args:
        credentials: The block, with the new values.
        fields: Their names.

    Raises:
        ConfigError: It was never saved, or is gone; or the Prefect server cannot be reached or refuses it.
    """
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - 300 ms
    from prefect.client.schemas.actions import BlockDocumentUpdate  # noqa: PLC0415 - as above
    from prefect.exceptions import ObjectNotFound  # noqa: PLC0415 - as above

    number = credentials._block_document_id  # noqa: SLF001 - Prefect's name; so are those below
    if number is None:
        raise ConfigError(f"{credentials.title} was never saved.", hint="Save it first, with `tieline connect`.")
    with reaching():
        # Or Prefect would not know which of the fields are secret, where they are newer than what is saved.
        await credentials.aregister_type_and_schema()
        whole = credentials._to_block_document(include_secrets=True)  # noqa: SLF001
        update = BlockDocumentUpdate(
            block_schema_id=whole.block_schema_id, data={name: whole.data[name] for name in fields}
        )
        try:
            async with get_client() as client:
                await client.update_block_document(number, update)
        except ObjectNotFound:
            raise ConfigError(f"{credentials.title} is gone.", hint="Make it again, with `tieline connect`.") from None
    forget(credentials)


@contextmanager
def reaching() -> Iterator[None]:
    """Say in our words that the Prefect server does not answer.

    Raises:
        ConfigError: It does not.
    """
    try:
        yield
    except (httpx.HTTPError, RuntimeError) as exc:
        raise _unreachable(exc) from None


async def load_block(block: type[B], name: str, kind: str, *, how: str = "") -> B:
    """A saved block of any type.

    Args:
        block: Its type.
        name: The name it was saved under.
        kind: What people call such a block, such as "sync".
        how: How to make one, where there is none at all.

    Raises:
        UnknownName: There is none of that name.
        ConfigError: The Prefect server cannot be reached, or what is saved does not fit the block any more.
    """
    with reaching():
        try:
            found = await block.aload(name)
        except ValueError as exc:
            if "Unable to find block document" in str(exc):
                names = await saved(block)
                raise UnknownName(kind, name, names, hint="" if names else how) from None
            raise ConfigError(
                f"The {kind} {name!r} does not fit its block any more.", hint=f"Save it again: {_fields(exc)}."
            ) from None
    if not isinstance(found, block):
        raise ConfigError(f"The block {name!r} is no {kind}.", hint="Choose another name.")
    return found


async def _load(block: type[C], name: str) -> C:
    how = f"There is none yet. Make one: tieline connect {block.__module__.rpartition('.')[2]}"
    return await load_block(block, name, f"{block.title_of_type()} connection", how=how)


def _fields(exc: ValueError) -> str:
    if not isinstance(exc, ValidationError):
        return "a field cannot be read"
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors())


def _unreachable(exc: Exception) -> ConfigError:
    where = f"The Prefect server at {_server() or 'its default address'}"
    if isinstance(exc, httpx.HTTPStatusError):
        return ConfigError(
            f"{where} answered {exc.response.status_code}.", hint="Check the Prefect profile and its key."
        )
    return ConfigError(f"{where} cannot be reached ({type(exc).__name__}).", hint=_UNREACHABLE_HINT)


def _server() -> str:
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415 - Prefect is loaded by the time this runs

    return PREFECT_API_URL.value() or ""
