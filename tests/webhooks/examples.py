"""One delivery of each vendor, as its documentation shows it (shortened), and what we must read in it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.webhooks import certificate
from tieline.webhooks import Delivery, find

NOW = 1_800_000_000.0
SECRET = "It's a Secret to Everybody"
OTHER = "Nobody's secret"
#: Airtable makes them, in base64.
MAC_SECRET = base64.b64encode(b"Airtable makes it itself").decode()
OTHER_MAC_SECRET = base64.b64encode(b"Another one of Airtable's").decode()
URL = "https://hooks.example.com/hooks/x/main"


@dataclass(frozen=True)
class Example:
    """What comes in, and what it says.

    Args:
        payload: The JSON body; or bytes, as they are; or None, for an empty body.
        event: Its name.
        number: Its number; "" where that is a digest.
        headers: Beside those of the signature.
        facts: Who, when (ISO 8601), subject, link.
        secret: What is on the block.
        key: What signs, if that is not the same.
        other: A secret of the same kind that is another one.
        tampered: A body that nobody signed; by default one with a blank more.
        signature: Dotted path of the signature, where it is in the body.
        body_signed: Whether the signature covers the body.
        parts: The names of the events in it, where there may be several.
    """

    payload: Any
    event: str
    number: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[str, str, str, str] = ("", "", "", "")
    secret: str = SECRET
    key: str = ""
    other: str = OTHER
    tampered: bytes = b""
    signature: str = ""
    body_signed: bool = True
    parts: tuple[str, ...] = ()

    @property
    def raw(self) -> bytes:
        if isinstance(self.payload, bytes):
            return self.payload
        return b"" if self.payload is None else json.dumps(self.payload).encode()

    @property
    def unsigned(self) -> Delivery:
        return Delivery({name.lower(): value for name, value in self.headers.items()}, self.raw, url=URL)


def signed(system: str, now: float = NOW) -> Delivery:
    """The vendor's delivery, signed with our own signer."""
    example = EXAMPLES[system]
    sign = find(system).sign
    assert sign is not None
    return sign(example.unsigned, example.key or example.secret, now)


def _ed25519() -> tuple[str, str]:
    key = ed25519.Ed25519PrivateKey.generate()
    return key.private_bytes_raw().hex(), key.public_key().public_bytes_raw().hex()


def _p256() -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(private).decode(), base64.b64encode(public).decode()


DISCORD, OTHER_DISCORD = _ed25519(), _ed25519()
SENDGRID, OTHER_SENDGRID = _p256(), _p256()
TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces"
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_WHSEC = "whsec_" + base64.b64encode(b"n" * 24).decode()
TEAMS = base64.b64encode(b"t" * 32).decode()
SALESFORCE = b"""<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>
<notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>00D240000000abcEAA</OrganizationId>
<ActionId>04k24000000XyzAAA</ActionId><SessionId xsi:nil="true"/>
<EnterpriseUrl>https://acme.my.salesforce.com</EnterpriseUrl>
<Notification><Id>04l0800002nrC5BAAU</Id>
<sObject xsi:type="sf:Opportunity" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
<sf:Id>0060800000abcdEAAR</sf:Id><sf:Name>A big deal</sf:Name>
<sf:LastModifiedDate>2026-11-22T05:00:00.000Z</sf:LastModifiedDate>
</sObject></Notification>
</notifications></soapenv:Body></soapenv:Envelope>"""
SNS_MESSAGE = {
    "Message": json.dumps(
        {"eventType": "Bounce", "mail": {"source": "ann@example.com", "commonHeaders": {"subject": "Hi"}}}
    ),
    "Type": "Notification",
    "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
    "TopicArn": TOPIC,
    "Timestamp": "2027-01-15T08:00:00.000Z",
}

