"""Macros that frame a text, and what they are called in Markdown."""

#: GitHub's words where there is one, and ours for the two others.
WORDS = {
    "info": "NOTE",
    "tip": "TIP",
    "note": "IMPORTANT",
    "warning": "WARNING",
    "panel": "PANEL",
    "expand": "EXPAND",
}
MACROS = {word: macro for macro, word in WORDS.items()} | {"CAUTION": "warning"}
