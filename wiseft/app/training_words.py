"""What a training is going to do, in words, before it starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import product

from wiseft.app.training_form import Asked
from wiseft.datasets.inventory import Inventory
from wiseft.text import number_of


def plan_sentence(method: str, asked: Asked, inventory: Inventory) -> str:
    """What is trained on what, and for how long.

    Args:
        method: its title.
        asked: what the form says.
        inventory: of the benchmark.
    """
    images = images_used(inventory, asked.settings["shots"])
    begin = f"{method} on {number_of(images, 'image')} of {inventory.title}"
    if asked.trainings > 1:
        return f"{begin}, in {asked.trainings} trainings"
    epochs = number_of(asked.settings["epochs"], "epoch")
    if asked.settings["optimizer"] == "lbfgs":
        return f"{begin}: {epochs}, each with all images at once"
    steps = -(-images // asked.settings["batch_size"])
    return f"{begin}: {epochs} of {number_of(steps, 'step')}"


def images_used(inventory: Inventory, shots: int | None) -> int:
    """Images that are trained on: all, or so many of each class."""
    counts = [count for each in inventory.of("train") for count in each.counts]
    return sum(counts) if shots is None else sum(min(count, shots) for count in counts)


def trainings_note(asked: Asked) -> str | None:
    """How many trainings there are going to be, and why; None where there is one."""
    if asked.trainings == 1:
        return None
    lists = [f"{len(values)} {_PLURALS[name]}" for name, values in asked.grid.items()]
    return (
        f"{' times '.join(lists)} make {asked.trainings} trainings. Each becomes a job and a run "
        "of its own; they are overlaid on the Frontier page in the end."
    )


def epoch_counts(asked: Asked) -> Mapping[int, int]:
    """How many of the trainings have so many epochs; the first is that of `asked.settings`."""
    epochs = asked.grid.get("epochs", [asked.settings["epochs"]])
    others = [values for name, values in asked.grid.items() if name != "epochs"]
    return Counter(each for each, *_ in product(epochs, *others))


_PLURALS = {"learning_rate": "learning rates", "epochs": "numbers of epochs"}
