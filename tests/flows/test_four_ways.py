"""The four ways to run a flow, as people do it while `tieline up` runs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.flows.up import CATEGORY, HOST, SECONDS, SUBJECT, TAG, Up, environment, eventually, tieline_up

pytestmark = [pytest.mark.prefect, pytest.mark.slow]

CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A Prefect server, the sandbox, saved connections, and what runs the deployments."""
    with tieline_up(tmp_path_factory.mktemp("up")) as made:
        yield made


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """A page of a browser that goes nowhere else; what it showed last is kept as a picture."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    elsewhere: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*CHROMIUM])
        made = browser.new_page(viewport={"width": 1400, "height": 1000})
        made.set_default_timeout(SECONDS * 1000)
        made.on("request", lambda asked: elsewhere.append(asked.url))
        yield made
        made.screenshot(path=tmp_path / "last.png")
        browser.close()
    assert [url for url in elsewhere if not re.match(rf"(https?://{HOST}[:/]|data:|blob:)", url)] == []


TYPED = "Sales in May were ten percent above those of April. The shop in Lyon sold most of the bicycles. It rained."


def history(up: Up) -> list[str]:
    """What was said in a channel of the simulated Slack, newest first."""
    home = str(up.sandbox.base_url).removesuffix("/_sandbox/")
    with httpx.Client(headers={"authorization": "Bearer xoxb-sandbox"}, trust_env=False) as http:
        listed = http.get(f"{home}/slack/api/conversations.list").json()["channels"]
        number = next(one["id"] for one in listed if one["name"] == "random")
        found = http.get(f"{home}/slack/api/conversations.history", params={"channel": number}).json()["messages"]
        return [str(one["text"]) for one in found]


def test_a_command_from_chat(up: Up) -> None:
    """Typed in Slack, signed, taken in by the gateway, run by Prefect, and answered in the channel, once."""
    command = {"channel": "random", "text": f"summarize {TYPED} length=short"}
    up.sandbox.post("/slack/command", json=command).raise_for_status()

    def answered() -> str:
        return next((text for text in history(up) if text.startswith("Summary: Your text")), "")

    assert "Sales in May were ten percent above those of April." in eventually(answered, "an answer in Slack")
    runs = up.ask("POST", "/deployments/filter", json={"deployments": {"name": {"any_": ["slack-command"]}}})
    (run,) = up.runs(deployment_id={"any_": [runs[0]["id"]]})
    assert set(run["parameters"]) == {"chat", "deliveries"}
    assert "Sales" not in str(run["parameters"])
    assert len([text for text in history(up) if text.startswith("Summary")]) == 1


@pytest.mark.browser
def test_from_the_prefect_ui(up: Up, page: Page) -> None:
    numbers = up.write_unheard("zendesk"), up.write_unheard("zendesk")
    page.goto(f"{up.url}/deployments")
    # There are more deployments than the page shows at once.
    page.get_by_placeholder("Search").first.fill("zendesk-new-ticket")
    page.get_by_role("link", name="zendesk-new-ticket").click()
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("Custom run").click()
    expect(_field(page, "helpdesk").get_by_role("textbox")).to_have_value("zendesk/support")
    tickets = _field(page, "tickets")
    tickets.get_by_role("button", name="list").click()
    for count, number in enumerate(numbers):
        tickets.get_by_role("button", name="Add item").click()
        tickets.get_by_role("spinbutton").nth(count).fill(str(number))
    expect(_field(page, "dry_run").get_by_role("switch")).not_to_be_checked()
    _submit(page)
    page.goto(f"{up.url}/runs/flow-run/{up.started('zendesk-new-ticket', *numbers)}")
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=SECONDS * 1000)
    page.reload()  # its artifacts may have been looked for before they were there
    expect(page.get_by_text("2 tickets of zendesk/support: 2 changed")).to_be_visible(timeout=SECONDS * 1000)
    page.get_by_text("Artifacts", exact=True).click()
    page.locator("a[href*='/artifacts/']").filter(has_text=re.compile("table", re.IGNORECASE)).click()
    for number in numbers:
        row = page.get_by_role("row").filter(has_text=str(number))
        for text in (SUBJECT, CATEGORY, f"tag +{TAG}"):
            expect(row).to_contain_text(text)
        assert TAG in up.tags("zendesk", number)


def _submit(page: Page) -> None:
    """Start the run. Where Prefect's server was too busy its page says so and stays, and people try once more."""
    for _ in range(3):
        page.get_by_role("button", name="Submit").click()
        with suppress(AssertionError):
            expect(page).not_to_have_url(re.compile(r"/run(\?|$)"), timeout=SECONDS * 1000 / 4)
            return


