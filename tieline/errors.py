"""Our exceptions. What a caller should do comes first, the cause second.

* TielineError              .hint: what to do about it
  + ConfigError             a name, parameter, setting or credential is wrong; nothing was sent
    + UnknownName           .nearest: what was probably meant
  + ConnectorError          a connected system; .system .connection .action .status .code .request_id
    x Transient             worth another try, later
      + RateLimited         429; .retry_after
      + Unavailable         5xx, network, time-out; .may_have_happened
        + CircuitOpen       it failed so often that we do not ask for a while; .retry_after
      + Locked              423: somebody has it open
    x Permanent             another try would not help
      + AuthFailed          401, 403
      + NotFound            404, 410
      + Conflict            409, 412: somebody else changed it
      + Rejected            any other 4xx; .fields: what was wrong with each
      + Unclear             an earlier try may have done it; a person has to look
      + BadAnswer           not what the vendor documents: HTML, no JSON, another type, too large
  + DocumentError           a document could not be read; .name
    x Encrypted               it needs a password
    x Scanned                 pictures of pages, without a text layer
    x Corrupt                 damaged, cut off, or not what its name says
    x Empty                   nothing in it
    x TooLarge                more than a limit allows; .limit
    x UnknownKind             a kind of file that is not read
  + SignatureInvalid        a webhook that nobody we know has signed
  + TakenOver               the events that a run was made for are in another run by now
  + StoreUnavailable        our own store cannot be written to at the moment; .retry_after
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any


class TielineError(Exception):
    """Base of everything we raise on purpose.

    Args:
        message: What happened and where, in a sentence, without any secret.
        hint: What to do about it, in a sentence.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message} {self.hint}" if self.hint else message

    def __reduce__(self) -> tuple[Any, ...]:
        # Task runners send exceptions from process to process; not every subclass can be made from its message.
        return _again, (type(self), self.args), self.__dict__


def _again(kind: type[TielineError], args: tuple[Any, ...]) -> TielineError:
    made = kind.__new__(kind)
    made.args = args
    return made


class ConfigError(TielineError):
    """A name, a parameter, a setting or a credential is wrong; nothing was sent or changed."""


class UnknownName(ConfigError):  # noqa: N818 - reads as what happened
    """There is no such thing.

    Args:
        kind: What was looked for, such as "system".
        name: The name that was given.
        known: Every name there is.
        hint: What to do; by default the nearest names, or a list when they are few.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], *, hint: str = "") -> None:
        names = sorted(known)
        self.nearest = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        super().__init__(f"There is no {kind} {name!r}.", hint=hint or self._suggest(names))

    def _suggest(self, names: list[str]) -> str:
        if self.nearest:
            return f"Did you mean {' or '.join(self.nearest)}?"
        if not names:
            return ""
        shown = ", ".join(names[:10])
        return f"There are: {shown}." if len(names) <= len(names[:10]) else f"There are {shown}, and more."


class ConnectorError(TielineError):
    """Something went wrong with a connected system.

    Args:
        message: What the system said, or what happened on the way.
        hint: What to do about it.
        status: The HTTP status, where there was one.
        code: The vendor's own word for the error, where there is one.
        retry_after: Seconds after which another try makes sense, where known.
        fields: What was wrong with each field, as the vendor put it.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        status: int | None = None,
        code: str = "",
        retry_after: float | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.fields = dict(fields or {})
        self.system = ""
        self.connection = ""
        self.action = ""
        self.request_id = ""

    def __str__(self) -> str:
        where = f"{self.system}.{self.action}" if self.action else self.system
        at = f" on {self.connection!r}" if self.connection else ""
        return f"{where}{at}: {super().__str__()}" if where else super().__str__()


class Transient(ConnectorError):  # noqa: N818 - reads as what happened; so do the names below
    """Worth another try, later."""


class RateLimited(Transient):
    """The system, or our own budget for it, asks us to slow down."""


class Unavailable(Transient):
    """The system could not be reached, or answered 5xx.

    `may_have_happened` is true when the request left us and no answer came back: a write may have been done.
    """

    may_have_happened = False


class CircuitOpen(Unavailable):
    """The system failed so often that we do not ask it for a while; nothing was sent."""


class Locked(Transient):
    """Somebody has it open for changes; nothing was done."""


class Permanent(ConnectorError):  # noqa: N818
    """Another try would not help."""


class AuthFailed(Permanent):
    """The credentials were refused, or do not allow this."""


class NotFound(Permanent):
    """There is no such thing, or not for these credentials."""


class Conflict(Permanent):
    """Somebody else changed it meanwhile, or it exists already."""


class Rejected(Permanent):
    """The system understood the request and turned it down."""


class Unclear(Permanent):
    """An earlier try may have done it, and nothing tells whether it did; nothing was sent now."""


class BadAnswer(Permanent):
    """The system answered something that its documentation does not allow."""


class DocumentError(TielineError):
    """A document could not be read.

    Args:
        message: Why, in a sentence.
        hint: What to do about it.
        name: The file's name, where known.
        limit: Which limit it is over, such as "pages".
    """

    def __init__(self, message: str, *, hint: str = "", name: str = "", limit: str = "") -> None:
        super().__init__(message, hint=hint)
        self.name = name
        self.limit = limit

    def __str__(self) -> str:
        return f"{self.name}: {super().__str__()}" if self.name else super().__str__()


class Encrypted(DocumentError):  # noqa: N818 - reads as what happened; so do the names below
    """It needs a password."""


class Scanned(DocumentError):  # noqa: N818
    """It holds pictures of pages, without a text layer."""


class Corrupt(DocumentError):  # noqa: N818
    """It is damaged, cut off, or not what its name says."""


class Empty(DocumentError):  # noqa: N818
    """There is nothing in it."""


class TooLarge(DocumentError):  # noqa: N818
    """It is over a limit, or its reading was: `limit` names it."""


class UnknownKind(DocumentError):  # noqa: N818
    """It is a kind of file that is not read."""


class SignatureInvalid(TielineError):  # noqa: N818
    """A webhook that nobody we know has signed."""


class Unverifiable(SignatureInvalid):
    """Whether it is signed cannot be told at the moment; later it can."""


class TakenOver(TielineError):  # noqa: N818 - reads as what happened
    """A run that was thought dead, or was started again by hand: its events are in another run by now."""


class StoreUnavailable(TielineError):  # noqa: N818
    """Our own store cannot be written to at the moment; nothing was kept.

    Args:
        message: Why, in a sentence.
        hint: What to do about it.
        retry_after: Seconds after which another try makes sense.
    """

    def __init__(self, message: str, *, hint: str = "", retry_after: float = 5.0) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


BY_STATUS: Mapping[int, type[ConnectorError]] = {
    401: AuthFailed,
    403: AuthFailed,
    404: NotFound,
    408: Unavailable,
    409: Conflict,
    410: NotFound,
    412: Conflict,
    423: Locked,
    425: Unavailable,
    429: RateLimited,
}


def from_status(status: int) -> type[ConnectorError]:
    """The class for an HTTP status that is not a success."""
    return BY_STATUS.get(status) or (Unavailable if status >= 500 else Rejected)  # noqa: PLR2004 - HTTP's own border
