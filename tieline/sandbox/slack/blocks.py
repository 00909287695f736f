"""Checks blocks the way Slack does before it shows them.

Reference: https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Callable
from typing import Any

from tieline.sandbox.happening import Record
from tieline.sandbox.slack.wire import SlackError

MOST_IN_MESSAGE = 50
MOST_IN_MODAL = 100
_SECTION, _FIELD, _HEADER, _BLOCK_ID, _MARKDOWN = 3000, 2000, 150, 255, 12_000
_FIELDS, _CONTEXT, _ACTIONS = 10, 10, 25
_BUTTON = 75
_LIMITS = {"action_id": 255, "value": 2000, "url": 3000}

Problems = list[tuple[str, str]]
"""What is wrong, and where (a JSON pointer)."""


def check(blocks: Any, most: int = MOST_IN_MESSAGE, where: str = "/blocks") -> None:
    """Refuse blocks that Slack would refuse: `invalid_blocks` with the places."""
    problems: Problems = []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if len(blocks) > most:
        problems.append((f"no more than {most} items allowed", where))
    for i, block in enumerate(blocks):
        _block(block, f"{where}/{i}", problems)
    if problems:
        texts = [f"{text} [json-pointer:{place}]" for text, place in problems]
        messages = [f"[ERROR] {text}" for text in texts]
        raise SlackError("invalid_blocks", errors=texts, response_metadata={"messages": messages})


def _block(block: Any, where: str, problems: Problems) -> None:
    if not isinstance(block, dict):
        problems.append(("must be an object", where))
        return
    checker = _CHECKS.get(block.get("type", ""))
    if checker is None:
        problems.append((f"unsupported type: {block.get('type')}", where))
        return
    if len(str(block.get("block_id", ""))) > _BLOCK_ID:
        problems.append((f"must be less than {_BLOCK_ID + 1} characters", f"{where}/block_id"))
    checker(block, where, problems)


def _text(value: Any, most: int, where: str, problems: Problems, kinds: tuple[str, ...]) -> None:
    """A text object."""
    if not isinstance(value, dict) or value.get("type") not in kinds:
        problems.append((f"must be a {' or '.join(kinds)} object", where))
    elif not isinstance(value.get("text"), str) or not value["text"]:
        problems.append(("must be more than 0 characters", f"{where}/text"))
    elif len(value["text"]) > most:
        problems.append((f"must be less than {most + 1} characters", f"{where}/text"))


_ANY = ("mrkdwn", "plain_text")
_PLAIN = ("plain_text",)


def _section(block: Record, where: str, problems: Problems) -> None:
    if "text" not in block and "fields" not in block:
        problems.append(("missing required field: text or fields", where))
    if "text" in block:
        _text(block["text"], _SECTION, f"{where}/text", problems, _ANY)
    fields = block.get("fields", [])
    _size(fields, 0, _FIELDS, f"{where}/fields", problems)
    for i, field in enumerate(fields if isinstance(fields, list) else []):
        _text(field, _FIELD, f"{where}/fields/{i}", problems, _ANY)


def _header(block: Record, where: str, problems: Problems) -> None:
    _text(block.get("text"), _HEADER, f"{where}/text", problems, _PLAIN)


def _context(block: Record, where: str, problems: Problems) -> None:
    elements = block.get("elements")
    _size(elements, 1, _CONTEXT, f"{where}/elements", problems)
    for i, element in enumerate(elements if isinstance(elements, list) else []):
        if not isinstance(element, dict) or element.get("type") != "image":
            _text(element, _SECTION, f"{where}/elements/{i}", problems, _ANY)


def _actions(block: Record, where: str, problems: Problems) -> None:
    elements = block.get("elements")
    _size(elements, 1, _ACTIONS, f"{where}/elements", problems)
    for i, element in enumerate(elements if isinstance(elements, list) else []):
        _element(element, f"{where}/elements/{i}", problems)


def _element(element: Any, where: str, problems: Problems) -> None:
    """A button, see https://docs.slack.dev/reference/block-kit/block-elements/button-element; others by their id."""
    if not isinstance(element, dict):
        problems.append(("must be an object", where))
        return
    for name, most in _LIMITS.items():
        if len(str(element.get(name, ""))) > most:
            problems.append((f"must be less than {most + 1} characters", f"{where}/{name}"))
    if element.get("type") == "button":
        _text(element.get("text"), _BUTTON, f"{where}/text", problems, _PLAIN)
        if element.get("style", "primary") not in {"primary", "danger"}:
            problems.append(("must be one of primary, danger", f"{where}/style"))


def _image(block: Record, where: str, problems: Problems) -> None:
    if not block.get("image_url") and not block.get("slack_file"):
        problems.append(("missing required field: image_url", where))
    if not block.get("alt_text"):
        problems.append(("missing required field: alt_text", where))


def _input(block: Record, where: str, problems: Problems) -> None:
    _text(block.get("label"), _FIELD, f"{where}/label", problems, _PLAIN)
    if not isinstance(block.get("element"), dict):
        problems.append(("missing required field: element", where))
    else:
        _element(block["element"], f"{where}/element", problems)


def _markdown(block: Record, where: str, problems: Problems) -> None:
    text = block.get("text")
    if not isinstance(text, str) or not 0 < len(text) <= _MARKDOWN:
        problems.append((f"must be 1 to {_MARKDOWN} characters", f"{where}/text"))


def _rich_text(block: Record, where: str, problems: Problems) -> None:
    if not isinstance(block.get("elements"), list):
        problems.append(("missing required field: elements", where))


def _nothing(_block: Record, _where: str, _problems: Problems) -> None:
    pass


def _size(items: Any, least: int, most: int, where: str, problems: Problems) -> None:
    if not isinstance(items, list) or not least <= len(items) <= most:
        problems.append((f"must have {least} to {most} items", where))


_CHECKS: dict[str, Callable[[Record, str, Problems], None]] = {
    "section": _section,
    "header": _header,
    "divider": _nothing,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "file": _nothing,
    "video": _nothing,
}
