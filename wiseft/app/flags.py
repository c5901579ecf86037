"""The alphas that the rules choose, as flags on the slider."""

from __future__ import annotations

from wiseft.app.live import Flag
from wiseft.errors import Invalid, Missing
from wiseft.evidence import Evidence
from wiseft.rules import RULES, Choice

NAMES = {
    "half": "half-way",
    "best_in_distribution": "best in distribution",
    "within_loss": "within 1 pp of fine-tuned",
    "largest_gain": "largest gain within 1 pp",
    "best_on_shift": "best mean shift",
    "weighted_mean": "best of both",
}
"""Every rule with the arguments that it has by default, in a few words."""


def flags(evidence: Evidence) -> list[Flag]:
    """What every rule chooses that can be used on this run."""
    found = []
    for rule, words in NAMES.items():
        try:
            choice = RULES[rule](evidence)
        except (Missing, Invalid):
            continue
        found.append(Flag(words, choice.alpha, choice.sentence, _tested(choice, evidence)))
    return found


def _tested(choice: Choice, evidence: Evidence) -> bool:
    """Whether any test image took part in the choice."""
    return not set(choice.chosen_on) <= {evidence.frontier.validation}