def _field(page: Page, name: str) -> Locator:
    """A parameter's part of the form."""
    label = page.locator(".schema-form-property__label").get_by_text(re.compile(rf"^{name}( \(Optional\))?$"))
    return page.locator(".schema-form-property").filter(has=label)


def test_on_a_schedule(up: Up) -> None:
    number = up.write_unheard("freshdesk")
    deployment = up.deployment("freshdesk-hourly")
    soon = {"interval": 30, "anchor_date": (datetime.now(UTC) + timedelta(seconds=5)).isoformat()}
    schedules = f"/deployments/{deployment['id']}/schedules"
    (made,) = up.ask("POST", schedules, json=[{"schedule": soon, "max_scheduled_runs": 1}])

    def begun() -> str:
        """The run that this very schedule has started, and not the hourly one."""
        runs = [run for run in up.runs_of("freshdesk-hourly") if run["created_by"]["id"] == made["id"]]
        return next((run["id"] for run in runs if run["start_time"]), "")

    try:
        run = up.completed(eventually(begun, "a run on a schedule"))
    finally:
        up.ask("DELETE", f"{schedules}/{made['id']}")
    assert run["auto_scheduled"]
    assert run["created_by"]["type"] == "SCHEDULE"
    assert run["name"] == "freshdesk/support: new in the last 2 hours"
    assert str(number) in up.table(run["id"])
    assert TAG in up.tags("freshdesk", number)


@pytest.mark.parametrize("system", ("zendesk", "freshdesk"))
def test_the_shipped_schedules_are_active(up: Up, system: str) -> None:
    deployment = up.deployment(f"{system}-hourly")
    (schedule,) = deployment["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("5 * * * *", "UTC")
    assert schedule["active"]
    assert not deployment["paused"]
    ahead = eventually(lambda: up.runs_of(f"{system}-hourly"), "runs that are scheduled ahead")
    assert all(run["auto_scheduled"] for run in ahead)


@pytest.mark.parametrize("system", ("zendesk", "freshdesk"))
def test_from_a_webhook(up: Up, system: str) -> None:
    number = up.write_in(system)
    run = up.completed(up.started(f"{system}-new-ticket", number))
    assert run["parameters"] == {"helpdesk": f"{system}/support", "tickets": [number]}
    assert run["idempotency_key"].startswith("tieline:")
    assert (run["work_pool_name"], run["work_queue_name"]) == ("tieline", "normal")
    assert run["name"] == f"{system}/support: {number}"
    assert TAG in up.tags(system, number)
    told = up.sandbox.get("/deliveries", params={"system": system}).json()["deliveries"]
    assert {one["answer"] for one in told if one["status"] == "sent"} == {202}


def test_from_python_as_in_the_readme(up: Up, tmp_path: Path) -> None:
    number = up.write_unheard("zendesk")
    before = up.tags("zendesk", number)
    program = tmp_path / "program.py"
    (source,) = re.findall(r"```python\n(.*?ticket_categorization\(.*?)```", README.read_text("utf-8"), re.DOTALL)
    program.write_text(source, "utf-8")
    variables = environment(tmp_path, PREFECT_API_URL=f"{up.url}/api")
    ended = subprocess.run(
        [sys.executable, str(program)], env=variables, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert re.search(rf"^{number} {CATEGORY} \d+% tag \+{TAG}", ended.stdout, re.MULTILINE), ended.stdout
    assert up.tags("zendesk", number) == before
    (run,) = up.runs(name={"any_": ["zendesk/support: new in the last hour (dry run)"]})
    assert run["state_type"] == "COMPLETED"
    assert run["deployment_id"] is None
