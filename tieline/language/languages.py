"""Which language a text is in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from tieline.language.text import STOPWORDS, words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

_READ = 400  # characters that py3langid looks at; more makes it slower, not surer
_ENGLISH_SHARE = 0.2  # of the words are English stop words; German, French and Spanish texts stay below 0.1
_SURE = 0.4  # py3langid's probability below which a few words prove nothing
_WORDS = 80

#: Stop words that are common words of other languages too.
_SHARED = "a am an as at do he her his i in is it me my no not on or os so such to was we will us"
_TELLING = STOPWORDS - frozenset(_SHARED.split())

_NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nb": "Norwegian",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def named(language: str) -> str:
    """A language's English name, from its ISO 639 code or from the name itself."""
    word = language.strip()
    return _NAMES.get(word.lower(), word.capitalize())


class Language(NamedTuple):
    """A language, as an ISO 639 code and a name; `und` ("undetermined") when the text is too short to tell."""

    code: str
    name: str

    @property
    def foreign(self) -> bool:
        """Whether this is surely something that the embedded engine cannot read."""
        return self.code not in {"en", "und"}


ENGLISH = Language("en", "English")
UNDETERMINED = Language("und", "undetermined")


def detect(text: str) -> Language:
    """The language of a text.

    Most texts here are English, which shows in their stop words at once; only the others are worth the 0.3 ms, and
    once per process the 1.5 s, that py3langid takes.
    """
    found = words(text[: _WORDS * 8])[:_WORDS]
    if not found:
        return UNDETERMINED
    if sum(w in _TELLING for w in found) >= _ENGLISH_SHARE * len(found):
        return ENGLISH
    code, probability = _identifier().classify(text[:_READ])
    return Language(code, _NAMES.get(code, code)) if probability >= _SURE else UNDETERMINED


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - only foreign texts pay for it

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    # Nigerian Pidgin and Scots share their words with English: "how do i get my rewards" would be Pidgin.
    identifier.set_languages([code for code in identifier.labels if code not in {"pcm", "sco"}])
    return identifier
