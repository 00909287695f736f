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
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python
from sqlalchemy import JSON, bindparam, delete, text
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


# Written out, because these are made for every write, and building them costs more than running them.
_BEGIN = text(
    "INSERT INTO journal (scope, fingerprint, action, connection, key, state, at) "
    "VALUES (:scope, :fingerprint, :action, :connection, :key, 'started', :at) ON CONFLICT DO NOTHING"
)
_FOUND = text("SELECT state, answer, key FROM journal WHERE scope = :scope AND fingerprint = :fingerprint").columns(
    answer=JSON
)
_DONE = text(
    "UPDATE journal SET state = 'done', answer = :answer WHERE scope = :scope AND fingerprint = :fingerprint"
).bindparams(bindparam("answer", type_=JSON))
_DROP = text("DELETE FROM journal WHERE scope = :scope AND fingerprint = :fingerprint")


@dataclass(frozen=True)
class _Begun:
    scope: str
    fingerprint: str
    action: str
    connection: str
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __call__(self, db: Connection) -> Any:
        """Enter the write; what stood there already, or None."""
        return self.together(db, [self])[0]

    @staticmethod
    def together(db: Connection, begun: Sequence[_Begun]) -> list[Any]:
        """Enter several."""
        now = time.time()
        new = db.execute(_BEGIN, [vars(one) | {"at": now} for one in begun]).rowcount
        if new == len(begun):
            return [None] * new
        rows = [db.execute(_FOUND, {"scope": one.scope, "fingerprint": one.fingerprint}).one() for one in begun]
        return [None if row.key == one.key else row for one, row in zip(begun, rows, strict=True)]


@dataclass(frozen=True)
class _Done:
    scope: str
    fingerprint: str
    answer: Any

    def __call__(self, db: Connection) -> None:
        """Note that it was made, and what came back."""
        self.together(db, [self])

    @staticmethod
    def together(db: Connection, done: Sequence[_Done]) -> list[None]:
        """Note several."""
        db.execute(_DONE, [vars(one) for one in done])
        return [None] * len(done)


@dataclass(frozen=True)
class _Dropped:
    scope: str
    fingerprint: str

    def __call__(self, db: Connection) -> None:
        """Forget it."""
        db.execute(_DROP, vars(self))


def _fingerprint(action: str, connection: str, arguments: Mapping[str, Any]) -> str:
    plain = to_jsonable_python(dict(arguments), bytes_mode="base64", fallback=repr)
    text = json.dumps([action, connection, plain], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
