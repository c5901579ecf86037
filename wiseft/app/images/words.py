"""What the Images page says."""

from __future__ import annotations

from collections.abc import Sequence

from wiseft.app.image_links import ALL_SHIFTS
from wiseft.app.images.selection import Selection
from wiseft.app.sentences import Clause, Span
from wiseft.gallery import Gallery, Order, Outcome, Stretch
from wiseft.text import coefficient, number_of

ORDERS: dict[Order, str] = {
    "dealt": "Classes in turns",
    "confident": "Most confident errors",
    "near": "Closest to flipping",
    "listed": "As listed",
}


def outcome_names(alpha: float) -> dict[Outcome, str]:
    """What becomes of images, in the words of the control."""
    here = coefficient(alpha)
    return {
        "all": "All",
        "fixed": "Fixed",
        "broken": "Broken",
        "between": "Correct only in between",
        "wrong": "Always wrong",
        "correct": "Always correct",
        "correct-at": f"Correct at {here}:",
        "wrong-at": f"Wrong at {here}:",
    }


def images_sentence(shown: Selection) -> tuple[Clause, ...]:
    """The finding: how many images of the filter alpha fixes, and how many it breaks."""
    where = "Over all shifts" if shown.name == ALL_SHIFTS else f"On {shown.title}"
    alpha = Span(f"α {coefficient(shown.alpha)}", "alpha")
    kind = _kind(shown)
    if not shown.counts["all"]:
        return ((Span(f"{where}, there are no images{kind}"),),)
    if shown.at == shown.versus:
        correct = f"{shown.counts['correct-at']:,}"
        every = number_of(shown.counts["all"], "image")
        return (
            (
                *(Span(f"{where}, "), alpha, Span(" is correct on ")),
                *(Span(correct, "figure"), Span(f" of {every}{kind}")),
            ),
        )
    fixed, broken = shown.counts["fixed"], shown.counts["broken"]
    return (
        (
            *(Span(f"{where}, "), alpha, Span(" fixes "), Span(f"{fixed:,}", "figure")),
            Span(f" {'image' if fixed == 1 else 'images'}{kind} and breaks "),
            Span(f"{broken:,}", "figure"),
        ),
    )


def images_note(shown: Selection) -> str:
    """What fixed and broken mean, and what the strips are."""
    path = shown.gallery.path
    low, high = (f"{each:g}" for each in (path.alphas[0], path.alphas[-1]))
    strips = f"The strip under each image shows every alpha from {low} to {high}."
    if shown.at == shown.versus:
        return f"Alpha is compared with itself; move the ring to see what changes. {strips}"
    here, there = coefficient(shown.alpha), coefficient(shown.other)
    return f"Fixed: correct at ● {here}, wrong at ○ {there}. Broken: the reverse. {strips}"


def stretches_title(gallery: Gallery, image: int) -> str:
    """The finding of one image: where it is correct."""
    alphas = gallery.path.alphas
    label = int(gallery.path.labels[image])
    correct = [each for each in gallery.stretches(image) if each.class_id == label]
    if not correct:
        return "Wrong at every alpha" if len(alphas) > 1 else "Wrong"
    if len(correct) == len(gallery.stretches(image)):
        return "Correct at every alpha" if len(alphas) > 1 else "Correct"
    last = len(alphas) - 1
    if len(correct) > 3:
        count = int(gallery.correct[:, image].sum())
        return f"Correct at {count} of {len(alphas)} alphas, in {len(correct)} stretches"
    return "Correct " + _listed([_span(each, alphas.tolist(), last) for each in correct])


def flips_sentence(count: int) -> str:
    """How often an image flips."""
    times = {0: "Never flips", 1: "Flips once", 2: "Flips twice"}
    return times.get(count, f"Flips {count} times")


def _span(stretch: Stretch, alphas: Sequence[float], last: int) -> str:
    first, end = (coefficient(alphas[each]) for each in (stretch.first, stretch.last))
    if stretch.first == stretch.last:
        return f"at α {first} alone"
    if stretch.first == 0:
        return f"up to α {end}"
    return f"from α {first} on" if stretch.last == last else f"from α {first} to {end}"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _kind(shown: Selection) -> str:
    """Which images are counted, after the noun."""
    chosen = shown.chosen
    parts = []
    if chosen.true is not None:
        parts.append(f" of {shown.class_name(chosen.true)}")
    if chosen.read is not None:
        parts.append(f" read as {shown.class_name(chosen.read)}")
    if shown.slice is not None:
        parts.append(f" with {shown.slice.words}")
    if chosen.low > 0 or chosen.high < 1:
        parts.append(f" with confidence {chosen.low:.2f} to {chosen.high:.2f}")
    return "".join(parts)
