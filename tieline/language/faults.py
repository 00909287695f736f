"""What pydantic-ai raises, in our own words. See https://ai.pydantic.dev/api/exceptions/."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]
from google.auth.exceptions import GoogleAuthError, TransportError
from pydantic_ai import exceptions as theirs

from tieline.errors import (
    AuthFailed,
    BadAnswer,
    ConfigError,
    ConnectorError,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
    from_status,
)
from tieline.observe import redact

_LONGEST = 300

# The first that fits. A quota that is used up comes as 429 too, but waiting does not help.
_KINDS: tuple[tuple[type[Exception], type[ConnectorError], str], ...] = (
    (theirs.ModelQuotaExceededError, Rejected, "The account has no credit left: add some, or use another provider."),
    (theirs.ModelRateLimitError, RateLimited, ""),
    (theirs.ModelAuthenticationError, AuthFailed, "Check the key in the block, and that it may use this model."),
    (theirs.ModelNotFoundError, NotFound, "Check the name of the model in the block."),
    (theirs.ModelContextWindowExceededError, Rejected, "The text is too long for this model."),
    (theirs.ModelConnectionError, Unavailable, "Check the address in the block, and that the server runs."),
    (theirs.ModelUnavailableError, Unavailable, ""),
    (theirs.ModelServerError, Unavailable, ""),
    (theirs.ModelRequestRejectedError, Rejected, ""),
)


@contextmanager
def translated(model: str, secrets: Sequence[str] = ()) -> Iterator[None]:
    """Raise our errors in place of pydantic-ai's.

    Args:
        model: Whose errors they are.
        secrets: What must not show.
    """
    try:
        yield
    except theirs.ModelAPIError as exc:
        raise _api_error(model, exc, secrets) from None
    except theirs.UnexpectedModelBehavior as exc:
        said = _sentence(exc.message, secrets)
        raise BadAnswer(f"{model} did not answer in the form that was asked for: {said}") from None
    except TransportError as exc:
        raise Unavailable(f"{model}: {_sentence(exc, secrets)}", hint="Google's sign-in cannot be reached.") from None
    except (BotoCoreError, GoogleAuthError) as exc:
        hint = "Fill in the credentials in the block, or give this machine an account of its own."
        raise AuthFailed(f"{model}: {_sentence(exc, secrets)}", hint=hint) from None
    except UnicodeEncodeError:
        # Of the header that holds the key: texts are sent as they are.
        hint = "Paste it into the block once more, whole: no key has such a character."
        raise AuthFailed(f"{model}: there is a character in the key that cannot be sent.", hint=hint) from None
    except theirs.UserError as exc:
        raise ConfigError(f"{model} cannot be asked this: {_sentence(exc.message, secrets)}") from None


def _api_error(model: str, exc: theirs.ModelAPIError, secrets: Sequence[str]) -> ConnectorError:
    status = exc.status_code if isinstance(exc, theirs.ModelHTTPError) else None
    kind, hint = next(
        ((ours, hint) for error, ours, hint in _KINDS if isinstance(exc, error)),
        (from_status(status) if status else Unavailable, ""),
    )
    said = _sentence(_said(exc.body) or (f"HTTP {status}" if status else exc.message), secrets)
    return kind(
        f"{model}: {said}",
        hint=hint,
        status=status,
        code=exc.provider_error_code or exc.provider_error_type or "",
        retry_after=exc.retry_after,
    )


def _sentence(said: object, secrets: Sequence[str]) -> str:
    return redact(str(said), secrets)[:_LONGEST].rstrip(". ") + "."


def _said(body: Any) -> str:
    """The provider's own message; they put it in `message`, or in `error.message`, or in `error`."""
    if isinstance(body, str | bytes):
        body = _json(body)
    if not isinstance(body, dict):
        return ""
    inner = body.get("error", body)
    said = inner.get("message") if isinstance(inner, dict) else inner
    return said if isinstance(said, str) else ""


def _json(body: str | bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
