"""What was written to vendors on behalf of events, so that a second try does not write it a second time.

A write is entered before it is sent, and again when it is known what came of it. Where a process died in between,
nobody knows; then each request decides by what it declares (see `tieline.transport.rules.Options`): it is sent again
with the same idempotency key, or because doing it twice is as good as once, or after a look whether it was done; or it
is refused as `Unclear`, and a person decides.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python
from sqlalchemy import delete, insert, select, update
from sqlmodel import col

from tieline.errors import BadAnswer, ConnectorError, NotFound, Unavailable, Unclear
from tieline.inbox.commit import commit
from tieline.inbox.scope import Scope
from tieline.inbox.tables import JournalRow
from tieline.transport import again

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tieline.connector import Action


async def once(
    scope: Scope, action: Action, connection: str, arguments: Mapping[str, Any], send: Callable[[], Awaitable[Any]]
) -> Any:
    """Make a write, unless an earlier try has made it.

    Args:
        scope: What it is made for.
        action: The action's card.
        connection: The connection's name.
        arguments: What the action was called with.
        send: Makes the write.

    Returns:
        What the action returns; what it returned then, if it was made earlier.

    Raises:
        Unclear: Nobody knows whether an earlier try was carried out.
        ConnectorError: What the action raises.
    """
    mark = _fingerprint(action.name, connection, arguments)
    scope.made[mark] += 1
    where = (scope.name, f"{mark}:{scope.made[mark]}")
    begun = _Begun(*where, action.name, connection)
    earlier = await commit(begun)
    if earlier is not None and earlier.state == "done":
        return action.output.validate_python(earlier.answer)
    write = again.Write(uuid.UUID(earlier.key if earlier else begun.key), unclear=earlier is not None)
    try:
        with again.writing(write):
            answer = await send()
    except NotFound:
        if not (write.unclear and action.kind == "delete"):
            await _forget(where, write, sure=True)
            raise
        answer = None  # the earlier try has deleted it
    except ConnectorError as exc:
        await _forget(where, write, sure=not _may_have_happened(exc))
        raise
    await commit(_Done(*where, action.output.dump_python(answer, mode="json")))
    return answer


async def _forget(where: tuple[str, str], write: again.Write, *, sure: bool) -> None:
    """Take the entry back if the vendor surely did nothing, so that the next try is not in doubt."""
    if sure and not write.unclear and not write.made:
        await commit(_Dropped(*where))


def _may_have_happened(exc: ConnectorError) -> bool:
    return isinstance(exc, BadAnswer | Unclear) or (isinstance(exc, Unavailable) and exc.may_have_happened)


def release(scopes: Iterable[str], *, done: bool = False) -> Callable[[Connection], int]:
    """Forget the writes that nobody knows about, because a person has looked and wants them made.

    Args:
        scopes: What they were made for.
        done: Forget those that were surely made, too, so that they are made again.

    Returns:
        Does it, and tells how many they were.
    """
    gone = delete(JournalRow).where(col(JournalRow.scope).in_(list(scopes)))
    chosen = gone if done else gone.where(col(JournalRow.state) == "started")
    return lambda db: db.execute(chosen).rowcount


@dataclass(frozen=True)
class _Begun:
    scope: str
    fingerprint: str
    action: str
    connection: str
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __call__(self, db: Connection) -> Any:
        """Enter the write; what stood there already, or None."""
        at = (col(JournalRow.scope) == self.scope, col(JournalRow.fingerprint) == self.fingerprint)
        found = db.execute(select(JournalRow.state, JournalRow.answer, JournalRow.key).where(*at)).first()  # type: ignore[call-overload]
        if found is None:
            db.execute(
                insert(JournalRow).values(
                    scope=self.scope,
                    fingerprint=self.fingerprint,
                    action=self.action,
                    connection=self.connection,
                    key=self.key,
                    state="started",
                    at=time.time(),
                )
            )
        return found


@dataclass(frozen=True)
class _Done:
    scope: str
    fingerprint: str
    answer: Any

    def __call__(self, db: Connection) -> None:
        at = (col(JournalRow.scope) == self.scope, col(JournalRow.fingerprint) == self.fingerprint)
        db.execute(update(JournalRow).where(*at).values(state="done", answer=self.answer))


@dataclass(frozen=True)
class _Dropped:
    scope: str
    fingerprint: str

    def __call__(self, db: Connection) -> None:
        at = (col(JournalRow.scope) == self.scope, col(JournalRow.fingerprint) == self.fingerprint)
        db.execute(delete(JournalRow).where(*at))


def _fingerprint(action: str, connection: str, arguments: Mapping[str, Any]) -> str:
    plain = to_jsonable_python(dict(arguments), bytes_mode="base64", fallback=repr)
    text = json.dumps([action, connection, plain], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
