"""Documents as text: PDF, Office, web pages, books, mail, tables, Markdown, plain text and source code.

A file is read in a program of its own, with a limit for its memory and its time, so that a hostile one cannot take the
caller down.
"""

from tieline.errors import Corrupt, DocumentError, Empty, Encrypted, Scanned, TooLarge, UnknownKind
from tieline.language.documents.model import Document, Limits, Passage
from tieline.language.documents.readers import read_document

__all__ = [
    "Corrupt",
    "Document",
    "DocumentError",
    "Empty",
    "Encrypted",
    "Limits",
    "Passage",
    "Scanned",
    "TooLarge",
    "UnknownKind",
    "read_document",
]
