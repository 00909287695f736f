"""`tieline webhook`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli.conftest import Run, answer
from tests.webhooks.examples import DISCORD, EXAMPLES, NOW, SLASH, signed
from tieline.cli import app
from tieline.webhooks import find, systems

BODY = b'{"action": "opened", "issue": {"title": "Found a bug"}, "sender": {"login": "octocat"}}'
SECRET = "a-very-long-secret"


@pytest.fixture
def body(tmp_path: Path) -> Path:
    file = tmp_path / "body"
    file.write_bytes(BODY)
    return file


def headers_of(tmp_path: Path, headers: object) -> str:
    file = tmp_path / "headers.json"
    file.write_text(json.dumps(headers), "utf-8")
    return str(file)


def test_a_list_of_all(tieline: Run) -> None:
    shown = tieline("webhook", "list").stdout
    for name in systems():
        assert name in shown
    listed = {one["system"]: one for one in answer(tieline("webhook", "list", "--json"))}
    assert listed["github"]["kind"] == "signature"
    assert "push" in listed["github"]["events"]


def test_what_is_signed_is_verified(tieline: Run, tmp_path: Path, body: Path) -> None:
    given = ("github", "--secret", SECRET, "--body", str(body))
    headers = answer(tieline("webhook", "sign", *given, "--event", "issues.opened"))
    assert headers["x-github-event"] == "issues"
    done = tieline("webhook", "verify", *given, "--headers", headers_of(tmp_path, headers))
    for part in ("issues.opened", "octocat", "Found a bug", "genuine"):
        assert part in done.stdout


@pytest.mark.parametrize("system", [s for s in systems() if s not in {"sns", "google_drive"}])
def test_every_system_can_be_verified(system: str, tmp_path: Path) -> None:
    example, delivery = EXAMPLES[system], signed(system)
    file = tmp_path / "raw"
    file.write_bytes(delivery.raw)
    words = [
        "webhook",
        "verify",
        system,
        "--secret",
        "-",
        "--body",
        str(file),
        "--now",
        str(NOW),
        "--url",
        delivery.url,
    ]
    words += ["--headers", headers_of(tmp_path, dict(delivery.headers))]
    words += ["--query", "&".join(f"{name}={value}" for name, value in delivery.query.items())]
    good = CliRunner().invoke(app, words, input=example.secret + "\n")
    assert good.exit_code == 0, good.output
    assert example.event in good.output
    bad = CliRunner().invoke(app, words, input=example.other)
    assert bad.exit_code == 1, bad.output
    assert example.secret not in bad.output
    assert "Traceback" not in bad.output


def test_a_refusal_says_why(tieline: Run, tmp_path: Path, body: Path) -> None:
    given = ("stripe", "--secret", SECRET, "--body", str(body))
    headers = answer(tieline("webhook", "sign", *given, "--now", "1700000000"))
    words = ("webhook", "verify", *given, "--headers", headers_of(tmp_path, headers))
    old = tieline(*words, code=1).output
    assert "s old" in old
    assert "only the time is not" in old
    body.write_bytes(json.dumps(json.loads(BODY), separators=(",", ":")).encode())
    changed = tieline(*words, "--now", "1700000000", code=1).output
    assert "with blanks" in changed
    assert SECRET not in old + changed
    assert headers["stripe-signature"].rpartition("=")[2] not in old + changed
    nothing = tieline(*words[:-1], headers_of(tmp_path, {}), code=1).output
    assert "Stripe-Signature is missing" in nothing


@pytest.mark.parametrize("name", ("nobody", "language"))
def test_wrong_usage_is_2(tieline: Run, tmp_path: Path, body: Path, name: str) -> None:
    rest = ("--secret", SECRET, "--body", str(body), "--headers", headers_of(tmp_path, {}))
    assert "no system" in tieline("webhook", "verify", name, *rest, code=2).output
    tieline("webhook", "verify", "github", "--secret", SECRET, code=2)
    wrong: object
    for wrong in ([], "x"):
        tieline("webhook", "verify", "github", *rest[:-1], headers_of(tmp_path, wrong), code=2)
    tieline("webhook", "verify", "github", *rest[:2], "--body", "/no/such/file", *rest[4:], code=2)
    tieline("webhook", "sign", "slack", *rest[:4], "--event", "message", code=2)
    tieline("webhook", "sign", "discord", *rest[:4], code=2)
    tieline("webhook", "sign", "custom", *rest[:4], "--custom", '{"hash": "md5"}', code=2)


def test_secrets_come_from_files_and_the_environment(tieline: Run, tmp_path: Path, body: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n", "utf-8")
    one = answer(tieline("webhook", "sign", "github", "--secret", f"@{file}", "--body", str(body)))
    two = answer(tieline("webhook", "sign", "github", "--body", str(body), TIELINE_WEBHOOK_SECRET=SECRET))
    assert one == two == answer(tieline("webhook", "sign", "github", "-s", SECRET, "--body", str(body)))


def test_what_is_signed_elsewhere_is_printed_too(tieline: Run, body: Path) -> None:
    jenkins = answer(tieline("webhook", "sign", "salesforce", "-s", SECRET, "--body", str(body)))
    assert jenkins["query"] == {"token": SECRET}
    mailgun = answer(tieline("webhook", "sign", "mailgun", "-s", SECRET, "--body", str(body), "--now", "7"))
    assert json.loads(mailgun["body"])["signature"]["timestamp"] == 7
    discord = answer(tieline("webhook", "sign", "discord", "-s", DISCORD[0], "--body", str(body)))
    assert set(discord) == {"x-signature-ed25519", "x-signature-timestamp"}


def test_a_handshake_is_told_from_an_event(tieline: Run, tmp_path: Path, body: Path) -> None:
    body.write_bytes(b'{"type": "url_verification", "challenge": "abc"}')
    given = ("slack", "--secret", SECRET, "--body", str(body))
    headers = headers_of(tmp_path, answer(tieline("webhook", "sign", *given)))
    assert '{"challenge":"abc"}' in tieline("webhook", "verify", *given, "--headers", headers).output
    graph = ("microsoft_graph", "--secret", SECRET, "--body", str(body), "--query", "validationToken=xyz")
    said = tieline("webhook", "verify", *graph, "--headers", headers_of(tmp_path, {})).output
    assert "not signed" in said
    assert "xyz" in said
    body.write_bytes(SLASH)
    headers = headers_of(tmp_path, answer(tieline("webhook", "sign", *given)))
    assert "slash_command" in tieline("webhook", "verify", *given, "--headers", headers).output


@pytest.mark.parametrize("system", systems())
def test_a_guide_for_each(tieline: Run, system: str) -> None:
    said = tieline("webhook", "guide", system, "--connection", "team", "--url", "https://h.test/").output
    assert "https://h.test/hooks/" in said
    assert "{url}" not in said.partition("\n\n")[2].replace("{body}{url}", "")
    assert find(system).docs in said


# ---------------------------------------------------------------- with a Prefect server


@pytest.mark.prefect
@pytest.mark.usefixtures("prefect_server")
def test_a_secret_is_saved_and_the_old_one_can_stay(tieline: Run) -> None:
    words = ("webhook", "secret", "circleci", "--connection", "cli")
    assert "first-one" not in tieline(*words, "--secret", "first-one").output
    assert tieline(*words, "--show").stdout.strip() == "first-one"
    made = tieline(*words, "--generate", "--keep-old").stdout.strip()
    assert len(made) == 64
    assert tieline(*words, "--show").stdout.strip() == made
    tieline(*words, "--handshake")
    tieline(*words, "--show", code=1)
    tieline(*words, code=2)
    tieline("webhook", "secret", "zendesk", "--connection", "nobody", "--generate", code=1)
