import json
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from tests.sandbox.conftest import Clock, client
from tests.sandbox.receiver import Receiver
from tieline.sandbox import logins
from tieline.sandbox.front import Front
from tieline.sandbox.slack.memory import Workspace

MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Review"}, "blocks": []}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}}


async def call(http: httpx.AsyncClient, method: str, **args: Any) -> dict[str, Any]:
    answer = await http.post(f"/{method}", json=args)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


async def form(http: httpx.AsyncClient, method: str, **args: Any) -> dict[str, Any]:
    body: dict[str, Any] = (await http.post(f"/{method}", data=args)).json()
    return body


def channel(app: Front, name: str) -> str:
    return str(next(c["id"] for c in app.state[Workspace].channels.values() if c["name"] == name))


async def test_tokens(app: Front, slack: httpx.AsyncClient) -> None:
    async with client(app, "/slack/api") as http:
        assert await form(http, "auth.test") == {"ok": False, "error": "not_authed"}
        assert await form(http, "auth.test", token="xoxb-wrong") == {"ok": False, "error": "invalid_auth"}
        assert (await form(http, "auth.test", token=logins("slack")["bot_token"]))["ok"]
        in_query = await http.get("/auth.test", params={"token": logins("slack")["bot_token"]})
        assert in_query.json()["error"] == "not_authed"
    assert (await form(slack, "auth.test"))["user"] == "tieline"
    assert all("token" not in logged.query for logged in app.state.log)


async def test_unknown_and_dead_methods(slack: httpx.AsyncClient) -> None:
    assert (await form(slack, "chat.shout"))["error"] == "unknown_method"
    assert (await form(slack, "files.upload"))["error"] == "method_deprecated"


async def test_a_message_is_posted_by_id_and_by_name(app: Front, slack: httpx.AsyncClient) -> None:
    number = channel(app, "general")
    for target in (number, "general", "#general"):
        answer = await call(slack, "chat.postMessage", channel=target, text="hi")
        assert (answer["ok"], answer["channel"], answer["message"]["text"]) == (True, number, "hi")
    stamps = [m["ts"] for m in app.state[Workspace].messages[number]]
    assert len(set(stamps)) == len(stamps)


async def test_a_form_carries_blocks_as_json_text(app: Front, slack: httpx.AsyncClient) -> None:
    blocks = '[{"type": "divider"}]'
    assert (await form(slack, "chat.postMessage", channel="general", blocks=blocks))["ok"]
    assert app.state[Workspace].messages[channel(app, "general")][-1]["blocks"][0]["type"] == "divider"
    broken = await form(slack, "chat.postMessage", channel="general", blocks="[{")
    assert broken["error"] == "invalid_blocks_format"


@pytest.mark.parametrize(
    ("args", "word"),
    (
        ({"text": "x"}, "invalid_arguments"),
        ({"channel": "nowhere", "text": "x"}, "channel_not_found"),
        ({"channel": "engineering", "text": "x"}, "not_in_channel"),
        ({"channel": "general"}, "no_text"),
        ({"channel": "general", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "general", "markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"channel": "general", "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"channel": "general", "text": 1}, "invalid_arguments"),
        ({"channel": "general", "text": "x", "thread_ts": "1.0"}, "invalid_thread_ts"),
        ({"channel": "general", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"channel": "general", "blocks": {}}, "no_text"),
        ({"channel": "general", "blocks": "x"}, "invalid_arguments"),
    ),
)
async def test_bad_messages_are_refused(slack: httpx.AsyncClient, args: dict[str, Any], word: str) -> None:
    if args.get("blocks") == "x":
        word = "invalid_blocks_format"
    answer = await call(slack, "chat.postMessage", **args)
    assert (answer["ok"], answer["error"]) == (False, word)


@pytest.mark.parametrize(
    "block",
    (
        {"type": "marquee"},
        {"type": "section"},
        {"type": "section", "text": {"type": "mrkdwn", "text": ""}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},
        {"type": "section", "text": "plain"},
        {"type": "section", "fields": [SECTION["text"]] * 11},
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
        {"type": "context", "elements": []},
        {"type": "actions", "elements": []},
        {"type": "image", "image_url": "https://x.example/a.png"},
        {"type": "input", "label": {"type": "plain_text", "text": "x"}},
        {**SECTION, "block_id": "x" * 256},
        "text",
    ),
)
async def test_bad_blocks_are_refused_with_the_place(slack: httpx.AsyncClient, block: object) -> None:
    answer = await call(slack, "chat.postMessage", channel="general", blocks=[SECTION, block])
    assert answer["error"] == "invalid_blocks"
    assert "/blocks/1" in answer["response_metadata"]["messages"][0]


