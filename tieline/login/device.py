"""The login with a code that is typed in on another device (RFC 8628), where no browser is at hand."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from pydantic import SecretStr

from tieline.errors import BadAnswer, ConfigError
from tieline.login.model import CodeFlow
from tieline.login.tokens import Granted, ask, granted, read, refusal
from tieline.transport import clock

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
USUAL_SECONDS, SLOWER_SECONDS = 5.0, 5.0


@dataclass(frozen=True)
class DeviceLogin:
    """One login that is under way.

    Args:
        page: Where the person goes.
        code: What they type there.
        device_code: What we ask with meanwhile.
        lives: How many seconds they have.
        interval: How many seconds are between two of our questions.
    """

    page: str
    code: str
    device_code: SecretStr
    lives: float
    interval: float


async def begin(http: httpx.AsyncClient, flow: CodeFlow, scopes: tuple[str, ...]) -> DeviceLogin:
    """Ask for a code.

    Args:
        http: The client.
        flow: The vendor's login.
        scopes: What to ask for.

    Raises:
        ConfigError: The vendor has no such login, or none for apps with a secret.
        AuthFailed: It refuses.
        BadAnswer: It answers something else.
    """
    if not flow.device:
        raise ConfigError(f"{flow.system} has no login with a code, as far as we know.", hint="Leave out --device.")
    if flow.client_secret:
        raise ConfigError(
            "The login with a code is for apps without a secret.",
            hint=f"Leave client_secret empty, and allow public client flows. {flow.register}",
        )
    answer = await ask(http, flow, {"scope": " ".join(scopes)}, url=flow.device)
    said = read(answer)
    if not answer.is_success:
        raise refusal(flow, str(said.get("error", ""))[:40], answer.status_code)
    try:
        return DeviceLogin(
            page=str(said["verification_uri"]),
            code=str(said["user_code"]),
            device_code=SecretStr(str(said["device_code"])),
            lives=float(said["expires_in"]),
            interval=float(said.get("interval", USUAL_SECONDS)),
        )
    except (KeyError, TypeError, ValueError):
        raise BadAnswer(f"{flow.system} answered something else than a code.", hint="Log in again.") from None


async def wait(http: httpx.AsyncClient, flow: CodeFlow, login: DeviceLogin) -> Granted:
    """Ask again and again, as slowly as the vendor wants, until the person has consented.

    Raises:
        AuthFailed: The person refused, or let the code end.
        Unavailable: The vendor has no time, or does not answer.
        BadAnswer: It answers something else.
    """
    form = {"grant_type": GRANT, "device_code": login.device_code.get_secret_value()}
    interval, until = login.interval, clock.now() + login.lives
    while clock.now() < until:
        await clock.sleep(interval)
        answer = await ask(http, flow, form)
        word = "" if answer.is_success else read(answer).get("error")
        if word == "slow_down":
            interval += SLOWER_SECONDS
        elif word != "authorization_pending":
            return granted(flow, answer)
    raise refusal(flow, "expired_token")
