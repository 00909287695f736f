"""The letters that are hard to read: empty, in German, a hundred thousand characters long, furious, two things at once."""

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


LETTERS: tuple[tuple[str, str, str], ...] = (
    ("shipping", "Parcel LM-48210 still not here after three weeks", ""),
    (
        "account",
        "Anmeldung nicht möglich",
        "Guten Tag,\n\nseit gestern komme ich nicht mehr in mein Konto. Mein Kennwort wird abgelehnt, und die E-Mail zum "
        "Zurücksetzen kommt nicht an, auch nicht im Spam-Ordner. Könnten Sie mir bitte helfen, wieder hineinzukommen?\n\n"
        "Mit freundlichen Grüßen\nUrsula Weber",
    ),
    (
        "bug",
        "app log as you asked",
        "Here is everything from last night. It dies every time the evening scene starts, then comes back as if nothing "
        "had happened.\n\n" + _log(),
    ),
    (
        "cancel",
        "ENOUGH!!!",
        "I AM DONE. THREE MONTHS of being passed from one person to the next and NOBODY reads what I write. Close "
        'everything, stop taking my money, delete my data, and do NOT send me another "we value your feedback" survey. '
        "If I hear from you again it will be through my solicitor!!!!!!",
    ),
    ("bug", "it doesnt work", "pls fix"),
    (
        "billing",
        "two things",
        "First: the app is lovely, my kids enjoy the colors. Second, and that is why I write: my card statement shows 9.90 "
        "on the 3rd and again 9.90 on the 5th, and I only have one household. The lamps, the bridge and the shipping were "
        "all fine, and I do not want to send anything back.",
    ),
    (
        "outage",
        "🔴🔴🔴",
        "everything offline since 8:40, all 3 sites, your status page says green 🙃",
    ),
    (
        "refund",
        "Rücksendung und Erstattung",
        "Hallo,\n\nich habe die Lampe am 2. November zurückgeschickt, die Sendung ist laut Verfolgung am 6. bei Ihnen "
        "angekommen. Auf meinem Konto ist bis heute kein Geld eingegangen. Wann kann ich damit rechnen?\n\nViele Grüße\n"
        "Stefan Hoffmann",
    ),
    (
        "api",
        "Fwd: Fwd: Re: webhook",
        "see below, can you take this?\n\n> > > On Tue, Platform Team wrote:\n> > > the signature header we get does not "
        "match what we compute from the body\n> > ok, did anybody ask Lumora?\n> not yet\n\nThanks\n\n-- \nThis message is "
        "confidential. If you are not the intended recipient, delete it. Consider the environment before printing.",
    ),
    ("howto", "?", "dark mode where"),
)
"""Category, subject, body."""
