"""Published sweeps in numbers, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from wiseft.app.html import column_heads, html_table, number_cells
from wiseft.frontier import MEAN, Frontier, best_on
from wiseft.published import HALFWAY, HEADLINE, SHIFTS, TITLES, PublishedSweep
from wiseft.robustness import Baseline, barrier, effective_robustness, relative_robustness
from wiseft.standard_models import StandardModels
from wiseft.text import NOTHING, bare_percent, coefficient, number_of, percent, points

_ENDS = ("zero\u2011shot", "fine\u2011tuned", f"α\u00a0{coefficient(HALFWAY)}")
"""What a column is about; these do not break across lines."""

_WORDS = {
    0.0: '<span class="word zeroshot">zero-shot</span>',
    1.0: '<span class="word finetuned">fine-tuned</span>',
    HALFWAY: f"α\u00a0{coefficient(HALFWAY)}",
}


def headline_table(sweeps: Mapping[str, PublishedSweep], standard: StandardModels) -> str:
    """The paper's headline table from the sweeps by id, and the best alpha of every column."""
    baseline = standard.baseline(MEAN)
    columns = ("imagenet", *SHIFTS["imagenet"], MEAN)
    body = ""
    for id_, alpha in HEADLINE:
        sweep = sweeps[id_]
        accuracies = [_accuracy(sweep.frontier, each, alpha) for each in columns]
        beyond = points(_beyond(sweep.frontier, MEAN, alpha, baseline))
        body += (
            f'<tr><th scope="row">{escape(sweep.model)} {_WORDS[alpha]}</th>'
            f"{number_cells(*accuracies, beyond)}</tr>"
        )
        if alpha == HALFWAY:
            body += _oracle_row(sweep, columns)
    heads = ("Model", "ImageNet", *(TITLES[each] for each in SHIFTS["imagenet"]))
    return html_table(
        "headline numbers",
        "The paper's headline table",
        column_heads(*heads, "Mean of 5 shifts", "Effective robustness, pp"),
        body,
    )


def _oracle_row(sweep: PublishedSweep, columns: Sequence[str]) -> str:
    best = [best_on(sweep.frontier, each) for each in columns]
    accuracies = [
        f"{_accuracy(sweep.frontier, each, alpha)} <small>α {coefficient(alpha)}</small>"
        for each, alpha in zip(columns, best, strict=True)
    ]
    name = f"{escape(sweep.model)} <small>each column at its own best α: an oracle</small>"
    row = number_cells(*accuracies, NOTHING)
    return f'<tr class="oracle"><th scope="row">{name}</th>{row}</tr>'


def _accuracy(frontier: Frontier, name: str, alpha: float) -> str:
    """An accuracy in per cent that tells its interval on hovering."""
    at = frontier.index(alpha)
    interval = " to ".join(percent(bound) for bound in frontier.bounds(name)[at])
    images = "" if name == MEAN else f", {number_of(frontier.count[name], 'image')}"
    return (
        f'<span title="95 % interval {interval}{images}">'
        f"{bare_percent(frontier.curve(name)[at])}</span>"
    )


def comparison_table(
    frontiers: Mapping[str, Frontier],
    shift: str,
    baseline: Baseline | None,
    own: Mapping[str, Frontier],
) -> str:
    """What fine-tuning changes against zero-shot, and what mixing half-way does.

    Args:
        frontiers: of published sweeps, by title, all measured on `shift`.
        shift: a shift, or `MEAN`.
        baseline: of standard models on that shift, or None where there is none.
        own: of runs to stand below, by title, each on the mean of its own shifts.
    """
    rows = [_comparison_row(title, each, shift, baseline) for title, each in frontiers.items()]
    rows += [_comparison_row(title, each, MEAN, None) for title, each in own.items() if each.shifts]
    heads = [f"In distribution, {end}" for end in _ENDS[1:]]
    heads += [f"Under shift, {end}" for end in _ENDS[1:]]
    heads += [f"Effective robustness, {end}" for end in _ENDS]
    return html_table(
        "comparison numbers", "Against zero-shot", column_heads("Sweep", *heads), "".join(rows)
    )


def _comparison_row(title: str, frontier: Frontier, shift: str, baseline: Baseline | None) -> str:
    sets = f"{frontier.title(frontier.reference)}; {frontier.title(shift)}"
    name = f"{escape(title)} <small>{escape(sets)}</small>"
    changes = [
        _change(frontier, each, alpha)
        for each in (frontier.reference, shift)
        for alpha in (1.0, HALFWAY)
    ]
    beyond = [
        NOTHING if baseline is None else points(_beyond(frontier, shift, alpha, baseline))
        for alpha in (0.0, 1.0, HALFWAY)
    ]
    return f'<tr><th scope="row">{name}</th>{number_cells(*changes, *beyond)}</tr>'


def learning_rate_table(sweeps: Sequence[PublishedSweep]) -> str:
    """Sweeps that differ in their learning rate: both models, and how deep the path sinks."""
    body = ""
    for each in sweeps:
        frontier, contents = each.frontier, []
        for name in (frontier.reference, MEAN):
            curve, sunk = frontier.curve(name), barrier(frontier, name)
            contents += [bare_percent(curve[-1]), bare_percent(curve[frontier.index(HALFWAY)])]
            depth = f'<span class="loss">{points(-sunk.depth)}</span>'
            contents.append(depth if sunk.clear else "none")
        body += f'<tr><th scope="row">{each.learning_rate}</th>{number_cells(*contents)}</tr>'
    heads = column_heads(
        "Learning rate",
        *(
            f"{where}, {what}"
            for where in ("ImageNet", "Under shift")
            for what in (*_ENDS[1:], "barrier")
        ),
    )
    return html_table("rates numbers", "By learning rate", heads, body)


def _change(frontier: Frontier, name: str, alpha: float) -> str:
    """Accuracy at `alpha` beyond zero-shot; nothing where it is not known."""
    if not {0.0, alpha} <= set(frontier.alphas.tolist()):
        return NOTHING
    curve = frontier.curve(name)
    gain = relative_robustness(curve[frontier.index(alpha)], curve[frontier.index(0)])
    return points(float(gain))


def _beyond(frontier: Frontier, name: str, alpha: float, baseline: Baseline) -> float:
    at = frontier.index(alpha)
    reference, shift = frontier.curve(frontier.reference), frontier.curve(name)
    return float(effective_robustness(reference[at], shift[at], baseline))
