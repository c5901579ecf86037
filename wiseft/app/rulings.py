"""What every rule chooses on a run, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wiseft.errors import WiseftError
from wiseft.evidence import Evidence
from wiseft.frontier import MEAN, Frontier
from wiseft.rules import ALLOWED_LOSS, RULES, Choice, arguments_of
from wiseft.text import THIN, points
from wiseft.weighting import Weights


@dataclass(frozen=True)
class RuleSettings:
    """What the rules that ask for something are given.

    Attributes:
        loss: accuracy that may be given up against fine-tuned, a fraction.
        shift: the one to be best on, or `MEAN`.
        weights: of the sets in a mean; None for those that the rule has by default.
    """

    loss: float = ALLOWED_LOSS
    shift: str = MEAN
    weights: Weights | None = None

    def of(self, rule: str) -> Mapping[str, Any]:
        """Those that one rule takes."""
        return {name: vars(self)[name] for name in arguments_of(rule)}


@dataclass(frozen=True)
class Ruling:
    """What one rule says of a run.

    Attributes:
        rule: its name in the registry.
        name: the same in a few words, with its settings.
        choice: what it chooses; None where it cannot be used on this run.
        tested: whether it was chosen on test images.
        words: on which images it was chosen, and how optimistic that is; or why it cannot be used.
    """

    rule: str
    name: str
    choice: Choice | None
    tested: bool
    words: str


DEFAULTS = RuleSettings()


def all_rulings(evidence: Evidence, settings: RuleSettings = DEFAULTS) -> list[Ruling]:
    """What every rule says, in their order."""
    names = rule_names(settings, evidence.frontier)
    return [_ruling(rule, names[rule], evidence, settings) for rule in RULES]


def rule_names(settings: RuleSettings, frontier: Frontier) -> dict[str, str]:
    """Every rule with its settings, in a few words."""
    loss = f"{100 * settings.loss:g}{THIN}pp"
    mean = settings.shift == MEAN
    return {
        "half": "half-way",
        "best_in_distribution": "best in distribution",
        "within_loss": f"within {loss} of fine-tuned",
        "largest_gain": f"largest gain within {loss}",
        "best_on_shift": "best mean shift" if mean else f"best on {frontier.title(settings.shift)}",
        "weighted_mean": "best of both" if settings.weights is None else "best weighted mean",
    }


def _ruling(rule: str, name: str, evidence: Evidence, settings: RuleSettings) -> Ruling:
    try:
        choice = RULES[rule](evidence, **settings.of(rule))
    except WiseftError as error:
        return Ruling(rule, name, None, False, str(error))
    tested = [each for each in choice.chosen_on if each != evidence.frontier.validation]
    return Ruling(rule, name, choice, bool(tested), _chosen_on(choice, len(tested)))


def _chosen_on(choice: Choice, tested: int) -> str:
    """On which images an alpha was chosen: none, held-out ones, or those of `tested` test sets."""
    if not choice.chosen_on:
        return "chosen on no image"
    if not tested:
        return "chosen on held-out images"
    where = "that test set" if tested == 1 else "those test sets"
    if choice.optimism is None:
        return f"chosen on {where}: optimistic; there are too few images to say by how much"
    size, low, high = (
        points(each) for each in (choice.optimism.value, choice.optimism.low, choice.optimism.high)
    )
    return (
        f"chosen on {where}: optimistic by {size}{THIN}pp ({low} to {high}), by cross-validation "
        "over the images"
    )
