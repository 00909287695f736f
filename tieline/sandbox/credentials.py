"""The logins that the sandbox accepts. They open nothing but the sandbox."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Credentials:
    """What to fill into a connection that points at the sandbox."""

    zendesk_email: str = "agent@sandbox.test"
    zendesk_api_token: str = "sandbox-zendesk-token"  # noqa: S105 - known to everybody, on purpose
    zendesk_oauth_token: str = "sandbox-zendesk-oauth"  # noqa: S105 - as above
    freshdesk_api_key: str = "sandbox-freshdesk-key"
    slack_bot_token: str = "xoxb-sandbox"  # noqa: S105 - as above
    slack_user_token: str = "xoxp-sandbox"  # noqa: S105 - as above; `users.profile.set` takes no bot token
    telegram_token: str = "110201543:sandbox-telegram-token"  # noqa: S105 - as above
    discord_token: str = "sandbox-discord-token"  # noqa: S105 - as above


CREDENTIALS = Credentials()
