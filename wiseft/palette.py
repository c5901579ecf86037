"""The colours of light and dark, the typefaces and the marks: defined once, for charts and pages.

One idea has one colour and one mark everywhere. The ramp from zero-shot through violet to
fine-tuned stands for alpha and for nothing else; gain and loss have hues of their own that stay
apart from it, and from each other, under deuteranopia and protanopia.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

SANS = '"Source Sans", "Source Sans 3", "Source Sans Pro", system-ui, "Segoe UI", sans-serif'
"""CSS font stack of labels, numbers and tables; the first ships with Streamlit."""

SERIF = '"Source Serif", "Source Serif 4", "Source Serif Pro", Georgia, serif'
"""CSS font stack of sentences and heads."""

Mark = Literal["zeroshot", "finetuned", "current"]
"""What has a mark of its own: the two ends of the path, and the alpha in hand."""

GLYPHS: dict[Mark, str] = {"zeroshot": "★", "finetuned": "◆", "current": "●"}
"""The marks as characters, for text and HTML."""


def mix(over: str, under: str, share: float) -> str:
    """`share` (0..1) of the colour `over` with the rest of `under`; all are "#rrggbb".

    Linear in sRGB, as CSS gradients are, so that a gradient on a page and a chart agree.
    """
    channels = (
        round(share * int(over[i : i + 2], 16) + (1 - share) * int(under[i : i + 2], 16))
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in channels)


@dataclass(frozen=True)
class Palette:
    """One scheme; every colour is "#rrggbb".

    Attributes:
        paper: the page; `raised`: a surface above it.
        ink: text and axes; `hairline`: rules between rows.
        zeroshot, midway, finetuned: the ramp at alpha 0, 0.5 and 1.
        ensemble: the output-space ensemble.
        gain, loss: signs of a change.
        runs: lines of further runs beside the ramp, in order; dashed where they come round again.
        shifts: lines of single shifts, in order; always labelled by name as well.
        taken: the commonest wrong classes of a set, in order; the name stands beside them.
    """

    paper: str
    raised: str
    ink: str
    hairline: str
    zeroshot: str
    midway: str
    finetuned: str
    ensemble: str
    gain: str
    loss: str
    runs: tuple[str, ...]
    shifts: tuple[str, ...]
    taken: tuple[str, ...]

    @property
    def muted(self) -> str:
        """Secondary text; no text is lighter."""
        return mix(self.ink, self.paper, 0.62)

    @property
    def mark(self) -> str:
        """Grey marks, such as a change within noise; too light for text."""
        return mix(self.ink, self.paper, 0.40)

    @property
    def grid(self) -> str:
        """Grid lines."""
        return mix(self.ink, self.paper, 0.12)

    def ramp(self, alpha: float) -> str:
        """The colour of a mixing coefficient; beyond 0 and 1 it stays that of the end."""
        position = 2 * min(max(alpha, 0.0), 1.0)
        if position <= 1:
            return mix(self.midway, self.zeroshot, position)
        return mix(self.finetuned, self.midway, position - 1)

    def css_variables(self) -> str:
        """CSS declarations for the body of a rule: `--paper: #fbf9f4; --ink: ...`."""
        colours = {name: value for name, value in asdict(self).items() if isinstance(value, str)}
        colours |= {"muted": self.muted, "mark": self.mark, "grid": self.grid}
        return " ".join(f"--{name}: {value};" for name, value in colours.items())


LIGHT = Palette(
    paper="#fbf9f4",
    raised="#f2eee5",
    ink="#1d1b18",
    hairline="#ddd7ca",
    zeroshot="#1b6ca8",
    midway="#7a4c9c",
    finetuned="#c2421f",
    ensemble="#8a8478",
    gain="#1d8071",
    loss="#74123a",
    runs=("#0f4a33", "#c08000", "#3a97a8"),
    shifts=("#65741a", "#87655c", "#1b4252", "#a68654", "#144630", "#729381", "#5e4100", "#2697b7"),
    taken=("#b0673a", "#b39a3c", "#a9719f", "#8a9163"),
)

DARK = Palette(
    paper="#14171b",
    raised="#1d2126",
    ink="#ece8df",
    hairline="#343a41",
    zeroshot="#6db5ee",
    midway="#b993e6",
    finetuned="#ff8e66",
    ensemble="#7f858c",
    gain="#7dead6",
    loss="#dc5888",
    runs=("#b9e6b0", "#e8cf4a", "#b8801f"),
    shifts=("#cdd97c", "#8c6a61", "#8aa18a", "#f0c9bf", "#397994", "#bc9554", "#6a791f", "#38dae8"),
    taken=("#d08a5c", "#cfb64f", "#cb97c1", "#a9b37e"),
)


TAKEN = len(LIGHT.taken)
"""Wrong classes that have a colour; all others are grey."""


def palette(dark: bool = False) -> Palette:
    """The palette of the dark or the light scheme."""
    return DARK if dark else LIGHT
