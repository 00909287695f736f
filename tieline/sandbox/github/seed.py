"""Fills the simulated GitHub: `acme/app`, a small package, some of it undocumented; and `acme/docs`, with a guide."""

from textwrap import dedent

from tieline.sandbox.github.memory import GitHub
from tieline.sandbox.github.talk import new_issue

_FILES = {
    "README.md": "# Acme\n\nParcels: where they are, what they cost, when they arrive.\n",
    "pyproject.toml": '[project]\nname = "acme"\nversion = "1.4.0"\nrequires-python = ">=3.11"\n',
    ".github/workflows/docs.yml": "name: docs\non: [workflow_dispatch]\njobs: {}\n",
    "src/acme/__init__.py": '''
        """Parcels of Acme."""

        from acme.parcels import Parcel, track
        from acme.prices import price

        __all__ = ["Parcel", "price", "track"]
        ''',
    "src/acme/parcels.py": '''
        """Parcels, and where they are."""

        from dataclasses import dataclass


        @dataclass
        class Parcel:
            """A parcel on its way.

            Attributes:
                number: Such as AC-1001.
                grams: Its weight.
            """

            number: str
            grams: int

            def heavy(self) -> bool:
                return self.grams > 20_000


        def track(number: str) -> str:
            """Where a parcel is.

            Args:
                number: Such as AC-1001.
            """
            return f"{number} is in the depot"
        ''',
    "src/acme/prices.py": '''
        """What a parcel costs."""

        from acme.parcels import Parcel

        PER_KILO = 250


        def price(parcel: Parcel, *, express: bool = False) -> int:
            """The price in cents; express costs twice as much."""
            cents = 500 + PER_KILO * parcel.grams // 1000
            return 2 * cents if express else cents


        def discount(cents: int, percent: int) -> int:
            return cents * (100 - percent) // 100
        ''',
    "src/acme/depots.py": '''
        """Depots, and the ways between them."""

        DEPOTS = ("Hamburg", "Leipzig", "Köln")


        class Route:
            """A way from depot to depot."""

            def __init__(self, *stops: str) -> None:
                self.stops = stops

            def length(self) -> int:
                """How many stops there are."""
                return len(self.stops)

            def reverse(self):
                return Route(*reversed(self.stops))
        ''',
    "src/acme/dates.py": '''
        from datetime import date, timedelta


        def arrival(sent: date, days: int = 3) -> date:
            """The day that a parcel arrives."""
            return sent + timedelta(days=days)


        def parse_date(text: str) -> date:
            return date.fromisoformat(text)
        ''',
    "src/acme/errors.py": '''
        """What can go wrong."""


        class AcmeError(Exception):
            """Base of all errors."""


        class Lost(AcmeError):
            """Nobody knows where the parcel is."""
        ''',
}

_DOCS = {
    "README.md": "# Documentation of Acme\n\nStart with the [guide](guide.md).\n",
    "guide.md": """
        # Guide

        Make a parcel with `Parcel(number, grams)`, and ask where it is:

        ```python
        from acme import track

        print(track("AC-1001"))
        ```

        What it costs is told by `acme.price`; express costs twice as much.
        """,
}


def populate(github: GitHub) -> None:
    """Two repositories, two commits, an issue."""
    app = github.add("acme/app")
    docs = github.add("acme/docs")
    pages = {path: dedent(content).lstrip("\n").encode() for path, content in _DOCS.items()}
    github.push(docs, "main", pages, "docs: how to begin", "Ada Example")
    files = {path: dedent(content).lstrip("\n").encode() for path, content in _FILES.items()}
    first = {path: content for path, content in files.items() if path != "src/acme/dates.py"}
    github.push(app, "main", first, "feat: parcels, prices and depots", "Ada Example")
    github.push(
        app,
        "main",
        {"src/acme/dates.py": files["src/acme/dates.py"]},
        "feat: tell when a parcel arrives",
        "Ada Example",
    )
    new_issue(github, app, "parse_date has no documentation", "What does it take, and what if it cannot be read?")
