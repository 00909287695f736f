"""Things named in a text that can be told by their form: addresses, numbers, amounts, dates, versions, errors."""

from __future__ import annotations

import re

from tieline.language.answers import Entity

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_ID = r"(?:(?:number|no\.?|nr\.?|id|#)\s*:?\s*)*[#:]?\s*(?P<id>[A-Z]{0,4}[-_]?\d[\w-]{2,24})"
_CURRENCY = r"(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|INR|SEK|NOK|DKK|PLN|BRL|CNY|dollars?|euros?|pounds?|cents?)"
_NUMBER = r"\d{1,3}(?:[,.' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"

# The first that matches a place in the text names it, so the more particular come first.
_KINDS = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in (
            ("url", r"\bhttps?://[^\s<>\"')\]]+|\bwww\.[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[^\s<>\"')\]]*)?"),
            ("email", r"\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\b"),
            ("ip", r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])"),
            ("invoice", r"\b(?i:invoice|bill)\s+" + _ID.replace("?P<id>", "") + r"|\bINV[-_ ]?\d[\w-]*"),
            ("order", r"\b(?i:order|purchase)\s+" + _ID.replace("?P<id>", "") + r"|\bPO[-_ ]?\d[\w-]{2,}"),
            ("ticket", r"\b(?i:ticket|case|request)\s+" + _ID.replace("?P<id>", "")),
            ("amount", rf"(?:[$€£¥]\s?(?:{_NUMBER})|\b(?:{_NUMBER})\s?(?:[€£]|(?i:{_CURRENCY})\b)|\b{_CURRENCY}\s?(?:{_NUMBER}))"),
            ("date", rf"\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b"
                     rf"|\b{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?\b"
                     rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b(?:\s+\d{{4}})?"),
            ("time", r"\b(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s?[AaPp]\.?[Mm]\b)?|\b(?:1[0-2]|[1-9])\s?[ap]m\b"),
            ("phone", r"(?<![\w.])(?:\+|00)\d{1,3}(?:[ .()/-]{0,2}\d){6,13}(?!\w)"
                      r"|(?<![\w.-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])"),
            ("error", r"\b(?:[A-Z][A-Z0-9]*_){0,6}ERR(?:OR)?(?:_[A-Z0-9]+)+\b|\b(?:ERR|E|ORA|SQLSTATE|0x)[-_ ]?[0-9A-F]{4,8}\b"
                      r"|\b(?:[A-Za-z_]\w{0,30}\.){0,6}[A-Z]\w{0,40}(?:Exception|Error)\b|\bHTTP[ /]?[45]\d\d\b|\berror (?:code )?\d{2,6}\b"),
            ("version", r"\bv\d+(?:\.\d+){1,3}(?:-[\w.]+)?\b|\b\d+\.\d+\.\d+(?:-[\w.]+)?\b|\b(?i:version)\s+\d+(?:\.\d+)*\b"),
            ("file", r"\b[\w-]{1,80}\.(?:pdf|docx?|xlsx?|csv|png|jpe?g|log|txt|zip|json|ya?ml|py|js)\b"),
        )
    )
)  # fmt: skip

_MOST = 100


def entities(text: str) -> tuple[Entity, ...]:
    """The things named in a text, in order, each once, at most a hundred."""
    found: dict[tuple[str, str], None] = {}
    for match in _KINDS.finditer(text):
        found.setdefault((match.lastgroup or "", match[0].rstrip(".,;:!?")))
        if len(found) == _MOST:
            break
    return tuple(Entity(kind=kind, text=named) for kind, named in found)
