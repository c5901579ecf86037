"""An alpha by a rule, on the command line: what it chooses, and what is measured there."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from wiseft.cli.command import Result
from wiseft.cli.show import table
from wiseft.errors import Invalid
from wiseft.evidence import against, difference_sentence
from wiseft.frontier import MEAN, Frontier
from wiseft.metrics import Accuracy, Difference
from wiseft.rules import ALLOWED_LOSS, RULES, arguments_of
from wiseft.runs import Run
from wiseft.text import bare_percent, interval, plus_minus, points
from wiseft.weighting import parse_weights


def add_rule_arguments(parser: argparse.ArgumentParser) -> None:
    """`--rule`, what rules can be given, and `--against`."""
    parser.add_argument("--rule", metavar="NAME", help=f"choose an alpha: {', '.join(RULES)}")
    parser.add_argument(
        "--loss",
        type=float,
        metavar="PP",
        help="percentage points that within_loss and largest_gain may give up against fine-tuned "
        f"in distribution (default: {100 * ALLOWED_LOSS:g})",
    )
    parser.add_argument(
        "--shift", metavar="NAME", help=f"what best_on_shift is best on (default: {MEAN})"
    )
    parser.add_argument(
        "--weights",
        metavar="SET:WEIGHT,...",
        help=f"of weighted_mean, as in day:1,night:2 (default: the reference set and the {MEAN} "
        "alike)",
    )
    parser.add_argument(
        "--against", type=float, metavar="ALPHA", help="compare the chosen alpha with this one"
    )


def rule_settings(options: argparse.Namespace) -> dict[str, Any]:
    """What is given to the rule, by the names of its arguments.

    Raises:
        UnknownName: for the rule.
        Invalid: for what is given without a rule, or to one that does not take it.
    """
    given = {
        "loss": None if options.loss is None else options.loss / 100,
        "shift": options.shift,
        "weights": None if options.weights is None else parse_weights(options.weights),
    }
    given = {name: value for name, value in given.items() if value is not None}
    if options.rule is None:
        if given or options.against is not None:
            raise Invalid("Nothing chooses an alpha; name a rule with --rule.")
        return {}
    for name in given:
        if name not in arguments_of(options.rule):
            raise Invalid(f"The rule {options.rule} takes no --{name}; leave it out.")
    return given


def choose(run: Run, rule: str, settings: Mapping[str, Any], other: float | None) -> Result:
    """The alpha that a rule chooses, and what is measured there.

    Args:
        run: to choose on.
        rule: its name.
        settings: from `rule_settings`.
        other: an alpha to compare with; None for no comparison.

    Raises:
        UnknownName: for a shift or a set that is not there.
        Invalid: for a setting or another alpha that cannot be used.
        Missing: where the run lacks images that the rule chooses on.
    """
    evidence = run.evidence()
    frontier = evidence.frontier
    choice = RULES[rule](evidence, **settings)
    differences = {} if other is None else against(evidence, choice.alpha, other)
    accuracies = {name: _at(frontier, name, choice.alpha) for name in _names(frontier)}
    record = {
        "run": run.name,
        **asdict(choice),
        "accuracy": {name: asdict(each) for name, each in accuracies.items()},
        "against": other,
        "difference": {name: asdict(each) for name, each in differences.items()},
    }
    lines = [choice.sentence, *table(*_columns(accuracies, differences, other))]
    if other is not None:
        told = [name for name in (frontier.reference, MEAN) if name in differences]
        lines += [difference_sentence(frontier, name, differences[name], other) for name in told]
    return record, lines


def _names(frontier: Frontier) -> list[str]:
    return [*frontier.accuracy, *([MEAN] if frontier.shifts else [])]


def _at(frontier: Frontier, name: str, alpha: float) -> Accuracy:
    """The accuracy on a set, or on `MEAN`, at one alpha."""
    at = frontier.index(alpha)
    low, high = frontier.bounds(name)[at].tolist()
    return Accuracy(float(frontier.curve(name)[at]), low, high, int(frontier.images(name)[at]))


def _columns(
    accuracies: Mapping[str, Accuracy],
    differences: Mapping[str, Difference],
    other: float | None,
) -> tuple[list[str], list[list[str]]]:
    """The head and the rows of a table, a row a set."""
    head = ["set", "images", "accuracy", "95 % interval"]
    rows = [
        [name, f"{each.count}", bare_percent(each.value), interval(each.low, each.high)]
        for name, each in accuracies.items()
    ]
    if other is not None:
        head += [f"against {other:g}, pp", ""]
        for row, found in zip(rows, (differences[name] for name in accuracies), strict=True):
            row += [points(found.value), plus_minus(found.low, found.high)]
    return head, rows
