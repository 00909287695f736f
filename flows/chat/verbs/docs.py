"""Bring a project's documentation up to date with its code, as far as people agree.

What is said in the thread goes into the changelog's entry, which a person always looks at before it is published.
"""

from flows.chat.answer import Answer, Line
from flows.chat.desk import Desk
from flows.docs_on_push import Clerk, Documented, by_hand, says
from flows.documentation.project import load
from flows.documentation.scribe import Outcome
from tieline import ConfigError, ConnectorError, Input
from tieline.chat import Argument, Command

ARGUMENT = Argument("project", "app", needed=False)
_ASK = "The people who run Tieline here name those that may, in `commands.documentation` of the chat's connection."
_BECAME = {
    "published": "published",
    "waiting": "proposed; it waits for a decision",
    "unchanged": "unchanged",
    "gone": "the branch is gone",
    "failed": "failed",
}


class Options(Input):
    """There are none."""


async def run(command: Command, options: Options, desk: Desk) -> Answer:  # noqa: ARG001 - every verb is given them
    """Document what a project's branches have come to."""
    name = _project(command.argument, desk.rules.documentation)
    known = {name: await load(name)}
    clerk = Clerk(known, [by_hand(name, known)], discussion=await _discussion(command, desk))
    await clerk.work()
    outcomes = tuple(clerk.outcomes)
    return Answer(
        title=f"Documentation of {name}: {says(Documented(dry_run=False, outcomes=outcomes))}",
        link=next((one.link for one in outcomes if one.link), ""),
        lines=tuple(Line(text=_line(one)) for one in outcomes),
        facts=tuple(("Approval", one.approval) for one in outcomes if one.status == "waiting"),
    )


def _project(named: str, allowed: list[str]) -> str:
    """The project that is meant.

    Raises:
        ConfigError: It may not be updated from here, or there are several.
    """
    if named and named not in allowed:
        raise ConfigError("That documentation cannot be brought up to date from here.", hint=_ASK)
    if named:
        return named
    if not allowed:
        raise ConfigError("No documentation can be brought up to date from here.", hint=_ASK)
    if len(allowed) > 1:
        raise ConfigError("Which documentation?", hint=f"Put one behind `docs`: {', '.join(sorted(allowed))}.")
    return allowed[0]


async def _discussion(command: Command, desk: Desk) -> str:
    """The thread that the command was given in, without the command; a chat that shows none is no obstacle."""
    if not command.thread:
        return command.message
    try:
        said = await desk.chat.thread(command.model_copy(update={"argument": ""}))
    except (ConfigError, ConnectorError):
        return command.message  # the one that we were shown
    typed = f" docs {command.argument}".rstrip()
    return "\n".join(line for line in said.splitlines() if not line.endswith(typed))


def _line(one: Outcome) -> str:
    said = f"{one.branch}: {_BECAME.get(one.status, one.status)}"
    about = ", ".join(filter(None, [one.headline, f"{one.breaking} breaking" * bool(one.breaking)]))
    return f"{said} ({about}). {one.reason}".rstrip() if about else f"{said}. {one.reason}".rstrip()
