"""The third part of the demo: somebody pushes code, and its documentation is proposed, merged and published."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from tieline import registry
from tieline.cli.screen import err, table
from tieline.errors import TielineError

if TYPE_CHECKING:
    from tieline.sandbox import Sandbox

#: From a push to pages: each is a run of its own.
TRIGGERS = ("github-push", "github-documentation-reviewed", "documentation-decided")
CODE, DOCS, SPACE = "acme/app", "acme/docs", "DOCS"
FILE = "src/acme/parcels.py"
MESSAGE = "feat!: tracking asks for the carrier\n\nCarriers have numbers of their own."
PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.05


@contextmanager
def project(served: Sandbox, gateway: str, connection: str, *, keep: bool) -> Iterator[None]:
    """A documentation project: it reads the code with a connection that cannot write, and publishes with others.

    Args:
        served: The sandbox.
        gateway: The address of the gateway.
        connection: Leads to the sandbox; documentation is published through it.
        keep: Whether what is saved may stay.
    """
    from prefect.blocks.core import Block

    github = registry.connector("github").block
    kinds = {kind.get_block_type_slug(): kind for kind in registry.blocks(Block)}
    documentation: Any = kinds["documentation-project"]
    secret, code = secrets.token_urlsafe(32), f"{connection}-code"
    reader = github(**served.connection("github"), webhook_secret=secret, read_only=True)
    made = documentation(
        source={"connection": f"github/{code}", "repository": CODE},
        targets=[
            {"connection": f"github/{connection}", "place": DOCS, "how": "pull_request"},
            {"connection": f"confluence/{connection}", "place": SPACE},
        ],
    )
    asyncio.run(_save(reader, code, made, connection))
    served.hooks.subscribe("github", f"{gateway}/hooks/github/{code}", secret=secret, events=["push"])
    try:
        yield
    finally:
        if not keep:
            github.delete(code)
            documentation.delete(connection)


async def _save(reader: Any, code: str, made: Any, name: str) -> None:
    from tieline import connections

    await connections.save(reader, code, replace=True)
    await made.asave(name, overwrite=True)


def play(served: Sandbox, look_after: Callable[[], None]) -> RenderableType:
    """Push a change that breaks callers, merge what is proposed, and wait for the page; what people see then.

    Args:
        served: The sandbox.
        look_after: Called often.

    Raises:
        TielineError: Nothing was proposed, or nothing was published.
    """
    from tieline.sandbox.confluence.memory import Wiki
    from tieline.sandbox.github.memory import GitHub
    from tieline.sandbox.github.talk import merge

    github = served.state[GitHub]
    docs, wiki = github.repos[DOCS], served.state[Wiki]
    with err.status(f"Somebody pushes to {CODE} …") as status:
        began = time.monotonic()
        github.push(github.repos[CODE], "main", {FILE: _changed(github)}, MESSAGE, "Ada Example")
        status.update("Pushed; it is documented when no other push comes …")
        request = _wait(lambda: next(iter(docs.pulls()), None), "was proposed", look_after)
        proposed = time.monotonic() - began
        status.update("A pull request is there; somebody merges it …")
        merge(github, docs, request)
        began = time.monotonic()
        pages = {"API changelog", "Reference: acme"}
        _wait(lambda: pages <= {one["title"] for one in wiki.pages.values()} or None, "was published", look_after)
        published = time.monotonic() - began
    return _shown(request, proposed, published)


def _changed(github: Any) -> bytes:
    """The file with another parameter."""
    repo = github.repos[CODE]
    files = repo.objects.files(repo.objects.commits[repo.refs["refs/heads/main"]].tree)
    before: str = repo.objects.blobs[files[FILE].sha].decode()
    after = before.replace("def track(number: str)", "def track(number: str, carrier: str)")
    return after.replace(
        "number: Such as AC-1001.\n", "number: Such as AC-1001.\n        carrier: Who has it.\n", 1
    ).encode()


def _wait(found: Callable[[], Any], what: str, look_after: Callable[[], None]) -> Any:
    until = time.monotonic() + PATIENCE_SECONDS
    while (there := found()) is None:
        look_after()
        if time.monotonic() > until:
            raise TielineError(
                f"No documentation {what} within {PATIENCE_SECONDS:.0f} seconds.",
                hint="Is the machine busy with something else? Try it again.",
            )
        time.sleep(LOOK_SECONDS)
    return there


def _shown(request: Any, proposed: float, published: float) -> RenderableType:
    """The pull request as its reviewer saw it, and where its pages are."""
    body = str(request["body"]).partition("## API changes")[2].partition("## Docstrings")[0]
    lines = [line.removeprefix("### ") for line in body.strip().splitlines() if line.strip()]
    shown = table("Proposed at", "What it says", title=f"[bold]github[/] · {DOCS} / pull request {request['number']}")
    shown.add_row(request["title"].partition(":")[0], Text("\n".join(lines)))
    said = (
        f"push → pull request [bold green]{proposed:.1f} s[/], merged → pages in Confluence "
        f"[bold green]{published:.1f} s[/]\n"
        f"[dim]ten of them wait for another push, so that a burst is one change[/]\n"
    )
    return Group(shown, Text.from_markup(said))
