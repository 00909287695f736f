"""Amazon SNS: notifications, those of SES and of CloudWatch alarms among them."""

from collections.abc import Sequence
from typing import Any

import orjson

from tieline.webhooks.delivery import Delivery, Facts, Handshake, Reply, Webhook
from tieline.webhooks.readers import at, body, numbered, word, words
from tieline.webhooks.sns import Sns, pinned, prepare
from tieline.webhooks.verifiers import same

# SES: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
EVENTS = words("""
    notification alarm.alarm alarm.insufficient_data alarm.ok ses.bounce ses.click ses.complaint ses.delivery
    ses.deliverydelay ses.open ses.received ses.reject ses.rendering_failure ses.send ses.subscription
""")


def _payload(delivery: Delivery) -> Any:
    """The envelope; its `Message` is read where it is JSON."""
    envelope = delivery.json
    text = at(envelope, "Message")
    if not isinstance(text, str) or not text.startswith("{"):
        return envelope
    try:
        return {**envelope, "Message": orjson.loads(text)}
    except orjson.JSONDecodeError:
        return envelope


def _event(delivery: Delivery) -> str:
    """`ses.bounce` or `alarm.ok` where SES or CloudWatch speak, else `notification`."""
    message = at(_payload(delivery), "Message")
    kind = word(at(message, "eventType")) or word(at(message, "notificationType"))
    if kind:
        return f"ses.{kind.lower().replace(' ', '_')}"
    state = word(at(message, "NewStateValue"))
    if state:
        return f"alarm.{state.lower()}"
    return body("Type")(delivery).lower()


def _confirm(delivery: Delivery, secrets: Sequence[str]) -> Reply | None:
    """SNS wants to see that we want its topic: we do if it is the block's, and fetch the address that it names."""
    message = delivery.json
    if at(message, "Type") == "UnsubscribeConfirmation":
        return Reply(200, notice="SNS says that the subscription of the topic was cancelled.")
    if at(message, "Type") != "SubscriptionConfirmation":
        return None
    topic = next((one for one in secrets if same(str(at(message, "TopicArn")), one)), "")
    return Reply(
        200,
        confirm=pinned(at(message, "SubscribeURL"), topic),
        notice="SNS asked whether we want this topic, and was told yes.",
    )


webhook = Webhook(
    verify=Sns(),
    event=_event,
    delivery=numbered(body("MessageId")),
    payload=_payload,
    prepare=prepare,
    handshakes=(Handshake(_confirm),),
    # SNS says text/plain.
    media_types=(),
    facts=Facts(
        who="Message.mail.source|Message.AWSAccountId",
        when="Timestamp",
        subject="Message.mail.commonHeaders.subject|Message.AlarmName|Subject|TopicArn",
    ),
    guide="""\
1. The block's secret is the **ARN of the topic**, such as `arn:aws:sns:eu-west-1:123456789012:bounces`: messages of
   every other topic are refused. SNS signs with its own certificate; this machine must reach `https://sns.REGION.amazonaws.com`.
2. Start the gateway. In SNS open the topic, **Create subscription**: protocol HTTPS, endpoint `{url}`, raw message
   delivery **off**. We confirm the subscription by ourselves.
3. For SES: **Configuration sets → Event destinations**, or the identity's **Notifications**, with this topic.
4. Set the topic's *SignatureVersion* to 2 (SHA-256), if you can: `aws sns set-topic-attributes --topic-arn ARN
   --attribute-name SignatureVersion --attribute-value 2`.
""",
    caveat="An old delivery passes for a day; the message's id is signed, so that a copy counts as a redelivery.",
    docs="https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html",
)
