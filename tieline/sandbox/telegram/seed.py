"""Fills the simulated Telegram: a person, a group, a channel, and a chat that the bot is not in."""

from tieline.sandbox.happening import Record
from tieline.sandbox.telegram.memory import Chats

ANN, GROUP, CHANNEL, ELSEWHERE = 1_111_111, -1_001_000_000_001, -1_001_000_000_002, -1_001_000_000_003


def populate(chats: Chats) -> None:
    """The bot, its chats, and what was said to it."""
    chats.me = {"id": 110_201_543, "is_bot": True, "first_name": "Tieline", "username": "tieline_sandbox_bot"}
    ann = {"id": ANN, "is_bot": False, "first_name": "Ann", "username": "ann"}
    places: tuple[Record, ...] = (
        {"id": ANN, "type": "private", "first_name": "Ann", "username": "ann"},
        {"id": GROUP, "type": "supergroup", "title": "Support", "description": "Who takes what"},
        {"id": CHANNEL, "type": "channel", "title": "Lumora news", "username": "lumora_news"},
        {"id": ELSEWHERE, "type": "supergroup", "title": "The bot is not in here"},
    )
    for place in places:
        chats.chats[place["id"]] = {**place, "sandbox_member": place["id"] != ELSEWHERE}
    for number, text in ((ANN, "/start"), (GROUP, "Where is my parcel?")):
        chats.hear(number, ann, text)
