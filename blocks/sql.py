"""Where a SQL database is, and how to log in to it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, HttpUrl, SecretStr, model_validator
from sqlalchemy import URL

from tieline.credentials import Credentials
from tieline.sql import Database, Server, SqliteFile


class SqlCredentials(Credentials):
    """A database: PostgreSQL, MySQL or MariaDB on a server, or a file of SQLite."""

    _block_type_name = "SQL Credentials"
    _block_type_slug = "sql-credentials"
    _documentation_url = HttpUrl("https://docs.sqlalchemy.org/en/20/dialects/index.html")

    dialect: Literal["postgresql", "mysql", "sqlite"] = Field(description="Its kind; mysql is MariaDB too.")
    host: str = Field("", description="The server; for PostgreSQL also the folder of its socket.")
    port: int | None = Field(None, gt=0, lt=65536, description="The server's port, if not the usual one.")
    database: str = Field(min_length=1, description="The name of the database; for SQLite the path of its file.")
    user: str = Field("", description="Whom we log in as. What this user may do is what actions can do.")
    password: SecretStr = Field(SecretStr(""), description="The user's password.")
    tls: bool = Field(
        default=True,
        description="Encrypt the way and check the server's certificate. Off: neither, for a server on this machine.",
    )
    verify: str = Field("", description="File with the CA certificates to trust (PEM), if not the usual ones.")
    timeout: float = Field(60, gt=0, le=86_400, description="Seconds that one statement may take.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        server = bool(self.host or self.port or self.user or self.password)
        if self.dialect == "sqlite" and server:
            raise ValueError("SQLite has only a path in `database`, and no server and no login")
        if self.dialect == "sqlite" and (self.database.startswith(":") or "\0" in self.database):
            raise ValueError("SQLite needs the path of a file in `database`")
        if self.dialect != "sqlite" and not (self.host and self.user):
            raise ValueError("a server needs host and user")
        return self

    def open_database(self) -> Database:
        """The database; nothing is asked of it yet."""
        if self.dialect == "sqlite":
            return Database(SqliteFile(Path(self.database)), timeout=self.timeout)
        driver = "postgresql+psycopg" if self.dialect == "postgresql" else "mysql+pymysql"
        url = URL.create(
            driver, self.user, self.password.get_secret_value() or None, self.host, self.port, self.database
        )
        return Database(Server(self.dialect, url, self.tls, self.verify), timeout=self.timeout)
