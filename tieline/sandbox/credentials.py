"""The logins that the sandbox accepts. They open nothing but the sandbox."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Credentials:
    """What to fill into a connection that points at the sandbox."""

    zendesk_email: str = "agent@sandbox.test"
    zendesk_api_token: str = "sandbox-zendesk-token"  # noqa: S105 - known to everybody, on purpose
    zendesk_oauth_token: str = "sandbox-zendesk-oauth"  # noqa: S105 - as above
    freshdesk_api_key: str = "sandbox-freshdesk-key"
    jira_email: str = "tieline@sandbox.test"
    jira_api_token: str = "sandbox-jira-token"  # noqa: S105 - as above
    slack_bot_token: str = "xoxb-sandbox"  # noqa: S105 - as above
    slack_user_token: str = "xoxp-sandbox"  # noqa: S105 - as above; `users.profile.set` takes no bot token
    google_drive_client_id: str = "sandbox.apps.googleusercontent.com"
    google_drive_client_secret: str = "GOCSPX-sandbox"  # noqa: S105 - as above
    google_drive_refresh_token: str = "1//sandbox"  # noqa: S105 - as above
    notion_token: str = "ntn_sandbox"  # noqa: S105 - as above
    sharepoint_tenant_id: str = "84841066-274d-4ec0-a5c1-276be684bdd3"
    sharepoint_client_id: str = "1b8d1f5a-6d0e-4c0b-9a57-0f1d2c3b4a59"
    sharepoint_client_secret: str = "sandbox-sharepoint-secret"  # noqa: S105 - as above
    sharepoint_refresh_token: str = "sandbox-sharepoint-refresh"  # noqa: S105 - as above

    confluence_email: str = "wiki@sandbox.test"
    confluence_api_token: str = "sandbox-confluence-token"  # noqa: S105 - as above
    telegram_token: str = "110201543:sandbox-telegram-token"  # noqa: S105 - as above
    discord_token: str = "sandbox-discord-token"  # noqa: S105 - as above


CREDENTIALS = Credentials()
