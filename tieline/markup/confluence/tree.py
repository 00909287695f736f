"""Storage format as a tree. It is other people's text: no entities, no document types, nothing is fetched."""

import html.entities
import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tieline.errors import ConfigError

_KNOWN_TO_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTITY = re.compile(r"<!\[CDATA\[.*?\]\]>|&(\w+);", re.DOTALL)
#: Words of the text look like one, too: not every word may be one, or nothing of the page could be read.
_PREFIX = re.compile(r"(?:</?|\s)([A-Za-z_][\w.-]*):[A-Za-z_]", re.ASCII)
_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _ILLEGAL.sub("", text)


def parse(storage: str) -> Element:
    """The text as a tree; names are `{ac}link`, with the prefix for the namespace.

    Raises:
        ConfigError: It is not well-formed, or tries what no page needs, such as entities of its own.
    """
    prefixes = sorted({"ac", "ri", *_PREFIX.findall(storage)} - {"xml", "xmlns"})
    named = " ".join(f'xmlns:{prefix}="{prefix}"' for prefix in prefixes)
    text = _ENTITY.sub(_character, legal(storage))
    try:
        tree: Element = fromstring(f"<storage {named}>{text}</storage>", forbid_dtd=True)
    except (ParseError, DefusedXmlException) as exc:
        raise ConfigError(
            f"This is no storage format: {str(exc)[:100]}.", hint="It must be well-formed XHTML, with every tag closed."
        ) from None
    return tree


def _character(found: re.Match[str]) -> str:
    """HTML's own entities, which XML does not know."""
    name = found[1]
    if name is None or name in _KNOWN_TO_XML:
        return found[0]
    character = html.entities.html5.get(f"{name};")
    return f"&amp;{name};" if character is None else character
