"""When commands from chats are carried out: as they come in. Nobody is let in by this: the gateway verifies who sends.

Each chat's connection says in `commands` who may ask for what. A chat without a connection costs nothing.
"""

from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType

from flows.chat import chat
from flows.chat_command import chat_command
from flows.chat_setup import chat_setup
from tieline import TielineError
from tieline.chat import Misunderstood
from tieline.dispatch import Event, Trigger, on_event

#: Where the gateway has answered at once already if a command made no sense; in the others the flow does.
_TOLD = frozenset({"slash_command", "application_command", "message"})


def asked(event: Event) -> bool:
    """Whether an event is a command of ours that still wants an answer."""
    try:
        return chat(event.system, event.connection, event.payload).read() is not None
    except Misunderstood:
        return event.name not in _TOLD
    except (TielineError, TypeError, ValueError, KeyError, AttributeError):
        return False  # nothing that the chat documents


def _on(system: str, *events: str) -> Trigger:
    """People wait for the answer: it goes before everything else."""
    return on_event(
        [f"{system}.{event}" for event in events],
        chat_command,
        map={"chat": system + "/{connection}", "deliveries": ["{delivery}"]},
        when=asked,
        batch="deliveries",
        at_most=20,
        lane="critical",
        name=f"{system}-command",
        description=f"Does what people ask for in {system.capitalize()}, and answers there.",
    )


triggers = [
    _on("slack", "slash_command", "message_action", "app_mention"),
    _on("discord", "application_command"),
    _on("telegram", "message"),
    _on("teams", "message"),
]

deployments = [
    RunnerDeployment.from_flow(
        chat_setup,
        "chat-setup",
        description="Tells Discord or Telegram which commands there are.",
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=["discord", "telegram"],
    )
]
