"""The pages that people look at."""

from starlette.applications import Starlette


def app() -> Starlette:
    """Pages."""
    return Starlette()
