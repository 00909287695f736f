"""Things named in a text that can be told by their form: addresses, numbers, amounts, dates, versions, errors."""

from __future__ import annotations

import re

from tieline.language.answers import Entity

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_CURRENCY = r"(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|INR|SEK|NOK|DKK|PLN|BRL|CNY|dollars?|euros?|pounds?|cents?)"
_NUMBER = r"\d{1,3}(?:[,.' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"

_NUMBERED = r"\s+(?:(?:number|no\.?|nr\.?|id|#)\s*:?\s*)*[#:]?\s*[A-Z]{0,4}[-_]?\d[\w-]{2,24}"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_PATH = r"[^\s<>\"')\]]"

# The first that matches a place in the text names it, so the more particular come first.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("url", rf"\bhttps?://{_PATH}+"),
    ("url", rf"\bwww\.[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/{_PATH}*)?"),
    ("email", r"\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\b"),
    ("ip", rf"(?<![\d.])(?:{_OCTET}\.){{3}}{_OCTET}(?![\d.])"),
    ("invoice", rf"\b(?i:invoice|bill){_NUMBERED}|\bINV[-_ ]?\d[\w-]*"),
    ("order", rf"\b(?i:order|purchase){_NUMBERED}|\bPO[-_ ]?\d[\w-]{{2,}}"),
    ("ticket", rf"\b(?i:ticket|case|request){_NUMBERED}"),
    ("amount", rf"[$€£¥]\s?(?:{_NUMBER})"),
    ("amount", rf"\b(?:{_NUMBER})\s?(?:[€£]|(?i:{_CURRENCY})\b)"),
    ("amount", rf"\b{_CURRENCY}\s?(?:{_NUMBER})"),
    ("date", r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"),
    ("date", rf"\b{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?\b"),
    ("date", rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b(?:\s+\d{{4}})?"),
    ("time", r"\b(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s?[AaPp]\.?[Mm]\b)?|\b(?:1[0-2]|[1-9])\s?[ap]m\b"),
    ("phone", r"(?<![\w.])(?:\+|00)\d{1,3}(?:[ .()/-]{0,2}\d){6,13}(?!\w)"),
    ("phone", r"(?<![\w.-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])"),
    ("error", r"\b(?:[A-Z][A-Z0-9]{0,30}_){0,6}ERR(?:OR)?(?:_[A-Z0-9]+)+\b"),
    ("error", r"\b(?:ERR|E|ORA|SQLSTATE|0x)[-_ ]?[0-9A-F]{4,8}\b|\bHTTP[ /]?[45]\d\d\b|\berror (?:code )?\d{2,6}\b"),
    ("error", r"\b(?:[A-Za-z_]\w{0,30}\.){0,6}[A-Z]\w{0,40}(?:Exception|Error)\b"),
    ("version", r"\bv\d+(?:\.\d+){1,3}(?:-[\w.]+)?\b|\b\d+\.\d+\.\d+(?:-[\w.]+)?\b|\b(?i:version)\s+\d+(?:\.\d+)*\b"),
    ("file", r"\b[\w-]{1,80}\.(?:pdf|docx?|xlsx?|csv|png|jpe?g|log|txt|zip|json|ya?ml|py|js)\b"),
)
_ALL = re.compile("|".join(f"({pattern})" for _, pattern in _PATTERNS))

_MOST = 100


def entities(text: str) -> tuple[Entity, ...]:
    """The things named in a text, in order, each once, at most a hundred."""
    found: dict[tuple[str, str], None] = {}
    for match in _ALL.finditer(text):
        kind = _PATTERNS[(match.lastindex or 1) - 1][0]  # the only groups are one per pattern
        found.setdefault((kind, match[0].rstrip(".,;:!?")))
        if len(found) == _MOST:
            break
    return tuple(Entity(kind=kind, text=named) for kind, named in found)
