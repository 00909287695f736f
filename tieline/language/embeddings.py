"""Word vectors that ship in the `wordllama` wheel, mean pooled: no download, no key, thousands of texts a second.

The files are read with `safetensors` and `tokenizers`; `wordllama` itself is not imported (0.6 s).
See https://github.com/dleemiller/WordLlama.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tieline.errors import ConfigError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]

_BATCH = 512  # texts tokenized at a time, so that a long list does not hold all of its tokens at once


class WordVectors:
    """One vector for each of 32,000 word pieces.

    Args:
        weights: One row per word piece.
        tokenizer: Tells which word pieces a text consists of.
    """

    name = "wordllama-l2-supercat-256"

    def __init__(self, weights: Vectors, tokenizer: Tokenizer) -> None:
        self._weights = weights
        self._tokenizer = tokenizer

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A row of length one per text, so that a dot product is a cosine; zeros for an empty text."""
        rows = np.zeros((len(texts), self._weights.shape[1]), np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = self._tokenizer.encode_batch_fast(list(texts[start : start + _BATCH]), add_special_tokens=False)
            for row, encoding in enumerate(batch, start):
                if encoding.ids:
                    # As good as the mean, and cheaper: the row is brought to length one below.
                    rows[row] = np.add.reduce(self._weights[encoding.ids], axis=0)
        return unit(rows)


def unit(rows: Vectors) -> Vectors:
    """Each row at length one; rows of zeros stay as they are."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = rows / np.maximum(lengths, np.float32(1e-9))
    return scaled


@cache
def word_vectors() -> WordVectors:
    """The vectors of this process, read once (0.3 s, 32 MB).

    Raises:
        ConfigError: The `wordllama` wheel is missing, or laid out in another way.
    """
    from safetensors.numpy import load_file  # noqa: PLC0415 - only who embeds pays for it
    from tokenizers import Tokenizer  # noqa: PLC0415 - as above

    spec = find_spec("wordllama")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    weights = folder / "weights" / "l2_supercat_256.safetensors"
    pieces = folder / "tokenizers" / "l2_supercat_tokenizer_config.json"
    if not (weights.is_file() and pieces.is_file()):
        raise ConfigError(
            "The embedded language engine cannot find its word vectors.",
            hint="Install them again: pip install 'wordllama>=0.4,<0.5'.",
        )
    tokenizer = Tokenizer.from_file(str(pieces))
    tokenizer.no_padding()
    return WordVectors(load_file(weights)["embedding.weight"].astype(np.float32), tokenizer)
