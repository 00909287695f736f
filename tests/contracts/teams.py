"""Microsoft Teams, through Microsoft Graph v1.0 and the Workflows app, as of https://learn.microsoft.com on 2026-11-22.

The description at hand is Microsoft's OpenAPI file of 2023. What a workflow answers is not in it: Microsoft's page on
the trigger behind it says 202 without a body where no action of the workflow responds.
"""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping

from tests.contracts import Case, Contract, Event, Exchange

DOCS = "https://learn.microsoft.com/graph/api"
WORKFLOWS = "https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using"
OUTGOING = "https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook"
GRAPH = "https://graph.microsoft.com/v1.0"
TENANT, CLIENT = "2432b57b-0abd-43db-aa7b-16eadd115d34", "8ea0e38b-efb3-4757-924a-5f94061cf8c2"
TEAM, CHANNEL = "fbe2bf47-16c8-47cf-b4a5-4b9b187c508b", "19:4a95f7d8db4c4e7fae857bcebe0623e6@thread.tacv2"
MESSAGES = f"/teams/{TEAM}/channels/19%3A4a95f7d8db4c4e7fae857bcebe0623e6%40thread.tacv2/messages"
#: The form in which Teams shows it, with the word by which the suite looks for secrets.
TOKEN = base64.b64encode(b"thirty-two bytes make a good key").decode()[:-8] + "secret+="
WORKFLOW = "https://prod-11.westus.logic.azure.com/workflows/28a9/triggers/manual/paths/invoke"
QUERY = {"api-version": "2016-06-01", "sp": "/triggers/manual/run", "sv": "1.0", "sig": "secret-signature-123"}
WORKFLOW_URL = f"{WORKFLOW}?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=secret-signature-123"
CARD = {
    "type": "AdaptiveCard",
    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
    "version": "1.5",
    "body": [
        {"type": "TextBlock", "text": "Returns in October", "size": "Large", "weight": "Bolder", "wrap": True},
        {"type": "TextBlock", "text": "More lamps than in **September**.", "wrap": True},
        {"type": "FactSet", "facts": [{"title": "Lamps", "value": "31"}]},
    ],
    "msteams": {"width": "Full"},
    "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": "https://example.com/returns"}],
}
IN_WORDS = {
    "title": "Returns in October",
    "text": "More lamps than in **September**.",
    "facts": [{"title": "Lamps", "value": "31"}],
    "actions": [{"title": "Open", "url": "https://example.com/returns"}],
}
WHOLE = {"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "TextBlock", "text": "Hi"}], "lang": "en"}


def said(number: str, **fields: object) -> dict[str, object]:
    """A message as Graph shows it, https://learn.microsoft.com/graph/api/chatmessage-post (example 1)."""
    return {
        "id": number,
        "replyToId": None,
        "messageType": "message",
        "createdDateTime": "2026-11-20T03:53:52.035Z",
        "subject": None,
        "webUrl": f"https://teams.microsoft.com/l/message/{number}",
        "from": {"user": {"id": CLIENT, "displayName": "Robin Kline"}},
        "body": {"contentType": "text", "content": "Hello World"},
        "attachments": [],
        **fields,
    }


def in_graph(card: Mapping[str, object]) -> dict[str, object]:
    """A message with a card, https://learn.microsoft.com/graph/api/chatmessage-post (example 3)."""
    content = json.dumps(card)
    number = uuid.uuid5(uuid.NAMESPACE_OID, content).hex
    return {
        "body": {"contentType": "html", "content": f'<attachment id="{number}"></attachment>'},
        "attachments": [{"id": number, "contentType": "application/vnd.microsoft.card.adaptive", "content": content}],
    }


def by_workflow(card: Mapping[str, object]) -> Exchange:
    """What a workflow is told; no login goes there."""
    kind = "application/vnd.microsoft.card.adaptive"
    return Exchange(
        f"POST {WORKFLOW}",
        query=QUERY,
        json={"type": "message", "attachments": [{"contentType": kind, "content": card}]},
        sends={"authorization": None},
        status=202,
    )


def sign(raw: bytes, _now: float) -> dict[str, str]:
    """HMAC-SHA256 of the body in base64, with the decoded token as the key."""
    made = hmac.new(base64.b64decode(TOKEN), raw, hashlib.sha256).digest()
    return {"authorization": f"HMAC {base64.b64encode(made).decode()}"}


contract = Contract(
    base=GRAPH,
    tokens=f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token",
    checked_with="Microsoft Graph's OpenAPI description v1.0 (copy of 2023), as of 2026-11-22; not the workflow",
    credentials={
        "tenant_id": TENANT,
        "client_id": CLIENT,
        "client_secret": "secret-of-the-client-123",
        "refresh_token": "secret-refresh-token-123",
        "workflow_url": WORKFLOW_URL,
        "webhook_secret": TOKEN,
    },
    health=Exchange(
        "GET /me", response={"id": CLIENT, "displayName": "Robin Kline", "userPrincipalName": "robin@contoso.com"}
    ),
    logins={
        "a person, without the app's secret": (
            {"tenant_id": TENANT, "client_id": CLIENT, "refresh_token": "r"},
            {"authorization": "Bearer token-1"},
        )
    },
    actions={
        "list_teams": Case(
            {},
            (
                Exchange(
                    "GET /me/joinedTeams",
                    response={"value": [{"id": TEAM, "displayName": "Contoso Team", "description": "All of us"}]},
                ),
            ),
            [{"id": TEAM, "display_name": "Contoso Team"}],
        ),
        "list_channels": Case(
            {"team_id": TEAM, "limit": 2},
            (
                Exchange(
                    f"GET /teams/{TEAM}/channels",
                    response={
                        "value": [{"id": CHANNEL, "displayName": "General", "membershipType": "standard"}],
                        "@odata.nextLink": f"{GRAPH}/teams/{TEAM}/channels?$skiptoken=x",
                    },
                ),
                Exchange(
                    f"GET /teams/{TEAM}/channels",
                    query={"$skiptoken": "x"},
                    response={"value": [{"id": "19:b@thread.tacv2", "displayName": "Secret", "description": None}]},
                ),
            ),
            [{"id": CHANNEL, "display_name": "General"}, {"display_name": "Secret"}],
            docs=f"{DOCS}/channel-list and https://learn.microsoft.com/graph/paging: the token is of Graph's making",
        ),
        "send_message": Case(
            {"team_id": TEAM, "channel_id": CHANNEL, "text": "Hello *World*"},
            (
                Exchange(
                    f"POST {MESSAGES}",
                    json={"body": {"contentType": "text", "content": "Hello *World*"}},
                    status=201,
                    response=said("1616990032035"),
                ),
            ),
            {"id": "1616990032035"},
        ),
        "send_message: by workflow": Case(
            {"text": "Hello *World*\n\nAgain"},
            (
                by_workflow(
                    {
                        "type": "AdaptiveCard",
                        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                        "version": "1.5",
                        "body": [
                            {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "Hello *World*"}]},
                            {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "Again"}]},
                        ],
                        "msteams": {"width": "Full"},
                    }
                ),
            ),
            None,
            docs=f"{WORKFLOWS}: a workflow is no part of Graph",
        ),
        "send_card": Case(
            {"team_id": TEAM, "channel_id": CHANNEL, "card": IN_WORDS},
            (Exchange(f"POST {MESSAGES}", json=in_graph(CARD), status=201, response=said("1616991851162")),),
            {"id": "1616991851162"},
        ),
        "send_card: a whole one, by workflow": Case(
            {"card": WHOLE}, (by_workflow(WHOLE),), None, docs=f"{WORKFLOWS}: a workflow is no part of Graph"
        ),
        "reply_to_message": Case(
            {
                "team_id": TEAM,
                "channel_id": CHANNEL,
                "message_id": "1616990032035",
                "text": "<b>Hi</b>",
                "content_type": "html",
            },
            (
                Exchange(
                    f"POST {MESSAGES}/1616990032035/replies",
                    json={"body": {"contentType": "html", "content": "<b>Hi</b>"}},
                    status=201,
                    response=said("1616990171266", replyToId="1616990032035"),
                ),
            ),
            {"id": "1616990171266", "reply_to_id": "1616990032035"},
        ),
    },
    events={
        "message": Event(
            {
                "type": "message",
                "id": "1485983408511",
                "timestamp": "2026-11-22T05:00:00.000Z",
                "channelId": "msteams",
                "from": {
                    "id": "29:1XJKJMvc5GBtc2JwZq0oj8tHZmzrQgFmB39ATiQWA85gQtHieVkKilBZ9XHoq9j7Zaqt7CZ",
                    "name": "Larry",
                },
                "conversation": {"isGroup": True, "id": f"{CHANNEL};messageid=1485983408511"},
                "channelData": {"channel": {"id": CHANNEL}, "team": {"id": CHANNEL}, "tenant": {"id": TENANT}},
                "text": "<at>tieline</at> summarize this &amp; that\n",
            },
            docs=OUTGOING,
        )
    },
    sign=sign,
)
