"""What the numbers of the classes say, in plain words that know what is noise.

Pure functions; a change is clear where the table's test says so, corrected for the classes.
"""

from __future__ import annotations

import pandas as pd

from wiseft.app.sentences import Clause, Span
from wiseft.breakdown import Metric
from wiseft.significance import SIGNIFICANT
from wiseft.text import coefficient, number_of, percent

WORDS: dict[Metric, str] = {"accuracy": "Accuracy", "precision": "Precision", "f1": "F1"}


def classes_sentence(
    table: pd.DataFrame, alpha: float, versus: float, title: str, metric: Metric = "accuracy"
) -> tuple[Clause, ...]:
    """How many classes clearly gain and clearly pay at `alpha` against `versus`.

    Args:
        table: from `breakdown.per_class`.
        alpha, versus: what it compares.
        title: readable name of the set.
        metric: by which.
    """
    if table.empty:
        return ((Span(f"There are no images of {title} to tell classes by"),),)
    if alpha == versus:
        first = (Span("Alpha "), Span(coefficient(alpha), "alpha"), Span(" is held against itself"))
        return first, (Span("and nothing changes: move one of the two."),)
    change, clear = (table[f"{metric}_{each}"].to_numpy() for each in ("change", "clear"))
    gain, lose = int((clear & (change > 0)).sum()), int((clear & (change < 0)).sum())
    total = number_of(len(table), "class")
    by = "" if metric == "accuracy" else f" by {WORDS[metric]}"
    first: Clause = (Span(f"On {title} images, "),)
    if gain:
        first += (Span(f"{gain:,}", "figure"), Span(f" of {total} clearly gain{_s(gain)}"))
    else:
        first += (Span(f"none of {total} clearly gains"),)
    lost = (Span(f"{lose:,}", "figure"),) if lose else (Span("none"),)
    here = (Span(f" clearly pay{_s(lose or 1)}{by} at alpha "), Span(coefficient(alpha), "alpha"))
    return first, (Span("and "), *lost, *here)


def _s(number: int) -> str:
    return "s" if number == 1 else ""


def classes_note(table: pd.DataFrame, alpha: float, versus: float) -> str:
    """The accuracies and the counts of images behind the sentence."""
    images = _sum(table, "count")
    if images == 0:
        return "Choose another set."
    now = _sum(table, "correct")
    fixed, broken = _sum(table, "fixed"), _sum(table, "broken")
    unclear = len(table) - _sum(table, "accuracy_clear")
    each = round(images / len(table))
    return (
        f"Accuracy {percent((now - fixed + broken) / images)} → {percent(now / images)}. "
        f"α {coefficient(alpha)} fixes {fixed:,} of {number_of(images, 'image')} against "
        f"α {coefficient(versus)} and breaks {broken:,}; for {number_of(unclear, 'class')} the "
        f"change of accuracy is within the noise of about {number_of(each, 'image')} a class."
    )


def clear_note(classes: int, metric: Metric) -> str:
    """What bold and grey mean, and how much of it is chance."""
    if metric == "accuracy":
        test = "McNemar’s exact test, p below 0.05 by Holm’s correction"
    else:
        test = "the interval of the change, at Bonferroni’s level, excludes zero"
    diamonds = (
        " A diamond is the best alpha of a class for which some alpha is better than the compared "
        "one by the same test, corrected for the number of alphas too."
    )
    return (
        f"Bold: {test} for {number_of(classes, 'class')}. Where nothing really changed, one page "
        "in twenty would colour any class. Grey: within noise."
        f"{diamonds if metric == 'accuracy' else ''}"
    )


def pairs_note(pairs: pd.DataFrame) -> str:
    """How many confused images go and come altogether."""
    go, come = _sum(pairs, "go"), _sum(pairs, "come")
    return (
        f"Images per confusion, largest change first. {number_of(go, 'confused image')} "
        f"{'disappears' if go == 1 else 'disappear'}, {come:,} new {'one' if come == 1 else 'ones'}"
        f" {'appears' if come == 1 else 'appear'}. Grey: within noise (exact test, Holm’s "
        "correction)."
    )


def losers_sentence(losers: pd.DataFrame, alpha: float, versus: float, shifts: int) -> str:
    """How many classes lose under every shift."""
    move = f"at α {coefficient(alpha)} against α {coefficient(versus)}"
    if losers.empty:
        return f"No class loses accuracy under every one of {number_of(shifts, 'shift')} {move}."
    clear = int((losers["p_holm"].to_numpy() < SIGNIFICANT).sum())
    many = number_of(len(losers), "class")
    lose = "loses" if len(losers) == 1 else "lose"
    return (
        f"{many} {lose} accuracy under every shift {move}; for {clear:,} of them that is more than "
        "chance over all shifts together (exact test, Holm’s correction for all classes)."
    )


def _sum(table: pd.DataFrame, column: str) -> int:
    return int(table[column].to_numpy().sum())
