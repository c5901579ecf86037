"""The named rules that choose an alpha; each says on which images, and with what accuracy."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from wiseft.errors import Missing, UnknownName
from wiseft.evidence import Evidence, against
from wiseft.frontier import MEAN, Frontier, first_highest, smallest_within, within
from wiseft.metrics import Difference, mean_interval
from wiseft.optimism import Curves, optimism
from wiseft.registry import Registry
from wiseft.text import THIN, bare_percent, coefficient, distance, number_of, percent, points
from wiseft.weighting import Weights, check_weights

ALLOWED_LOSS = 0.01
"""Accuracy that a rule may give up in distribution where nothing else is asked, a fraction."""

NO_TEST_IMAGE = "No test image was used to choose it."


@dataclass(frozen=True)
class Choice:
    """An alpha, and how it came about.

    Attributes:
        rule: name of the rule.
        alpha: the mixing coefficient, one of those of the evidence.
        chosen_on: names of the sets whose images decided.
        sentence: what was chosen, on which images and with what accuracy, in plain words.
        uses_shifted_test_data: whether shifted test images took part in the choice.
        optimism: by how much the accuracy that the rule maximised is too high because the same
            images chose the alpha (`optimism.optimism`); None where the rule maximises nothing,
            and where a set has fewer than two images.
    """

    rule: str
    alpha: float
    chosen_on: tuple[str, ...]
    sentence: str
    uses_shifted_test_data: bool = False
    optimism: Difference | None = None


def half(evidence: Evidence) -> Choice:
    """Alpha 0.5, the paper's recommendation where nothing is known of the target.

    Raises:
        Invalid: where the evidence has no alpha 0.5.
    """
    alpha = _alpha(evidence.frontier, evidence.frontier.index(0.5))
    sentence = (
        f"Alpha {coefficient(alpha)} is half-way between the two models, the paper's "
        "recommendation where nothing else is known. No image was used to choose it."
    )
    return Choice("half", alpha, (), sentence + _caution(evidence.frontier, alpha))


def best_in_distribution(evidence: Evidence) -> Choice:
    """The smallest alpha with the highest accuracy on the validation set.

    Raises:
        Missing: where there are no validation images; test images never take their place.
    """
    held = _validation(evidence.frontier)
    images = number_of(evidence.frontier.count[held], "held-out image")
    return _highest(evidence, "best_in_distribution", {held: 1.0}, f"in distribution on {images}")


def within_loss(evidence: Evidence, loss: float = ALLOWED_LOSS) -> Choice:
    """The smallest alpha that loses at most `loss` against fine-tuned on the validation set.

    As far towards zero-shot, which is where robustness is, as accuracy in distribution allows.

    Args:
        evidence: must include alpha 1.
        loss: accuracy that may be given up, a fraction (0.01 is 1 percentage point).

    Raises:
        Missing: where there are no validation images; test images never take their place.
        Invalid: where the loss is not such a fraction, or alpha 1 is not there.
    """
    frontier = evidence.frontier
    held = _validation(frontier)
    alpha = smallest_within(frontier, held, loss)
    change = against(evidence, alpha, 1.0)[held]
    sentence = (
        f"Alpha {coefficient(alpha)} is the smallest that loses at most {distance(loss)} against "
        f"fine-tuned on {number_of(change.count, 'held-out image')}: the change is "
        f"{_in_points(change)}. {NO_TEST_IMAGE}"
    )
    return Choice("within_loss", alpha, (held,), sentence + _caution(frontier, alpha))


def largest_gain(evidence: Evidence, loss: float = ALLOWED_LOSS) -> Choice:
    """The smallest alpha with the highest mean of the shifts at a bounded loss in distribution.

    Uses the shifted test images. The loss is measured on the validation set, or on the reference
    test set where there is no other; the sentence says on which.

    Args:
        evidence: must include alpha 1.
        loss: accuracy against fine-tuned that may be given up in distribution, a fraction.

    Raises:
        Missing: where there are no shifts, or a set has no images.
        Invalid: where the loss is not such a fraction, or alpha 1 is not there.
    """
    frontier = evidence.frontier
    bound = frontier.validation or frontier.reference
    kind = "held-out image" if frontier.validation else "in-distribution test image"
    where = (
        f"of those that lose at most {distance(loss)} against fine-tuned on "
        f"{number_of(frontier.count[bound], kind)}, measured on {_images(frontier, MEAN)}"
    )
    return _highest(evidence, "largest_gain", {MEAN: 1.0}, where, _Limit(bound, loss))


def best_on_shift(evidence: Evidence, shift: str = MEAN) -> Choice:
    """The smallest alpha with the highest accuracy on a shifted test set, or on their mean.

    An oracle: it is chosen on the test images that measure it, and says what that flatters by.

    Args:
        evidence: of a run with shifts.
        shift: name of a shift, or `MEAN`.

    Raises:
        UnknownName: where there is no such shift.
        Missing: where there are no shifts at all, or the shift has no images.
    """
    frontier = evidence.frontier
    if shift not in (MEAN, *frontier.shifts):
        raise UnknownName("shift", shift, (MEAN, *frontier.shifts))
    return _highest(evidence, "best_on_shift", {shift: 1.0}, f"on {_images(frontier, shift)}")


def weighted_mean(evidence: Evidence, weights: Weights | None = None) -> Choice:
    """The smallest alpha with the highest weighted mean of accuracies.

    Args:
        evidence: of a run.
        weights: by set, or `MEAN` for all shifts alike; only their ratios matter. Where None,
            the reference set and the mean of the shifts count half each, as in the paper's
            tables.

    Raises:
        UnknownName: where a set does not exist.
        Invalid: where a weight is negative or not finite, or all are zero.
        Missing: where a set that counts has no images, or `MEAN` no shifts.
    """
    frontier = evidence.frontier
    weights = {frontier.reference: 1.0, MEAN: 1.0} if weights is None else weights
    check_weights(frontier, weights)
    total = sum(weights.values())
    shares = {name: weight / total for name, weight in weights.items() if weight > 0}
    *most, last = (f"{_images(frontier, name)} ({percent(shares[name])})" for name in shares)
    listed = f"{', '.join(most)} and {last}" if most else last
    return _highest(evidence, "weighted_mean", shares, f"on the weighted mean of {listed}")


Rule = Callable[..., Choice]
"""Takes `Evidence`, and by keyword what else it needs; all of that has defaults."""

RULES: Registry[Rule] = Registry(
    "rule",
    {
        rule.__name__: rule
        for rule in (
            half,
            best_in_distribution,
            within_loss,
            largest_gain,
            best_on_shift,
            weighted_mean,
        )
    },
)


def arguments_of(rule: str) -> tuple[str, ...]:
    """What the rule of that name takes by keyword. Raises `UnknownName`."""
    _, *others = inspect.signature(RULES[rule]).parameters
    return tuple(others)


@dataclass(frozen=True)
class _Limit:
    """What an alpha may lose against fine-tuned on the set `name`; a fraction."""

    name: str
    loss: float


def _highest(
    evidence: Evidence,
    rule: str,
    weights: Mapping[str, float],
    where: str,
    limit: _Limit | None = None,
) -> Choice:
    """The smallest alpha with the highest weighted mean of accuracies among those in the limit.

    Args:
        evidence: of a run.
        rule: name of the rule.
        weights: by set or `MEAN`; they sum to 1.
        where: completes "Alpha 0.64 is the best".
        limit: None for no limit.
    """
    frontier = evidence.frontier
    shares = _shares(frontier, weights)
    decided = tuple(dict.fromkeys([*shares, limit.name] if limit else shares))
    for name in decided:
        if not frontier.count[name]:
            raise Missing(f"{frontier.title(name)!r} has no images to choose an alpha on.")

    allowed = np.ones(len(frontier.alphas), bool)
    if limit:
        allowed = within(frontier.accuracy[limit.name], frontier.index(1.0), limit.loss)

    def choose(curves: Curves) -> int:
        scores = np.sum([share * curves[name] for name, share in shares.items()], axis=0)
        return first_highest(np.where(allowed, scores, -np.inf))

    at = choose(frontier.accuracy)
    alpha = _alpha(frontier, at)
    luck = optimism({name: evidence.correct(name) for name in shares}, shares, choose)
    honesty = NO_TEST_IMAGE if decided == (frontier.validation,) else _flattery(luck)
    return Choice(
        rule=rule,
        alpha=alpha,
        chosen_on=decided,
        sentence=f"Alpha {coefficient(alpha)} is the best {where}: "
        f"{_accuracy(frontier, shares, at)}. {honesty}{_caution(frontier, alpha)}",
        uses_shifted_test_data=any(name in frontier.shifts for name in decided),
        optimism=luck,
    )


def _shares(frontier: Frontier, weights: Mapping[str, float]) -> dict[str, float]:
    """The weights with `MEAN` shared out among the shifts."""
    shares: dict[str, float] = {}
    for name, weight in weights.items():
        if name == MEAN and not frontier.shifts:
            raise Missing(f"Run {frontier.run!r} has no shifts; choose on other sets.")
        parts = frontier.shifts if name == MEAN else (name,)
        for part in parts:
            shares[part] = shares.get(part, 0.0) + weight / len(parts)
    return shares


def _validation(frontier: Frontier) -> str:
    """The validation set; `Missing` where it is not there or empty."""
    if frontier.validation is None or not frontier.count[frontier.validation]:
        raise Missing(
            f"Run {frontier.run!r} has no validation images, which this rule chooses on; hold "
            "some images out of the training data, or use another rule."
        )
    return frontier.validation


def _alpha(frontier: Frontier, index: int) -> float:
    return float(frontier.alphas[index])


def _accuracy(frontier: Frontier, shares: Mapping[str, float], at: int) -> str:
    """A weighted mean of accuracies at one alpha, with its interval: "97.1 % (96.3 to 97.8)"."""
    weights = list(shares.values())
    values = [frontier.accuracy[name][at] for name in shares]
    low, high = mean_interval(values, [frontier.interval[name][at] for name in shares], weights)
    mean = float(np.average(values, weights=weights))
    return f"{percent(mean)} ({bare_percent(low)} to {bare_percent(high)})"


def _images(frontier: Frontier, name: str) -> str:
    """What an accuracy is measured on: "1,512 Fog images"."""
    if name != MEAN:
        return number_of(frontier.count[name], f"{frontier.title(name)} image")
    images = number_of(sum(frontier.count[shift] for shift in frontier.shifts), "image")
    return f"the mean of {number_of(len(frontier.shifts), 'shift')} with {images}"


def _in_points(difference: Difference) -> str:
    """A difference with its interval: "−0.7 pp (−1.2 to −0.2)"."""
    low, high = points(difference.low), points(difference.high)
    return f"{points(difference.value)}{THIN}pp ({low} to {high})"


def _flattery(luck: Difference | None) -> str:
    """What choosing on the test images does to the accuracy there."""
    size = (
        "; they are too few to say by how much"
        if luck is None
        else f" by {_in_points(luck)} in cross-validation"
    )
    return f"It was chosen on these very test images, which makes the accuracy optimistic{size}."


def _caution(frontier: Frontier, alpha: float) -> str:
    """What to know of an alpha that was not evaluated."""
    if frontier.exact[frontier.index(alpha)]:
        return ""
    return " It is interpolated; evaluate it exactly to be sure."
