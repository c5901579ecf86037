"""Street signs: a small world of images that is drawn from seeds, and needs no files.

`styles`, `pictograms` and `designs` say what signs look like, `scene` and `domains` how pictures
of them are taken, `world` which pictures make up each set, and `captions` what a model is
pretrained on.
"""

from wiseft.datasets.signs.captions import Corpus, CorpusItem, corpus_item
from wiseft.datasets.signs.world import (
    PINNED_FINGERPRINT,
    SignSet,
    benchmark,
    draws_pinned_world,
    fingerprint,
)

__all__ = [
    "PINNED_FINGERPRINT",
    "Corpus",
    "CorpusItem",
    "SignSet",
    "benchmark",
    "corpus_item",
    "draws_pinned_world",
    "fingerprint",
]
