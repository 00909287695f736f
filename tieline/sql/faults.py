"""What went wrong in a database, in our words.

SQLAlchemy's own messages hold the statement and its values, so the driver's are looked at: their codes, and of their
texts what names tables and columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError, StatementError

from tieline.errors import (
    AuthFailed,
    BadAnswer,
    ConfigError,
    Conflict,
    ConnectorError,
    Locked,
    NotFound,
    Rejected,
    Unavailable,
)

_Kind = type[ConnectorError]

#: https://www.postgresql.org/docs/current/errcodes-appendix.html: a whole code, or the class that it begins with.
_POSTGRES: Mapping[str, _Kind] = {
    "23505": Conflict, "23P01": Conflict, "28": AuthFailed, "42501": AuthFailed, "3D000": NotFound, "3F000": NotFound,
    "42P01": NotFound, "40": Locked, "55P03": Locked, "55006": Locked, "08": Unavailable, "53": Unavailable,
    "57": Unavailable, "58": Unavailable, "XX": BadAnswer,
}  # fmt: skip
#: https://mariadb.com/kb/en/mariadb-error-code-reference/ and, from 2000 on, the client's.
_MYSQL: Mapping[int, _Kind] = {
    1044: AuthFailed, 1045: AuthFailed, 1142: AuthFailed, 1143: AuthFailed, 1227: AuthFailed, 1698: AuthFailed,
    2026: AuthFailed, 1049: NotFound, 1146: NotFound, 1062: Conflict, 1586: Conflict, 1205: Locked, 1213: Locked,
    1040: Unavailable, 1053: Unavailable, 1203: Unavailable, 1969: Unavailable, 3024: Unavailable,
    2003: Unavailable, 2006: Unavailable, 2013: Unavailable, 2055: Unavailable,
}  # fmt: skip
#: https://www.sqlite.org/rescode.html: a whole name, or what it begins with.
_SQLITE: Mapping[str, _Kind] = {
    "SQLITE_CONSTRAINT_UNIQUE": Conflict, "SQLITE_CONSTRAINT_PRIMARYKEY": Conflict, "SQLITE_CONSTRAINT_ROWID": Conflict,
    "SQLITE_BUSY": Locked, "SQLITE_LOCKED": Locked, "SQLITE_CANTOPEN": NotFound, "SQLITE_PERM": AuthFailed,
    "SQLITE_READONLY": AuthFailed, "SQLITE_NOTADB": BadAnswer, "SQLITE_CORRUPT": BadAnswer, "SQLITE_FULL": Unavailable,
    "SQLITE_IOERR": Unavailable, "SQLITE_INTERRUPT": Unavailable,
}  # fmt: skip
#: Before there is a connection psycopg gives no code, only the server's sentence.
_AT_THE_DOOR: tuple[tuple[str, _Kind], ...] = (
    (r"authentication failed|no password supplied|role .* does not exist|no pg_hba\.conf entry", AuthFailed),
    (r"certificate|SSL|TLS", AuthFailed),
    (r"database .* does not exist", NotFound),
)
_HINTS: Mapping[_Kind, str] = {
    AuthFailed: "Check user, password and TLS on the block, and what the user may do; docs/sql.md says what is needed.",
    Conflict: "Use upsert_rows, or look at what is there.",
    Locked: "Somebody else is changing the same rows: try again.",
    NotFound: "See list_tables.",
    Unavailable: "Check that the server runs, its address, and `timeout` on the block.",
}


def told(exc: Exception) -> Exception:
    """What is raised instead of an exception of SQLAlchemy or a driver; the same where it is none of theirs."""
    if isinstance(exc, ConnectorError | ConfigError):
        return exc
    # What COPY says comes from psycopg itself.
    orig = exc if type(exc).__module__.partition(".")[0] == "psycopg" else getattr(exc, "orig", None)
    if orig is not None:
        kind, code, said = _driver(orig)
        return kind(f"{said}.", hint=_HINTS.get(kind, ""), code=code)
    if isinstance(exc, NoSuchModuleError | ModuleNotFoundError):
        return ConfigError("The driver is not installed.", hint="For MySQL and MariaDB: pip install 'tieline[mysql]'.")
    if isinstance(exc, StatementError | OverflowError):
        return Rejected(f"A value does not fit what the statement needs ({type(exc).__name__}).")
    return BadAnswer(f"It could not be understood ({type(exc).__name__}).") if isinstance(exc, SQLAlchemyError) else exc


def _driver(exc: BaseException) -> tuple[_Kind, str, str]:
    """Class, code and sentence of a driver's exception."""
    module = type(exc).__module__.partition(".")[0]
    if module == "psycopg":
        return _postgres(exc)
    if module == "pymysql":
        number = exc.args[0] if exc.args and isinstance(exc.args[0], int) else 0
        text = str(exc.args[1]) if len(exc.args) > 1 else type(exc).__name__
        # What stands in the row that is there already is nobody's business in a log.
        said = re.sub(r"Duplicate entry '.*' for", "Duplicate entry for", text, flags=re.DOTALL)
        return _MYSQL.get(number, Rejected), str(number), _line(said)
    name = getattr(exc, "sqlite_errorname", "")
    kind = next((kind for start, kind in _SQLITE.items() if name.startswith(start)), Rejected)
    return (NotFound if "no such table" in str(exc) else kind), name, _line(str(exc))


def _postgres(exc: Any) -> tuple[_Kind, str, str]:
    code, said = exc.sqlstate or "", (exc.diag.message_primary or "") if exc.sqlstate else str(exc)
    if code:
        return _POSTGRES.get(code) or _POSTGRES.get(code[:2]) or Rejected, code, _line(said)
    if type(exc).__name__ not in {"OperationalError", "ConnectionTimeout", "InterfaceError"}:
        return Rejected, "", _line(said)  # psycopg itself refused a value
    return next((kind for said_so, kind in _AT_THE_DOOR if re.search(said_so, said)), Unavailable), "", _line(said)


def _line(said: str) -> str:
    return " ".join(said.split()).rstrip(".")[:500] or "The driver says no more"
