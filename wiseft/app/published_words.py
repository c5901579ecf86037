"""What published sweeps say, in plain words. Pure functions, as in `sentences`."""

from __future__ import annotations

from collections.abc import Sequence

from wiseft.app.sentences import Clause, Span
from wiseft.frontier import MEAN, Frontier, best_on
from wiseft.published import HALFWAY, TITLES, PublishedSweep
from wiseft.robustness import Barrier, Baseline, barrier, effective_robustness
from wiseft.text import coefficient, distance, number_of, percent


def published_sentence(
    sweep: PublishedSweep, shift: str, baseline: Baseline | None
) -> tuple[Clause, ...]:
    """How often one published model, mixed half-way, is correct.

    Args:
        sweep: measured on `shift`, and half-way.
        shift: a shift, or `MEAN`.
        baseline: of standard models on that shift, or None where there is none.
    """
    frontier = sweep.frontier
    at = frontier.index(HALFWAY)
    reference, under = frontier.curve(frontier.reference)[at], frontier.curve(shift)[at]
    first = (
        Span("At alpha "),
        Span(coefficient(HALFWAY), "alpha"),
        Span(f" {sweep.title} is correct on "),
        Span(percent(reference), "figure"),
        Span(f" of {TITLES[frontier.reference]}"),
    )
    second = (
        *_against_finetuned(frontier, frontier.reference, " than "),
        Span(" and on "),
        Span(percent(under), "figure"),
        Span(" under shift " if shift == MEAN else f" of {TITLES[shift]} "),
        *_against_finetuned(frontier, shift),
    )
    if baseline is None:
        return first, (*second, Span("."))
    beyond = float(effective_robustness(reference, under, baseline))
    third = (
        Span(distance(beyond), "change"),
        Span(f" {'above' if beyond >= 0 else 'below'} standard models of its accuracy."),
    )
    return first, (*second, Span(",")), third


def _against_finetuned(frontier: Frontier, name: str, than: str = "") -> Clause:
    """The change half-way against fine-tuned, in brackets; named where `than` is given."""
    curve = frontier.curve(name)
    change = float(curve[frontier.index(HALFWAY)] - curve[frontier.index(1)])
    finetuned = (Span("fine-tuned", "finetuned"),) if than else ()
    if round(100 * change, 1) == 0:
        return (Span("(the same as " if than else "(the same"), *finetuned, Span(")"))
    more = "more" if change > 0 else "less"
    return (
        Span("("),
        Span(distance(change), "change"),
        Span(f" {more}{than}"),
        *finetuned,
        Span(")"),
    )


def deepest_barrier(sweep: PublishedSweep) -> tuple[str, Barrier]:
    """The deeper barrier of two, on the reference or on the mean of the shifts, and which it is."""
    found = {name: barrier(sweep.frontier, name) for name in (sweep.frontier.reference, MEAN)}
    return max(found.items(), key=lambda pair: pair[1].depth)


def barriers_sentence(sweeps: Sequence[PublishedSweep]) -> str:
    """How many sweeps sink below the straight line between their ends, and which."""
    deepest = {each.title: deepest_barrier(each) for each in sweeps}
    broken = {title: found for title, found in deepest.items() if found[1].clear}
    if not broken:
        return (
            f"None of {number_of(len(sweeps), 'published sweep')} sinks below the straight line "
            "between its two ends by more than noise."
        )
    which = "; ".join(
        f"{title}, by {distance(found.depth)} at alpha {coefficient(found.alpha)} on "
        f"{'the mean of its shifts' if name == MEAN else TITLES[name]}"
        for title, (name, found) in broken.items()
    )
    sinks = "sinks" if len(broken) == 1 else "sink"
    return (
        f"{len(broken)} of {number_of(len(sweeps), 'published sweep')} {sinks} below the straight "
        f"line between the two ends by more than noise: {which}."
    )


def failure_title(sweep: PublishedSweep) -> str:
    """What one alpha can do on the mean of the shifts that zero-shot cannot."""
    best = best_on(sweep.frontier, MEAN)
    rate = f"learning rate {sweep.learning_rate}"
    if best == 0:
        return f"At {rate} no alpha beats zero-shot under shift"
    return f"At {rate} alpha {coefficient(best)} is best under shift"


def failure_sentence(sweep: PublishedSweep) -> str:
    """One sweep under shift and, where it sinks below both ends, in distribution."""
    frontier = sweep.frontier
    half = frontier.index(HALFWAY)
    under = frontier.curve(MEAN)
    told = (
        f"On the mean of {len(frontier.shifts)} shifts it is correct on {percent(under[0])} at "
        f"zero-shot, {percent(under[half])} at alpha {coefficient(HALFWAY)} and "
        f"{percent(under[-1])} fine-tuned."
    )
    curve = frontier.curve(frontier.reference)
    lowest = int(curve.argmin())
    if lowest in (0, len(curve) - 1):
        return told
    return (
        f"{told} On {TITLES[frontier.reference]}, alpha {coefficient(frontier.alphas[lowest])} is "
        f"worse than either end: {percent(curve[lowest])}, against {percent(curve[0])} and "
        f"{percent(curve[-1])}."
    )
