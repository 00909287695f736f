"""The letters that are hard to read (`texts/hard.toml`), and the endless log that one of them pastes."""

from functools import cache

from tieline.sandbox.seed.texts import texts

_LOG_LINE = "2026-11-20T{hour:02d}:{minute:02d}:{second:02d}.{milli:03d}Z {level} lumora.sync[{pid}] {text}"
_LOG_TEXTS = (
    ("INFO", "scene 'Evening' requested by schedule 44"),
    ("DEBUG", "bridge 10.0.0.12 answered in 18 ms"),
    ("DEBUG", "state diff: 3 lamps, 0 sensors"),
    ("WARN", "lamp 7 did not acknowledge, retry 1 of 3"),
    ("ERROR", "NullPointerException at SceneRunner.apply(SceneRunner.java:218)"),
    ("ERROR", "    at lumora.app.Schedule.fire(Schedule.java:77)"),
    ("INFO", "app restarted after crash, uptime 0 s"),
)
LOG_SIZE = 100_000
"""Characters of log that one customer pastes."""


@cache
def _log() -> str:
    lines: list[str] = []
    size = 0
    while size < LOG_SIZE:
        i = len(lines)
        level, text = _LOG_TEXTS[i % len(_LOG_TEXTS)]
        line = _LOG_LINE.format(
            hour=i // 3600 % 24,
            minute=i // 60 % 60,
            second=i % 60,
            milli=i * 37 % 1000,
            level=level,
            pid=4000 + i // 700,
            text=text,
        )
        lines.append(line)
        size += len(line) + 1
    return "\n".join(lines)


def letters() -> list[tuple[str, str, str]]:
    """Category, subject and body of each."""
    written = texts("hard")["letters"]
    return [(letter["category"], letter["subject"], letter["body"].replace("{log}", _log())) for letter in written]
