"""A gateway in a process of its own, with connections that need no Prefect: `python -m tests.server.served`."""

from __future__ import annotations

import sys

from tests.server.conftest import SHAKING, House, receiver, zendesk
from tieline.server import create_app
from tieline.server.directory import Directory
from tieline.server.serve import listen, serve


def main() -> None:
    """Serve, and print the port."""
    house = House()
    house.add(receiver("zendesk", "support", zendesk()))
    house.add(receiver("shaking", "main", zendesk(), SHAKING))
    listening = listen("127.0.0.1", 0)
    app = create_app(directory=Directory(house.read))
    serve(app, listening, lambda: print(listening.getsockname()[1], file=sys.stdout, flush=True))  # noqa: T201 - the test reads it


if __name__ == "__main__":
    main()