async def test_fifty_blocks_are_enough(slack: httpx.AsyncClient) -> None:
    assert (await call(slack, "chat.postMessage", channel="general", blocks=[SECTION] * 50))["ok"]
    many = await call(slack, "chat.postMessage", channel="general", blocks=[SECTION] * 51)
    assert many["error"] == "invalid_blocks"


async def test_bad_json_is_refused(slack: httpx.AsyncClient) -> None:
    async def post(body: str, kind: str) -> str:
        answer = await slack.post("/chat.postMessage", content=body, headers={"content-type": kind})
        return str(answer.json()["error"])

    assert await post("{", "application/json") == "invalid_json"
    assert await post("[]", "application/json") == "json_not_object"
    assert await post("x", "text/xml") == "invalid_post_type"


async def test_json_without_a_charset_is_warned_about(slack: httpx.AsyncClient) -> None:
    answer = await call(slack, "chat.postMessage", channel="general", text="x")
    assert answer["warning"] == "missing_charset"
    headers = {"content-type": "application/json; charset=utf-8"}
    quiet = await slack.post("/chat.postMessage", content='{"channel": "general", "text": "x"}', headers=headers)
    assert "warning" not in quiet.json()


async def test_replies_stay_out_of_the_history(app: Front, slack: httpx.AsyncClient) -> None:
    parent = await call(slack, "chat.postMessage", channel="general", text="top")
    await call(slack, "chat.postMessage", channel="general", text="reply", thread_ts=parent["ts"])
    history = await form(slack, "conversations.history", channel=parent["channel"])
    assert history["messages"][0]["text"] == "top"
    assert history["messages"][0]["reply_count"] == 1
    assert app.state[Workspace].messages[parent["channel"]][-1]["thread_ts"] == parent["ts"]


async def test_only_own_messages_are_updated(app: Front, slack: httpx.AsyncClient) -> None:
    posted = await call(slack, "chat.postMessage", channel="general", text="one")
    updated = await call(slack, "chat.update", channel=posted["channel"], ts=posted["ts"], text="two")
    assert (updated["ok"], updated["text"], updated["ts"]) == (True, "two", posted["ts"])
    history = (await form(slack, "conversations.history", channel=posted["channel"]))["messages"]
    assert (history[0]["text"], "edited" in history[0]) == ("two", True)
    assert not any(name.startswith("sandbox") for name in history[0])
    foreign = app.state[Workspace].messages[posted["channel"]][0]["ts"]
    refused = await call(slack, "chat.update", channel=posted["channel"], ts=foreign, text="x")
    assert refused["error"] == "cant_update_message"
    missing = await call(slack, "chat.update", channel=posted["channel"], ts="1.0", text="x")
    assert missing["error"] == "message_not_found"


@pytest.mark.parametrize(
    ("name", "word"),
    (
        ("", "invalid_name_required"),
        ("general", "name_taken"),
        ("Big", "invalid_name_specials"),
        ("two words", "invalid_name_specials"),
        ("a.b", "invalid_name_specials"),
        ("--", "invalid_name_punctuation"),
        ("x" * 81, "invalid_name_maxlength"),
    ),
)
async def test_bad_channel_names_are_refused(slack: httpx.AsyncClient, name: str, word: str) -> None:
    assert (await call(slack, "conversations.create", name=name))["error"] == word


async def test_people_are_invited_all_or_none(app: Front, slack: httpx.AsyncClient) -> None:
    number = (await call(slack, "conversations.create", name="review-1", is_private=True))["channel"]["id"]
    users = [u for u in app.state[Workspace].users if u != app.state[Workspace].bot_id][:2]
    mixed = await call(slack, "conversations.invite", channel=number, users=f"{users[0]},U404")
    assert (mixed["error"], mixed["errors"][0]["user"]) == ("user_not_found", "U404")
    good = await call(slack, "conversations.invite", channel=number, users=",".join(users))
    assert good["channel"]["num_members"] == 3
    again = await call(slack, "conversations.invite", channel=number, users=users[0])
    assert again["error"] == "already_in_channel"
    me = await call(slack, "conversations.invite", channel=number, users=app.state[Workspace].bot_id)
    assert me["error"] == "cant_invite_self"
    assert (await call(slack, "conversations.invite", channel=number))["error"] == "no_user"
    away = channel(app, "engineering")
    assert (await call(slack, "conversations.invite", channel=away, users=users[0]))["error"] == "not_in_channel"


