"""Salesforce: outbound messages of workflow rules, approval processes and flows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from tieline.errors import SignatureInvalid
from tieline.webhooks.delivery import Delivery, Facts, Reply, Webhook, digest
from tieline.webhooks.readers import word
from tieline.webhooks.verifiers import InQuery, same

#: The account's own objects are the events, in small letters: `opportunity`, `my_thing__c`.
EVENTS: tuple[str, ...] = ()

_OUTBOUND = "{http://soap.sforce.com/2005/09/outbound}"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
#: Ids come with 15 or 18 characters; the last three are a check sum.
_ID = 15
_ACK = b"""<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>\
<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>\
</soapenv:Body></soapenv:Envelope>"""


def read(delivery: Delivery) -> dict[str, Any] | None:
    """The message: its organization, its action, and its notifications. None for what is no such message."""
    try:
        root: Element = fromstring(delivery.raw, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):
        return None
    message = next(root.iter(f"{_OUTBOUND}notifications"), None)
    if message is None:
        return None
    return {
        "OrganizationId": message.findtext(f"{_OUTBOUND}OrganizationId", ""),
        "ActionId": message.findtext(f"{_OUTBOUND}ActionId", ""),
        "notifications": list(_notifications(message)),
    }


def _notifications(message: Element) -> Iterator[dict[str, Any]]:
    for one in message.iterfind(f"{_OUTBOUND}Notification"):
        thing = one.find(f"{_OUTBOUND}sObject")
        fields = {} if thing is None else {field.tag.rpartition("}")[2]: field.text or "" for field in thing}
        kind = "" if thing is None else thing.get(_TYPE, "").rpartition(":")[2]
        yield {"Id": one.findtext(f"{_OUTBOUND}Id", ""), "type": kind, "fields": fields}


def _ids(delivery: Delivery) -> str:
    """The notifications' ids, which stay when Salesforce sends them again."""
    ids = [one["Id"] for one in (read(delivery) or {}).get("notifications", [])]
    if not all(ids) or not ids:
        return digest(delivery)
    return word("+".join(ids)) or digest(Delivery({}, "+".join(ids).encode()))


def _part_event(part: Any) -> str:
    return word(part.get("type")).lower() if isinstance(part, dict) else ""


def _event(delivery: Delivery) -> str:
    parts = (read(delivery) or {}).get("notifications", [])
    return _part_event(parts[0]) if parts else ""


@dataclass(frozen=True)
class Organization(InQuery):
    """A token in our address. Where the secret is `ORGANIZATION:TOKEN`, the message must be from that one."""

    @property
    def says(self) -> str:
        """What is sent, and where."""
        return f"{super().says}; also the organization's id where the secret is `ORGANIZATION_ID:TOKEN`"

    def __call__(self, delivery: Delivery, secret: str, now: float) -> None:
        """Check it; see `Scheme`."""
        organization, _, token = secret.rpartition(":")
        super().__call__(delivery, token, now)
        message = read(delivery)
        if message is None:
            raise SignatureInvalid("The body is no outbound message of Salesforce.")
        if organization and not same(message["OrganizationId"][:_ID], organization[:_ID]):
            raise SignatureInvalid("The message is from another Salesforce organization.")

    def sign(self, delivery: Delivery, secret: str, now: float) -> Delivery:
        """The same delivery as the vendor would send it."""
        return super().sign(delivery, secret.rpartition(":")[2], now)


webhook = Webhook(
    verify=Organization("token"),
    event=_event,
    delivery=_ids,
    payload=read,
    parts="notifications",
    part_event=_part_event,
    reply=lambda _: Reply(200, _ACK, "text/xml; charset=utf-8"),
    media_types=("text/xml", "application/soap+xml"),
    facts=Facts(
        who="fields.LastModifiedById|fields.OwnerId",
        when="fields.LastModifiedDate|fields.SystemModstamp|fields.CreatedDate",
        subject="fields.Name|fields.Subject|fields.Id",
    ),
    guide="""\
Salesforce signs nothing here: the secret is in the address. Let only Salesforce's networks in (`webhook.allow_from`).

1. Choose a long random text. The block's secret is `ORGANIZATION_ID:TEXT` (**Setup → Company Information** shows the
   id), or the text alone.
2. **Setup → Outbound Messages → New**: choose the object and its fields, endpoint URL `{url}?token=TEXT`. Do not send
   the session ID.
3. Use it in a flow, a workflow rule or an approval process. **Outbound Message Delivery Status** shows what waits:
   Salesforce tries again for 24 hours.
""",
    caveat="Neither body nor time is signed: whoever learns the token and the id can send anything. A notification "
    "that comes again beside others counts as new: its `Id` tells.",
    docs="https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging_notifications.htm",
)
