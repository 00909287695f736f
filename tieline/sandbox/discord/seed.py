"""Fills the simulated Discord: one server, four channels, a little talk."""

from tieline.sandbox.discord.memory import Server

_CHANNELS = (("general", True, True), ("support", True, True), ("rules", True, False), ("staff", False, False))
"""Name, whether the bot sees it, whether it may write there."""


def populate(server: Server) -> None:
    """The bot, the channels, and what was said."""
    server.id = server.next_id()
    server.me = {"id": server.next_id(), "username": "tieline", "discriminator": "0", "global_name": None, "bot": True}
    ann = {"id": server.next_id(), "username": "ann", "discriminator": "0", "global_name": "Ann"}
    for position, (name, visible, writable) in enumerate(_CHANNELS):
        number = server.next_id()
        shown = {"id": number, "type": 0, "guild_id": server.id, "name": name, "topic": None, "position": position}
        server.channels[number] = {**shown, "sandbox_visible": visible, "sandbox_writable": writable}
        server.messages[number] = []
        server.add(number, ann, f"Welcome to {name}.")