async def test_private_channels_are_listed_to_members_only(app: Front, slack: httpx.AsyncClient) -> None:
    await call(slack, "conversations.create", name="secret", is_private=True)
    query = {"types": "public_channel,private_channel"}
    names = [c["name"] for c in (await form(slack, "conversations.list", **query))["channels"]]
    assert "secret" in names
    assert "secret" not in [c["name"] for c in (await form(slack, "conversations.list"))["channels"]]
    async with client(app, "/slack/api", headers={"authorization": f"Bearer {logins('slack')['user_token']}"}) as other:
        names = [c["name"] for c in (await form(other, "conversations.list", **query))["channels"]]
        assert "secret" not in names
        info = await form(other, "conversations.info", channel=channel(app, "secret"))
        assert info["error"] == "channel_not_found"


async def test_reading_methods_pass_over_json(slack: httpx.AsyncClient, app: Front) -> None:
    number = channel(app, "general")
    assert (await call(slack, "conversations.info", channel=number))["error"] == "invalid_arguments"
    by_query = await slack.get("/conversations.info", params={"channel": number})
    assert by_query.json()["channel"]["name"] == "general"
    assert (await form(slack, "conversations.list", limit=0))["error"] == "invalid_limit"
    assert (await form(slack, "conversations.list", cursor="???"))["error"] == "invalid_cursor"
    assert (await form(slack, "conversations.list", types="tribe"))["error"] == "invalid_types"


async def test_people_are_found_by_address(slack: httpx.AsyncClient) -> None:
    found = await form(slack, "users.lookupByEmail", email="Imani@lumora.example")
    assert found["user"]["real_name"] == "Imani Okafor"
    assert (await form(slack, "users.lookupByEmail", email="x@y.example"))["error"] == "users_not_found"
    assert (await form(slack, "users.lookupByEmail"))["error"] == "users_not_found"


async def test_a_status_takes_a_persons_token(app: Front, slack: httpx.AsyncClient) -> None:
    profile = {"status_text": "At lunch", "status_emoji": ":cake:"}
    assert (await call(slack, "users.profile.set", profile=profile))["error"] == "not_allowed_token_type"
    person_login = {"authorization": f"Bearer {logins('slack')['user_token']}"}
    async with client(app, "/slack/api", headers=person_login) as person:
        assert (await call(person, "users.profile.set", profile=profile))["profile"]["status_text"] == "At lunch"
        long = {"status_text": "x" * 101}
        assert (await call(person, "users.profile.set", profile=long))["error"] == "too_long"
        assert (await call(person, "users.profile.set", profile=[]))["error"] == "invalid_profile"
        bare = {"status_emoji": "cake"}
        word = "profile_status_set_failed_not_valid_emoji"
        assert (await call(person, "users.profile.set", profile=bare))["error"] == word


async def test_a_trigger_opens_one_dialog_in_three_seconds(
    app: Front, slack: httpx.AsyncClient, pages: httpx.AsyncClient, clock: Clock
) -> None:
    async def trigger() -> str:
        return str((await pages.post("/_sandbox/slack/trigger")).json()["trigger_id"])

    first = await trigger()
    opened = await call(slack, "views.open", trigger_id=first, view=MODAL)
    assert opened["view"]["title"]["text"] == "Review"
    assert opened["view"]["id"] in app.state[Workspace].views
    assert (await call(slack, "views.open", trigger_id=first, view=MODAL))["error"] == "exchanged_trigger_id"
    late = await trigger()
    clock.forward(seconds=4)
    assert (await call(slack, "views.open", trigger_id=late, view=MODAL))["error"] == "expired_trigger_id"
    assert (await call(slack, "views.open", trigger_id="made-up", view=MODAL))["error"] == "invalid_trigger_id"


@pytest.mark.parametrize(
    "view",
    (
        None,
        {**MODAL, "type": "home2"},
        {**MODAL, "title": "x"},
        {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}},
        {**MODAL, "blocks": [{"type": "marquee"}]},
        {"type": "modal", "title": MODAL["title"]},
    ),
)
async def test_bad_dialogs_are_refused(app: Front, slack: httpx.AsyncClient, view: object) -> None:
    trigger = app.state[Workspace].new_trigger()
    assert (await call(slack, "views.open", trigger_id=trigger, view=view))["error"] == "invalid_arguments"
    assert (await call(slack, "views.open", trigger_id=trigger, view=MODAL))["ok"]


