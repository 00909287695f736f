"""Slack: a message with a field for the reason and buttons, and the clicks on them.

Pages: https://docs.slack.dev/reference/block-kit/blocks/input-block,
https://docs.slack.dev/reference/block-kit/block-elements/button-element,
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload

The reason is typed into the message itself: a dialog has to be opened within three seconds of the click, and that is
not to be promised where events wait for their turn.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from blocks.slack import SlackCredentials
from flows.approvals.words import answer
from flows.chat.slack import blocks, escaped
from tasks import slack
from tieline.approvals import Approval
from tieline.webhooks.readers import at

PREFIX = "tieline_approval_"
REASON = "reason"


class Click(NamedTuple):
    """What somebody clicked.

    Args:
        approval: Its id.
        decision: "approve" or "reject".
        reason: What was typed beside it.
        user: The person's id.
        name: How Slack calls the person.
        response_url: Where an answer goes that only this person sees.
    """

    approval: str
    decision: str
    reason: str
    user: str
    name: str
    response_url: str


async def show(approval: Approval, connection: SlackCredentials | str, target: str) -> str:
    """Post it in a channel, or to a person; channel and moment of the message."""
    about = answer(approval)
    what = blocks(about) + _buttons(approval)
    sent = await slack.send_message(connection, channel=target, text=escaped(about.plain), blocks=what)
    return f"{sent.channel}/{sent.ts}"


async def close(approval: Approval, connection: SlackCredentials | str, reference: str) -> None:
    """Show what was decided in place of the buttons."""
    channel, _, ts = reference.partition("/")
    about = answer(approval)
    await slack.update_message(connection, channel=channel, ts=ts, text=escaped(about.plain), blocks=blocks(about))


def read(payload: Any) -> Click | None:
    """The click on one of our buttons, if it is one."""
    action = str(at(payload, "actions.0.action_id"))
    if at(payload, "type") != "block_actions" or not action.startswith(PREFIX):
        return None
    decision = action.removeprefix(PREFIX)
    if decision not in {"approve", "reject"}:
        return None
    number = str(at(payload, "actions.0.value") or "")
    # The name of the block has the approval's id in it, and its dots and dashes are no path.
    values = (at(payload, "state.values") or {}).get(f"{PREFIX}{number}") or {}
    return Click(
        approval=number,
        decision=decision,
        reason=str((values.get(REASON) or {}).get("value") or ""),
        user=str(at(payload, "user.id") or ""),
        name=str(at(payload, "user.username") or at(payload, "user.name") or ""),
        response_url=str(at(payload, "response_url") or ""),
    )


async def may_decide(connection: SlackCredentials | str, approval: Approval, user: str) -> bool:
    """Whether a person is among those who decide: by the id, or as whom the workspace knows under an address."""
    if not user:
        return False
    if user in approval.approvers:
        return True
    for email in approval.approvers:
        # Not the address that the person claims: another workspace in a shared channel can claim any.
        found = await slack.find_user(connection, email=email) if "@" in email else None
        if found is not None and found.id == user:
            return True
    return False


def _buttons(approval: Approval) -> list[dict[str, Any]]:
    field = {"type": "plain_text_input", "action_id": REASON, "max_length": 500}
    return [
        {
            "type": "input",
            "block_id": f"{PREFIX}{approval.id}",
            "optional": True,
            "label": _plain("Reason (needed to reject)"),
            "element": field,
        },
        {
            "type": "actions",
            "elements": [
                _button(approval, "approve", "Approve", style="primary"),
                _button(approval, "reject", "Reject", style="danger"),
                *([_button(approval, "open", "Open", url=approval.link)] if approval.link else []),
            ],
        },
    ]


def _button(approval: Approval, does: str, says: str, **more: str) -> dict[str, Any]:
    return {"type": "button", "action_id": f"{PREFIX}{does}", "value": approval.id, "text": _plain(says), **more}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}
