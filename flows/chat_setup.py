"""Tell a chat which commands there are, where it has to be told."""

from __future__ import annotations

from prefect import flow, get_run_logger

from tasks import discord, telegram
from tieline import ConfigError
from tieline.errors import UnknownName

KEY = "chat-setup"


@flow(name=KEY, flow_run_name="commands of {chat}", persist_result=False)
async def chat_setup(chat: str) -> list[str]:
    """Register our commands, with their options, at Discord or Telegram. Once, and after each update of Tieline.

    Slack and Teams have no such call for apps: there it is done by hand, see docs/chat-commands.md.

    Args:
        chat: System and saved connection, such as "discord/main".

    Returns:
        The names of the commands that people can use now.

    Raises:
        ConfigError: It is another system.
        ConnectorError: The chat did not take them.
    """
    system, slash, connection = chat.partition("/")
    if not slash or not connection:
        raise ConfigError(f"{chat!r} names no chat.", hint='Write system and connection: "discord/main".')
    if system == "discord":
        application = await discord.get_application(connection)
        made = await discord.update_commands(connection, application_id=application.id, commands=discord.declared())
        names = [one.name for one in made]
    elif system == "telegram":
        commands = telegram.declared()
        await telegram.update_commands(connection, commands=commands)
        names = [one.command for one in commands]
    else:
        raise UnknownName("chat that is told its commands", system, ["discord", "telegram"])
    get_run_logger().info("%s knows: %s", chat, ", ".join(names))
    return names