@pytest.mark.parametrize("as_form", (False, True))
async def test_a_file_goes_up_in_three_steps(app: Front, slack: httpx.AsyncClient, *, as_form: bool) -> None:
    data = bytes(range(256)) + b"\r\n--x\r\n"
    place = await form(slack, "files.getUploadURLExternal", filename="a.bin", length=len(data))
    early = await call(slack, "files.completeUploadExternal", files=[{"id": place["file_id"]}])
    assert early["error"] == "file_not_found"
    body: dict[str, Any] = {"files": {"file": ("a.bin", data)}} if as_form else {"content": data}
    assert (await slack.post(place["upload_url"], **body)).status_code == 200
    shared = {"files": [{"id": place["file_id"], "title": "Report"}], "channel_id": channel(app, "general")}
    done = await call(slack, "files.completeUploadExternal", **shared, initial_comment="Here")
    assert [(f["id"], f["title"], f["size"]) for f in done["files"]] == [(place["file_id"], "Report", len(data))]
    last = app.state[Workspace].messages[channel(app, "general")][-1]
    assert (last["text"], last["files"][0]["title"]) == ("Here", "Report")
    again = await call(slack, "files.completeUploadExternal", **shared)
    assert again["error"] == "file_not_found"


async def test_bad_uploads_are_refused(slack: httpx.AsyncClient) -> None:
    by_json = await call(slack, "files.getUploadURLExternal", filename="a", length=3)
    assert by_json["error"] == "invalid_arguments"
    assert (await form(slack, "files.getUploadURLExternal", filename="a"))["error"] == "invalid_arguments"
    place = await form(slack, "files.getUploadURLExternal", filename="a", length=3)
    assert (await slack.post(place["upload_url"], content=b"too long")).status_code == 400
    assert (await slack.post("http://sandbox/slack/upload/v1/unknown", content=b"abc")).status_code == 404
    assert (await call(slack, "files.completeUploadExternal", files=[]))["error"] == "invalid_arguments"


async def test_a_person_is_written_to_directly(app: Front, slack: httpx.AsyncClient) -> None:
    user = app.state[Workspace].human_id
    one = await call(slack, "chat.postMessage", channel=user, text="psst")
    two = await call(slack, "chat.postMessage", channel=user, text="psst again")
    assert one["channel"] == two["channel"]
    listed = (await form(slack, "conversations.list", types="im"))["channels"]
    assert [c["id"] for c in listed] == [one["channel"]]


def button(**more: Any) -> dict[str, Any]:
    text = {"type": "plain_text", "text": "Go"}
    return {"type": "button", "action_id": "go", "value": "7", "text": text, **more}


FIELD = {
    "type": "input",
    "block_id": "asked",
    "label": {"type": "plain_text", "text": "Why"},
    "element": {"type": "plain_text_input", "action_id": "why"},
}


async def test_a_person_clicks_a_button(app: Front, slack: httpx.AsyncClient, pages: httpx.AsyncClient) -> None:
    blocks = [FIELD, {"type": "actions", "block_id": "row", "elements": [button()]}]
    sent = await call(slack, "chat.postMessage", channel="general", text="?", blocks=blocks)
    where = f"/channels/{sent['channel']}"
    page = (await pages.get(where)).text
    assert 'name="button" value="row/go"' in page
    assert 'name="asked/why"' in page
    with Receiver() as told:
        app.hooks.subscribe("slack", told.url, secret="s", events=["block_actions"])
        clicked = {"ts": sent["ts"], "button": "row/go", "asked/why": "because"}
        answer = await pages.post(f"{where}/click", data=clicked)
        assert (answer.status_code, answer.headers["location"]) == (303, where)
        said = json.loads(dict(parse_qsl(told.wait(2)[-1].body.decode()))["payload"])
        app.hooks.close()
    # https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    assert said["type"] == "block_actions"
    assert said["user"]["id"] == app.state[Workspace].human_id
    assert said["actions"][0].items() >= {"action_id": "go", "block_id": "row", "value": "7", "type": "button"}.items()
    assert said["state"]["values"] == {"asked": {"why": {"type": "plain_text_input", "value": "because"}}}
    assert said["container"]["message_ts"] == sent["ts"]
    assert "/slack/commands/" in said["response_url"]
    for wrong in ({"button": "row/stop"}, {"ts": "1.1"}):
        assert (await pages.post(f"{where}/click", data={**clicked, **wrong})).status_code == 404


@pytest.mark.parametrize(
    "element",
    (
        button(style="loud"),
        button(text={"type": "mrkdwn", "text": "*Go*"}),
        button(text={"type": "plain_text", "text": "x" * 76}),
        button(value="x" * 2001),
        button(action_id="x" * 256),
        "Go",
    ),
)
async def test_buttons_that_slack_does_not_show(slack: httpx.AsyncClient, element: Any) -> None:
    blocks = [{"type": "actions", "elements": [element]}]
    answer = await call(slack, "chat.postMessage", channel="general", text="?", blocks=blocks)
    assert answer["error"] == "invalid_blocks"
