"""What can be asked for: the modules of `flows/chat/verbs/`, found by listing.

A verb's module has a docstring, whose first line people see; `ARGUMENT`, what follows the verb; `Options`, a model
whose fields are the options; and `run`. Nothing else has to be changed for a new one, in no chat.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tieline import registry

_PACKAGE = "flows.chat.verbs"


class Argument(NamedTuple):
    """What follows a verb.

    Args:
        name: As people see it, such as "URL, text or thread".
        example: One that could be typed.
        needed: Whether the verb makes no sense without; a message or a file that the command is about will do, too.
    """

    name: str
    example: str
    needed: bool = True


@dataclass(frozen=True)
class Verb:
    """Something that can be asked for.

    Args:
        name: The word that is typed.
        summary: What it does, in a line.
        argument: What follows.
        options: Its options.
        harmless: Whether it only reads what the person hands over. Others are for people and channels that the
            connection names.
        run: Does it, given what it needs to know; see `flows.chat`.
    """

    name: str
    summary: str
    argument: Argument
    options: type[BaseModel]
    harmless: bool
    run: Callable[..., Awaitable[Any]]

    @property
    def fields(self) -> Mapping[str, FieldInfo]:
        """Its options by name."""
        return self.options.model_fields


@cache
def verbs() -> dict[str, Verb]:
    """Every verb by its name, in alphabetical order."""
    return {module.__name__.rpartition(".")[2]: _verb(module) for module in registry.modules_in(_PACKAGE)}


def _verb(module: ModuleType) -> Verb:
    return Verb(
        name=module.__name__.rpartition(".")[2],
        summary=(module.__doc__ or "").strip().partition("\n")[0].rstrip("."),
        argument=module.ARGUMENT,
        options=module.Options,
        harmless=getattr(module, "HARMLESS", False),
        run=module.run,
    )
