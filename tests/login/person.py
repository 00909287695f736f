"""The person in front of the browser: opens the page, decides, and is led back to this machine."""

from __future__ import annotations

import threading

import httpx


class Person:
    """Does what a browser and somebody in front of it do, in a thread, as `webbrowser.open` leaves the command waiting.

    Args:
        decision: What they press, "allow" or "deny"; nothing means that they walk away.
    """

    def __init__(self, decision: str = "allow") -> None:
        self.decision = decision
        self.asked: list[httpx.URL] = []
        self.pages: list[str] = []
        self._thread: threading.Thread | None = None

    def open(self, url: str) -> bool:
        """Stands where `webbrowser.open` does."""
        self.asked.append(httpx.URL(url))
        self._thread = threading.Thread(target=self._browse, args=(url,))
        self._thread.start()
        return True

    def _browse(self, url: str) -> None:
        with httpx.Client(follow_redirects=True) as browser:
            page = browser.get(url)
            self.pages.append(page.text)
            if page.is_success and self.decision:
                led = browser.post(url, data={"decision": self.decision})
                self.pages.append(led.text)

    def leave(self) -> None:
        """Wait until all pages are read."""
        if self._thread:
            self._thread.join()
