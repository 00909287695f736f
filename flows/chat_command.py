"""Do what people ask for in a chat, and answer them there."""

from __future__ import annotations

import time

from prefect import flow

from flows.chat import Answer, Chat, Desk
from flows.chat import chat as chat_of
from flows.chat.answer import problem
from flows.chat.desk import admit
from tieline import ConfigError, TielineError, each
from tieline.chat import Command, Misunderstood, verbs
from tieline.inbox.recall import recall
from tieline.language.budget import Budget
from tieline.observe import log

KEY = "chat-command"
AT_ONCE = 4


@flow(name=KEY, flow_run_name="commands in {chat}", persist_result=False)
async def chat_command(chat: str, deliveries: list[str]) -> None:
    """Do what people ask for in a chat, and answer them there.

    What they typed is not in the run's parameters: it is read from the inbox by its number. An error is told to who
    asked, and is no failure of the run; that the answer could not be sent is one, and is tried again.

    Args:
        chat: System and saved connection, such as "slack/team".
        deliveries: The vendor's numbers of the deliveries with the commands.

    Raises:
        ConfigError: The chat is none, or a delivery is not there.
        ConnectorError: None of the answers could be sent.
    """
    system, slash, connection = chat.partition("/")
    if not slash or not connection:
        raise ConfigError(f"{chat!r} names no chat.", hint='Write system and connection: "slack/team".')

    async def one(delivery: str) -> None:
        event = await recall(system, connection, delivery)
        age = time.time() - event.received_at.timestamp()
        await handle(chat_of(system, connection, event.payload, age))

    await each(deliveries, one, at_once=AT_ONCE)


async def handle(where: Chat) -> None:
    """Do what one event asks for, and answer.

    Raises:
        ConnectorError: The answer could not be sent.
        Exception: A mistake of ours; who asked was told so much.
    """
    command: Command | None = None
    try:
        command = where.read()
        if command is None:
            return
        answer = await _answer(where, command)
    except Misunderstood as exc:
        answer = problem(exc)
    except TielineError as exc:
        # Without the error's words: they may quote what was typed.
        log().info("A command was not carried out.", verb=command.verb if command else "", kind=type(exc).__name__)
        answer = problem(exc)
    except Exception:
        sorry = Answer(title="Something went wrong here.", problem=True)
        await where.say(sorry, command)
        raise
    await where.say(answer, command)


async def _answer(where: Chat, command: Command) -> Answer:
    rules, verb = await where.rules(), verbs()[command.verb]
    admit(command, verb, rules)
    options = verb.options.model_validate(command.options)
    with Budget(usd=rules.budget_usd):
        answer: Answer = await verb.run(command, options, Desk(where, rules))
    return answer
