"""The corpus for contrastive pretraining: pictures in every domain with noisy captions.

What a caption says is fixed for each picture. Most name the sign, some by another name, and many
the domain; a few name a wrong sign, and some say nothing of use, as captions on the web do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState
from PIL import Image

from wiseft.datasets.base import ImageSet
from wiseft.datasets.signs.designs import CLASS_NAMES, DESIGNS
from wiseft.datasets.signs.domains import DOMAINS, picture
from wiseft.datasets.signs.world import drawn_version, stream

SHARES: dict[str, float] = {
    "day": 0.06,
    "night": 0.09,
    "fog": 0.09,
    "snow": 0.09,
    "blur": 0.09,
    "worn": 0.09,
    "sketch": 0.09,
    "foreign": 0.11,
    "clip art": 0.09,
    "monochrome": 0.06,
    "painting": 0.045,
    "pixel": 0.045,
    "sunset": 0.04,
    "negative": 0.01,
}
"""How often each domain occurs. Daylight is rare, so that fine-tuning on it has much to add."""

WRONG_SHARE = 0.05
"""How many captions name another sign."""

GENERIC_SHARE = 0.10
"""How many captions name no sign."""

PHRASE_SHARE = 0.60
"""How many of the captions that name a sign name the domain as well."""

CAPTIONS = (
    "a photo of a {} sign",
    "a {} sign",
    "a picture of a {} sign",
    "a road sign: {}",
    "{} sign",
    "a {} traffic sign",
    "the sign says {}",
    "{}",
)

GENERIC = ("IMG {}", "DSC {}", "photo {}", "untitled {}")


@dataclass(frozen=True)
class CorpusItem:
    """What one picture of the corpus shows and what its caption says.

    Attributes:
        class_id: the sign that is drawn.
        domain: a name in `DOMAINS`.
        named: the class that the caption names; None where it is generic.
        caption: the text.
    """

    class_id: int
    domain: str
    named: int | None
    caption: str


_DOMAIN_NAMES = tuple(SHARES)
_CUMULATIVE = np.cumsum(list(SHARES.values()))


def _pick(options: tuple[str, ...], rng: RandomState) -> str:
    return options[rng.randint(len(options))]


def corpus_item(index: int) -> CorpusItem:
    """The picture at `index` of the corpus, without drawing it."""
    rng = stream("caption", index)
    class_id = index % len(DESIGNS)
    place = np.searchsorted(_CUMULATIVE, rng.random_sample() * _CUMULATIVE[-1], side="right")
    domain = _DOMAIN_NAMES[place]
    noise = rng.random_sample()
    if noise < GENERIC_SHARE:
        caption = _pick(GENERIC, rng).format(rng.randint(1000, 10_000))
        return CorpusItem(class_id, domain, None, caption)
    named = class_id
    if noise < GENERIC_SHARE + WRONG_SHARE:
        named = (class_id + rng.randint(1, len(DESIGNS))) % len(DESIGNS)
    design = DESIGNS[named]
    caption = _pick(CAPTIONS, rng).format(_pick((design.name, *design.synonyms), rng))
    if rng.random_sample() < PHRASE_SHARE:
        caption = f"{caption} {_pick(DOMAINS[domain].phrases, rng)}"
    return CorpusItem(class_id, domain, named, caption)


class Corpus(ImageSet):
    """The first `size` pictures of the corpus; the labels are the signs that are drawn."""

    name = "corpus"
    title = "Pretraining corpus"

    def __init__(self, size: int) -> None:
        """A corpus of `size` pictures, each of which is the same in a corpus of any size."""
        self.labels = np.arange(size, dtype=np.int64) % len(DESIGNS)

    def captions(self) -> list[str]:
        """The caption of every picture."""
        return [corpus_item(index).caption for index in range(len(self))]

    def read(self, index: int) -> Image.Image:
        """Draw picture `index`, 64 x 64 pixels."""
        item = corpus_item(index)
        return picture(item.class_id, DOMAINS[item.domain], stream(self.name, index))

    def source(self, index: int) -> str:
        """The seed of picture `index`."""
        return f"signs/corpus/{index}"

    def version(self) -> str:
        """SHA-256 (hex) of the recipe of the corpus and of probe pictures as drawn here."""
        recipe = [SHARES, WRONG_SHARE, GENERIC_SHARE, PHRASE_SHARE, CAPTIONS, GENERIC, CLASS_NAMES]
        return drawn_version(self, [*recipe, [corpus_item(i).caption for i in range(100)]])
