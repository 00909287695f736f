"""What Slack refuses, and why: it answers 200 with `ok: false`."""

from collections.abc import Mapping

from tieline import ConnectorError
from tieline.errors import AuthFailed, Conflict, NotFound, RateLimited, Rejected, Unavailable
from tieline.transport.answers import peek
from tieline.transport.paging import dig
from tieline.transport.retry import retry_after
from tieline.transport.rules import Answer

#: Slack's words for what went wrong; every other word is a refusal.
#: https://docs.slack.dev/apis/web-api/#evaluating_responses and the pages of the methods.
_BY_WORD: Mapping[type[ConnectorError], str] = {
    AuthFailed: (
        "not_authed invalid_auth account_inactive token_revoked token_expired missing_scope no_permission"
        " not_allowed_token_type access_denied org_login_required ekm_access_denied team_access_not_granted"
        " enterprise_is_restricted restricted_action user_is_restricted not_in_channel cant_invite cannot_set_status"
        " two_factor_setup_required"
    ),
    NotFound: (
        "channel_not_found user_not_found users_not_found message_not_found thread_not_found file_not_found"
        " team_not_found view_not_found"
    ),
    Conflict: "name_taken already_in_channel hash_conflict duplicate_external_id",
    RateLimited: "ratelimited rate_limited",
    Unavailable: "fatal_error internal_error service_unavailable request_timeout team_added_to_org",
}
_KINDS = {word: kind for kind, words in _BY_WORD.items() for word in words.split()}
_HINTS = {
    "missing_scope": "Add {needed} to the app under OAuth & Permissions, and install it again.",
    "not_in_channel": "Invite the app to the channel.",
    "not_allowed_token_type": "This method needs another kind of token: a user's (xoxp-...) or a bot's (xoxb-...).",
    "channel_not_found": "Give the channel's id, and invite the app if it is private.",
    "invalid_blocks": "Try the blocks in Block Kit Builder.",
    "expired_trigger_id": "A trigger is good for three seconds: open the dialog sooner.",
    "exchanged_trigger_id": "A trigger is good for one dialog.",
}
_BY_KIND = {
    AuthFailed: "Check the token on the block, and what it is allowed to do.",
    RateLimited: "Try again later, or ask for fewer calls.",
    Unavailable: "See https://slack-status.com/.",
}


def read_error(answer: Answer) -> ConnectorError | None:
    """The error in an answer that says 200 and means something else."""
    said = peek(answer)
    if not answer.is_success or not isinstance(said, Mapping) or said.get("ok") is not False:
        return None
    word = str(said.get("error") or "unknown_error")
    kind = _KINDS.get(word, Rejected)
    messages = dig(said, "response_metadata.messages")
    details = "; ".join(map(str, messages))[:300] if isinstance(messages, list) else ""
    needed = f"the scope {said['needed']}" if said.get("needed") else "the missing scope"
    error = kind(
        f"Slack refused it: {word}{f' ({details})' if details else ''}.",
        hint=_HINTS.get(word, _BY_KIND.get(kind, "")).format(needed=needed),
        status=answer.status_code,
        code=word,
        retry_after=retry_after(answer),
    )
    if isinstance(error, Unavailable):
        # Slack says so itself of the first two; a request that timed out came in cut, and was not done.
        error.may_have_happened = word in {"fatal_error", "internal_error", "service_unavailable"}
    return error