EXAMPLES: dict[str, Example] = {
    "airtable": Example(
        {
            "base": {"id": "app00000000000000"},
            "webhook": {"id": "ach00000000000000"},
            "timestamp": "2022-02-01T21:25:05.663Z",
        },
        "base.changed",
        secret=MAC_SECRET,
        other=OTHER_MAC_SECRET,
        facts=("", "2022-02-01T21:25:05.663Z", "app00000000000000", ""),
    ),
    "asana": Example(
        {
            "events": [
                {
                    "user": {"gid": "12345", "resource_type": "user", "name": "Greg Sanchez"},
                    "created_at": "2026-11-22T05:00:00.123Z",
                    "action": "changed",
                    "resource": {"gid": "1337", "resource_type": "task", "name": "Bug Task"},
                    "change": {"field": "assignee", "action": "changed"},
                },
                {"action": "added", "resource": {"gid": "1338", "resource_type": "story"}},
            ]
        },
        "task.changed",
        facts=("Greg Sanchez", "2026-11-22T05:00:00.123Z", "Bug Task", ""),
        parts=("task.changed", "story.added"),
    ),
    "bitbucket": Example(
        {
            "actor": {"display_name": "Emma"},
            "pullrequest": {
                "id": 1,
                "title": "Title of pull request",
                "updated_on": "2026-11-22T05:00:00.000000+00:00",
                "links": {"html": {"href": "https://bitbucket.org/acme/web/pull-requests/1"}},
            },
        },
        "pull_request.opened",
        "6f5a2b1c",
        {
            "X-Event-Key": "pullrequest:created",
            "X-Request-UUID": "6f5a2b1c",
            "X-Hook-UUID": "aa",
            "X-Attempt-Number": "1",
        },
        ("Emma", "2026-11-22T05:00:00Z", "Title of pull request", "https://bitbucket.org/acme/web/pull-requests/1"),
    ),
    "circleci": Example(
        {
            "id": "3888f21b-eaa7-38e3-8f3d-75a63bba8895",
            "type": "workflow-completed",
            "happened_at": "2026-11-22T05:00:00.317Z",
            "workflow": {"name": "build-and-test", "status": "success", "url": "https://app.circleci.com/w/1"},
            "pipeline": {"vcs": {"commit": {"author": {"name": "Ann"}}}},
        },
        "workflow-completed",
        "3888f21b-eaa7-38e3-8f3d-75a63bba8895",
        facts=("Ann", "2026-11-22T05:00:00.317Z", "build-and-test", "https://app.circleci.com/w/1"),
    ),
    "confluence": Example(
        {
            "timestamp": 1_795_323_600_000,
            "event": "page_created",
            "userKey": "ff8",
            "page": {"title": "Plans", "self": "https://wiki.acme.test/x"},
        },
        "page_created",
        facts=("ff8", "2026-11-22T05:00:00Z", "Plans", "https://wiki.acme.test/x"),
    ),
    "custom": Example({"type": "Thing Made", "id": 1}, "thing_made"),
    "datadog": Example(
        {
            "id": "5678",
            "alert_transition": "Re-Triggered",
            "title": "[Triggered] [Memory Alert]",
            "date": "1795323600000",
            "link": "https://app.datadoghq.com/event/5678",
            "user": "ann",
        },
        "re-triggered",
        "5678:1795323600000",
        facts=("ann", "2026-11-22T05:00:00Z", "[Triggered] [Memory Alert]", "https://app.datadoghq.com/event/5678"),
        body_signed=False,
    ),
    "discord": Example(
        {
            "id": "846462639134605312",
            "type": 2,
            "token": "A_UNIQUE_TOKEN",
            "member": {"user": {"id": "53908232506183680", "username": "Mason"}},
            "data": {"name": "cardsearch", "type": 1},
        },
        "application_command",
        "846462639134605312",
        facts=("Mason", "", "cardsearch", ""),
        secret=DISCORD[1],
        key=DISCORD[0],
        other=OTHER_DISCORD[1],
    ),
    "freshdesk": Example(
        {
            "event": "ticket_created",
            "ticket_id": 7,
            "subject": "Fire!",
            "requester": "ann@example.com",
            "url": "https://acme.freshdesk.com/a/tickets/7",
        },
        "ticket_created",
        facts=("ann@example.com", "", "Fire!", "https://acme.freshdesk.com/a/tickets/7"),
        body_signed=False,
    ),
    "github": Example(
        {
            "action": "opened",
            "issue": {
                "number": 1347,
                "title": "Found a bug",
                "updated_at": "2026-11-22T05:00:00Z",
                "html_url": "https://github.com/octocat/Hello-World/issues/1347",
            },
            "sender": {"login": "octocat"},
        },
        "issues.opened",
        "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        {"X-GitHub-Event": "issues", "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958"},
        ("octocat", "2026-11-22T05:00:00Z", "Found a bug", "https://github.com/octocat/Hello-World/issues/1347"),
    ),
    "gitbook": Example(
        {
            "eventId": "evt_3456789012cdefgh",
            "type": "page_feedback",
            "spaceId": "space_xyz789",
            "feedback": {"rating": "good", "comment": "This page was very helpful!"},
            "visitor": {"anonymousId": "anon_789ghi"},
            "url": "https://docs.example.com/api-reference",
        },
        "page_feedback",
        "evt_3456789012cdefgh",
        facts=("anon_789ghi", "", "This page was very helpful!", "https://docs.example.com/api-reference"),
    ),
    "gitlab": Example(
        {
            "object_kind": "merge_request",
            "user": {"name": "Administrator"},
            "object_attributes": {
                "title": "MS-Viewport",
                "action": "open",
                "updated_at": "2026-11-22 05:00:00 UTC",
                "url": "https://gitlab.example.com/d/1",
            },
        },
        "pull_request.opened",
        "5c1c5b82",
        {"X-Gitlab-Event": "Merge Request Hook", "webhook-id": "5c1c5b82"},
        ("Administrator", "2026-11-22T05:00:00Z", "MS-Viewport", "https://gitlab.example.com/d/1"),
        secret=WHSEC,
        other=OTHER_WHSEC,
    ),
    "google_drive": Example(
        None,
        "update",
        "4ba78bf0:10",
        {
            "X-Goog-Channel-ID": "4ba78bf0",
            "X-Goog-Message-Number": "10",
            "X-Goog-Resource-ID": "ret08u3rv24htgh289g",
            "X-Goog-Resource-State": "update",
            "X-Goog-Resource-URI": "https://www.googleapis.com/drive/v3/files/ret08u3rv24htgh289g",
            "X-Goog-Changed": "content,properties",
        },
        ("", "", "ret08u3rv24htgh289g", "https://www.googleapis.com/drive/v3/files/ret08u3rv24htgh289g"),
        body_signed=False,
    ),
    "grafana": Example(
        {
            "receiver": "My Super Webhook",
            "status": "firing",
            "alerts": [
                {
                    "status": "firing",
                    "labels": {"alertname": "High memory usage", "instance": "web-1"},
                    "startsAt": "2026-11-22T05:00:00Z",
                    "generatorURL": "https://play.grafana.org/alerting/1",
                    "fingerprint": "c6eadffa33fcdf37",
                },
                {"status": "resolved", "labels": {"alertname": "Disk"}},
            ],
        },
        "alert.firing",
        facts=("web-1", "2026-11-22T05:00:00Z", "High memory usage", "https://play.grafana.org/alerting/1"),
        parts=("alert.firing", "alert.resolved"),
    ),
    "intercom": Example(
        {
            "type": "notification_event",
            "id": "notif_ccd8a4d0-f965-11e3-a367-c779cae3e1b3",
            "topic": "conversation.user.created",
            "created_at": 1_795_323_600,
            "data": {"item": {"source": {"author": {"name": "Ann"}, "subject": "Help"}}},
        },
        "conversation.user.created",
        "notif_ccd8a4d0-f965-11e3-a367-c779cae3e1b3",
        facts=("Ann", "2026-11-22T05:00:00Z", "Help", ""),
    ),
    "jenkins": Example(
        {
            "name": "asgard",
            "url": "job/asgard/",
            "build": {
                "full_url": "http://localhost:8080/job/asgard/18/",
                "number": 18,
                "phase": "COMPLETED",
                "status": "SUCCESS",
                "timestamp": 1_795_323_600_000,
            },
        },
        "build.completed",
        "job/asgard/:18:COMPLETED:1795323600000",
        facts=("", "2026-11-22T05:00:00Z", "asgard", "http://localhost:8080/job/asgard/18/"),
        body_signed=False,
    ),
    "jira": Example(
        {
            "timestamp": 1_795_323_600_000,
            "webhookEvent": "jira:issue_created",
            "user": {"displayName": "Bryan Rollins"},
            "issue": {
                "key": "JRA-20002",
                "self": "https://acme.atlassian.net/rest/api/2/issue/99291",
                "fields": {"summary": "I feel the need for speed"},
            },
        },
        "issue_created",
        "1a2b",
        {"X-Atlassian-Webhook-Identifier": "1a2b"},
        (
            "Bryan Rollins",
            "2026-11-22T05:00:00Z",
            "I feel the need for speed",
            "https://acme.atlassian.net/browse/JRA-20002",
        ),
    ),
    "linear": Example(
        {
            "action": "create",
            "type": "Issue",
            "actor": {"name": "Ann"},
            "createdAt": "2026-11-22T05:00:00.000Z",
            "data": {"title": "Added a comment", "id": "2174add1"},
            "url": "https://linear.app/issue/LIN-1778",
            "webhookTimestamp": 1,
        },
        "issue.create",
        "234d1a4e-b617-4388-90fe-adc3633d6b72",
        {"Linear-Delivery": "234d1a4e-b617-4388-90fe-adc3633d6b72", "Linear-Event": "Issue"},
        ("Ann", "2026-11-22T05:00:00Z", "Added a comment", "https://linear.app/issue/LIN-1778"),
    ),
    "mailgun": Example(
        {
            "signature": {"token": "a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0"},
            "event-data": {
                "id": "DACSsAdVSeGpLid7TN03WA",
                "event": "opened",
                "timestamp": 1_795_323_600.5,
                "recipient": "alice@example.com",
                "message": {"headers": {"subject": "Test subject"}},
            },
        },
        "opened",
        "a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0",
        facts=("alice@example.com", "2026-11-22T05:00:00.500Z", "Test subject", ""),
        signature="signature.signature",
        body_signed=False,
    ),
    "microsoft_graph": Example(
        {
            "value": [
                {
                    "id": "lsgTZMr9KwAAA",
                    "subscriptionId": "7f105c7d",
                    "changeType": "created",
                    "resource": "users/1/messages/2",
                    "tenantId": "84bd8158",
                    "resourceData": {"@odata.type": "#Microsoft.Graph.Message", "id": "2"},
                },
                {"id": "lsgTZMr9KwAAB", "lifecycleEvent": "missed", "subscriptionId": "7f105c7d"},
            ]
        },
        "message.created",
        "ids:" + hashlib.sha256(b"lsgTZMr9KwAAA lsgTZMr9KwAAB").hexdigest(),
        facts=("84bd8158", "", "users/1/messages/2", ""),
        signature="value.1.clientState",
        body_signed=False,
        parts=("message.created", "lifecycle.missed"),
    ),
    "notion": Example(
        {
            "id": "367cba44-b6f3-4c92-81e7-6a2e9659efd4",
            "timestamp": "2026-11-22T05:00:00.000Z",
            "type": "page.created",
            "authors": [{"id": "c7c11cca", "type": "person"}],
            "entity": {"id": "153104cd", "type": "page"},
        },
        "page.created",
        "367cba44-b6f3-4c92-81e7-6a2e9659efd4",
        facts=("c7c11cca", "2026-11-22T05:00:00Z", "page", ""),
    ),
    "pagerduty": Example(
        {
            "event": {
                "id": "5ac64822-4adc-4fda-ade0-410becf0de4f",
                "event_type": "incident.priority_updated",
                "occurred_at": "2026-11-22T05:00:00.0Z",
                "agent": {"summary": "Tenex Engineer"},
                "data": {
                    "title": "A little bump in the road",
                    "html_url": "https://acme.pagerduty.com/incidents/PGR0VU2",
                },
            }
        },
        "incident.priority_updated",
        "5ac64822-4adc-4fda-ade0-410becf0de4f",
        facts=(
            "Tenex Engineer",
            "2026-11-22T05:00:00Z",
            "A little bump in the road",
            "https://acme.pagerduty.com/incidents/PGR0VU2",
        ),
    ),
    "salesforce": Example(
        SALESFORCE,
        "opportunity",
        "04l0800002nrC5BAAU",
        facts=("", "2026-11-22T05:00:00Z", "A big deal", ""),
        secret="00D240000000abc:a-long-token",
        other="00D240000000abc:another-token",
        body_signed=False,
        parts=("opportunity",),
    ),
    "sendgrid": Example(
        json.dumps(
            [{"email": "hello@world.com", "event": "dropped", "reason": "Bounced Address", "timestamp": 1_795_323_600}]
        ).encode()
        + b"\r\n",
        "dropped",
        facts=("hello@world.com", "2026-11-22T05:00:00Z", "Bounced Address", ""),
        secret=SENDGRID[1],
        key=SENDGRID[0],
        other=OTHER_SENDGRID[1],
        parts=("dropped",),
    ),
    "sentry": Example(
        {
            "action": "created",
            "actor": {"type": "application", "name": "Sentry"},
            "data": {
                "issue": {
                    "title": "ReferenceError: x",
                    "lastSeen": "2026-11-22T05:00:00Z",
                    "web_url": "https://acme.sentry.io/issues/1/",
                }
            },
        },
        "issue.created",
        "8a7c",
        {"Sentry-Hook-Resource": "issue", "Request-ID": "8a7c", "Sentry-Hook-Timestamp": "1"},
        ("Sentry", "2026-11-22T05:00:00Z", "ReferenceError: x", "https://acme.sentry.io/issues/1/"),
    ),
    "sharepoint": Example(
        {
            "value": [
                {
                    "id": "lsgTZMr9KwAAA",
                    "subscriptionId": "7f105c7d",
                    "changeType": "updated",
                    "resource": "drives/b!t18F8ybs/root",
                    "tenantId": "84bd8158",
                    "resourceData": {"@odata.type": "#Microsoft.Graph.DriveItem"},
                },
                {"id": "lsgTZMr9KwAAB", "lifecycleEvent": "reauthorizationRequired", "subscriptionId": "7f105c7d"},
            ]
        },
        "drive_changed",
        "ids:" + hashlib.sha256(b"lsgTZMr9KwAAA lsgTZMr9KwAAB").hexdigest(),
        facts=("84bd8158", "", "drives/b!t18F8ybs/root", ""),
        signature="value.1.clientState",
        body_signed=False,
        parts=("drive_changed", "reauthorization_required"),
    ),
    "shopify": Example(
        {
            "id": 820982911946154508,
            "email": "jon@example.com",
            "name": "#9999",
            "updated_at": "2026-11-22T00:00:00-05:00",
        },
        "orders.create",
        "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        {"X-Shopify-Topic": "orders/create", "X-Shopify-Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"},
        ("jon@example.com", "2026-11-22T05:00:00Z", "#9999", ""),
    ),
    "slack": Example(
        {
            "type": "event_callback",
            "event_id": "Ev0PV52K21",
            "event_time": 1_795_323_600,
            "event": {"type": "message", "user": "U2147483697", "text": "Hello"},
        },
        "message",
        "Ev0PV52K21",
        facts=("U2147483697", "2026-11-22T05:00:00Z", "Hello", ""),
    ),
    "snyk": Example(
        {
            "project": {
                "name": "snyk/goof",
                "browseUrl": "https://app.snyk.io/org/1",
                "lastTestedDate": "2026-11-22T05:00:00.000Z",
            },
            "org": {"name": "My Org"},
            "newIssues": [],
        },
        "project_snapshot",
        "998fe884",
        {"X-Snyk-Event": "project_snapshot/v0", "X-Snyk-Transport-ID": "998fe884"},
        ("My Org", "2026-11-22T05:00:00Z", "snyk/goof", "https://app.snyk.io/org/1"),
    ),
    "sns": Example(
        SNS_MESSAGE,
        "ses.bounce",
        "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        facts=("ann@example.com", "2027-01-15T08:00:00Z", "Hi", ""),
        secret=TOPIC,
        key=certificate.KEY,
        other=TOPIC.replace("bounces", "others"),
        tampered=json.dumps({**SNS_MESSAGE, "Message": "Another one"}).encode(),
        signature="Signature",
    ),
    "sonarqube": Example(
        {
            "serverUrl": "http://localhost:9000",
            "taskId": "AVh21JS2JepAEhwQ-b3u",
            "status": "SUCCESS",
            "analysedAt": "2026-11-22T06:00:00+0100",
            "project": {"key": "myproject", "name": "My Project", "url": "https://sonar.acme.test/dashboard"},
            "qualityGate": {"name": "SonarQube way", "status": "ERROR"},
        },
        "quality_gate.error",
        "AVh21JS2JepAEhwQ-b3u",
        facts=("", "2026-11-22T05:00:00Z", "My Project", "https://sonar.acme.test/dashboard"),
    ),
    "standard": Example(
        {"type": "contact.created", "timestamp": "2026-11-22T05:00:00.0Z", "data": {"id": "1f81eb52"}},
        "contact.created",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        {"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek"},
        ("", "2026-11-22T05:00:00Z", "1f81eb52", ""),
        secret=WHSEC,
        other=OTHER_WHSEC,
    ),
    "stripe": Example(
        {
            "id": "evt_1NG8Du2eZvKYlo2CUI79vXWy",
            "type": "invoice.paid",
            "created": 1_795_323_600,
            "data": {
                "object": {
                    "number": "A-1",
                    "customer_email": "ann@example.com",
                    "hosted_invoice_url": "https://invoice.stripe.com/i/1",
                }
            },
        },
        "invoice.paid",
        "evt_1NG8Du2eZvKYlo2CUI79vXWy",
        facts=("ann@example.com", "2026-11-22T05:00:00Z", "A-1", "https://invoice.stripe.com/i/1"),
    ),
    "teams": Example(
        {
            "type": "message",
            "id": "1485983408511",
            "timestamp": "2026-11-22T05:00:00.000Z",
            "from": {"name": "Larry"},
            "text": "<at>tieline</at> help",
        },
        "message",
        "1485983408511",
        facts=("Larry", "2026-11-22T05:00:00Z", "<at>tieline</at> help", ""),
        secret=TEAMS,
        other=base64.b64encode(b"u" * 32).decode(),
    ),
    "telegram": Example(
        {
            "update_id": 10000,
            "message": {"message_id": 1365, "date": 1_795_323_600, "from": {"username": "Test"}, "text": "/start"},
        },
        "message",
        "10000",
        facts=("Test", "2026-11-22T05:00:00Z", "/start", ""),
        body_signed=False,
    ),
    "trello": Example(
        {
            "action": {
                "id": "51f9424bcd6e040f3c002412",
                "type": "updateCard",
                "date": "2026-11-22T05:00:00.000Z",
                "memberCreator": {"fullName": "Doug Patti"},
                "data": {"card": {"name": "Grow", "shortLink": "dTwz9ygv"}},
            }
        },
        "card_updated",
        "51f9424bcd6e040f3c002412",
        facts=("Doug Patti", "2026-11-22T05:00:00Z", "Grow", "https://trello.com/c/dTwz9ygv"),
    ),
    "webex": Example(
        {
            "id": "hook",
            "resource": "messages",
            "event": "created",
            "actorId": "a",
            "data": {"id": "Y2lzY29z", "personEmail": "matt@example.com", "created": "2026-11-22T05:00:00.000Z"},
        },
        "messages.created",
        "messages.created:Y2lzY29z",
        facts=("matt@example.com", "2026-11-22T05:00:00Z", "Y2lzY29z", ""),
    ),
    "webflow": Example(
        {
            "triggerType": "form_submission",
            "payload": {
                "name": "Contact Us",
                "id": "6321ca84df3949bfc6752327",
                "submittedAt": "2026-11-22T05:00:00.000Z",
                "data": {"email": "ann@example.com"},
            },
        },
        "form_submission",
        "6321ca84df3949bfc6752327",
        facts=("ann@example.com", "2026-11-22T05:00:00Z", "Contact Us", ""),
    ),
    "zendesk": Example(
        {
            "id": "2b24ef10",
            "type": "zen:event-type:ticket.created",
            "time": "2026-11-22T05:00:00Z",
            "detail": {"id": "35436", "subject": "My printer is on fire!", "actor_id": "8447388090494"},
            "event": {},
        },
        "ticket.created",
        "2b24ef10",
        facts=("8447388090494", "2026-11-22T05:00:00Z", "My printer is on fire!", ""),
    ),
    "zendesk_help_center": Example(
        {
            "type": "zen:event-type:article.published",
            "id": "01GX4P86AC7T0AFF86QGAHTEFR",
            "time": "2026-11-22T05:00:00Z",
            "detail": {"brand_id": "224348602", "id": "7005414006398"},
            "event": {"author_id": "225859532", "locale": "en-us", "title": "Dolor est quo ratione."},
        },
        "article.published",
        "01GX4P86AC7T0AFF86QGAHTEFR",
        facts=("225859532", "2026-11-22T05:00:00Z", "Dolor est quo ratione.", ""),
    ),
    "zoom": Example(
        {
            "event": "meeting.started",
            "event_ts": 1_795_323_600_000,
            "payload": {"account_id": "AAAAAABBBB", "object": {"topic": "My Meeting", "host_email": "ann@example.com"}},
        },
        "meeting.started",
        facts=("ann@example.com", "2026-11-22T05:00:00Z", "My Meeting", ""),
    ),
}

SLASH = urlencode(
    {"command": "/weather", "text": "94070", "user_name": "ann", "trigger_id": "13345224609.738474920"}
).encode()
CLICK = urlencode(
    {"payload": json.dumps({"type": "block_actions", "trigger_id": "123.456", "user": {"username": "ann"}})}
).encode()
