"""Words and phrases that a text is about: its own, or from a given vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from tieline.errors import ConfigError
from tieline.language.answers import Tags, foreign
from tieline.language.embeddings import word_vectors
from tieline.language.languages import detect
from tieline.language.sentences import conversation, prose
from tieline.language.text import STOPWORDS, passage, words

READ = 60_000  # characters

_LONGEST = 3  # words in a phrase
_CANDIDATES = 400
_SAME = 0.75  # cosine above which two phrases say the same
_NAMED = 0.5  # what a vocabulary tag gains when its words stand in the text
_FITS = 0.4  # score from which a vocabulary tag is given
_LETTERS = 3  # of a word that can be a tag by itself

# Words that say little about a text, besides the stop words: politeness, time, number and manner.
_PALE_WORDS = """
    hello hi hey thanks thank regards dear sir madam team best kind sincerely cheers sorry everything something nothing
    anything someone somebody nobody nobody's anybody one two three four five six seven eight nine ten first second
    third last next back away today tomorrow yesterday morning afternoon evening night day days week weeks month
    months year years time times minute minutes hour hours rather instead although though each every either neither
    many much lot really quite already still yet ever never always often sometimes soon straight even well see saw
    seen get gets go goes going went gone make makes made take takes took say says said tell tells told know knows
    want wants need needs use uses used using try tried trying think look looks looking come comes came give gives
    gave put send sends sent show shows shown work works worked happen happens happened help thing things way ways
    bit else around within without between since per via good great nice fine happy able possible both another same
    few several whole however therefore thus may might must shall hope write wrote find found call called ask asked
"""
_PALE = frozenset(_PALE_WORDS.split())


def extract_tags(text: str, *, vocabulary: Sequence[str] = (), limit: int = 5) -> Tags:
    """Say what a text is about in a few tags.

    Args:
        text: Plain text, Markdown or HTML.
        vocabulary: The tags to choose from. When empty, phrases of the text itself are taken.
        limit: How many tags at most.

    Returns:
        Tags, best first. From a vocabulary there may be none, when none fits.

    Raises:
        ConfigError: The vocabulary has an empty tag.
    """
    if any(not tag.strip() for tag in vocabulary):
        raise ConfigError("The vocabulary has an empty tag.")
    read = passage(text, READ)
    language = detect(read.text)
    if language.foreign and vocabulary:
        return Tags(tags=(), notes=(*read.notes, foreign(language)))
    found = [s.text for s in conversation(read.text) or prose(read.text)]
    best = _from_vocabulary(found, vocabulary, limit) if vocabulary else _from_text(found, limit)
    notes = (*read.notes, foreign(language)) if language.foreign else read.notes
    return Tags(tags=tuple(best), scores=best, notes=notes)


def _from_vocabulary(sentences: Sequence[str], vocabulary: Sequence[str], limit: int) -> dict[str, float]:
    """Vocabulary tags that fit, best first: near in meaning to some sentence, or named in the text."""
    if not sentences:
        return {}
    near = (word_vectors().embed(sentences) @ word_vectors().embed(vocabulary).T).max(axis=0)
    said = f" {' '.join(_stem(w) for s in sentences for w in words(s))} "
    scores = {}
    for tag, similar in zip(vocabulary, near, strict=True):
        named = f" {' '.join(_stem(w) for w in words(tag))} " in said
        scores[tag] = round(min(1.0, max(0.0, float(similar)) + _NAMED * named), 4)
    fitting = {tag: score for tag, score in scores.items() if score >= _FITS}
    return dict(sorted(fitting.items(), key=lambda item: -item[1])[:limit])


def _from_text(sentences: Sequence[str], limit: int) -> dict[str, float]:
    """Phrases of the text, best first: frequent, near to the whole, and not twice the same."""
    counts = Counter(phrase for s in sentences for phrase in _phrases(s))
    phrases = [phrase for phrase, _ in counts.most_common(_CANDIDATES)]
    if not phrases:
        return {}
    vectors = word_vectors().embed(phrases)
    near = vectors @ word_vectors().embed([" ".join(sentences)])[0]
    weight = np.array([np.log1p(counts[p]) * (1 + 0.25 * p.count(" ")) for p in phrases], np.float32)
    score = np.clip(near, 0, None) * weight
    chosen: dict[str, float] = {}
    told: set[str] = set()
    similar = np.zeros(len(phrases), np.float32)  # of each phrase to the nearest that is chosen
    for i in np.argsort(-score, kind="stable"):
        if len(chosen) == limit or score[i] <= 0:
            break
        if similar[i] <= _SAME and told.isdisjoint(phrases[i].split()):
            chosen[phrases[i]] = round(min(1.0, float(score[i])), 4)
            told.update(phrases[i].split())
            similar = np.maximum(similar, vectors @ vectors[i])
    return chosen


def _phrases(sentence: str) -> list[str]:
    """Runs of up to three words that carry meaning and stand side by side."""
    out: list[str] = []
    run: list[str] = []
    for part in sentence.replace("/", " , ").split():
        for word in words(part) or [""]:
            if word in STOPWORDS or word in _PALE or not _meaningful(word):
                run = []
                continue
            run.append(word)
            out += [" ".join(run[-n:]) for n in range(1, min(_LONGEST, len(run)) + 1)]
        if part[-1] in ',.;:!?)"':
            run = []
    return out


def _meaningful(word: str) -> bool:
    return len(word) >= _LETTERS and not word.isdigit()


def _stem(word: str) -> str:
    """Refund, refunds and refunded alike; rough, but it is only used to compare."""
    for end in ("ing", "ed", "es", "s"):
        if word.endswith(end) and len(word) - len(end) >= _LETTERS:
            return word[: -len(end)]
    return word
