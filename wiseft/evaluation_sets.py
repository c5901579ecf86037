"""The evaluation sets of a benchmark: reference, shifts, validation, and matched references.

A shift with a subset of the classes is held against the reference images of the same classes, with
their logits restricted alike; one forward pass over the reference set answers for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from wiseft.datasets.base import Benchmark, ImageSet
from wiseft.images import Images
from wiseft.run_records import Role, RunRecord, SetRecord

SetKey = tuple[str, str, tuple[int, ...] | None]
"""Name, version of the images, and classes of an evaluation set."""


@dataclass(frozen=True)
class View:
    """An image set, and the evaluation sets that one forward pass over it answers.

    Attributes:
        image_set: the images.
        sets: the whole set first, then those with a subset of the classes.
    """

    image_set: ImageSet
    sets: tuple[SetRecord, ...]

    @property
    def count(self) -> int:
        """Images of a forward pass."""
        return self.sets[0].count


def evaluation_views(
    benchmark: Benchmark,
    known: Mapping[SetKey, SetRecord],
    read: Callable[[ImageSet], Images],
) -> Iterator[View]:
    """The evaluation sets of a benchmark; only the images of those that are not known are read."""
    roles: list[tuple[ImageSet, Role]] = [
        (benchmark.reference, "reference"),
        *((shift, "shift") for shift in benchmark.shifts),
    ]
    if benchmark.validation is not None:
        roles.append((benchmark.validation, "validation"))
    for image_set, role in roles:
        shifts = benchmark.shifts if role == "reference" else ()
        subsets = [(shift, shift.classes) for shift in shifts if shift.classes is not None]
        version = image_set.version()
        wanted = [(image_set.name, version, image_set.classes)]
        wanted += [(_matched(image_set, shift), version, classes) for shift, classes in subsets]
        if all(each in known for each in wanted):
            yield View(image_set, tuple(known[each] for each in wanted))
            continue
        images = read(image_set)
        whole = SetRecord(
            name=image_set.name,
            title=image_set.title,
            role=role,
            data=version,
            classes=image_set.classes,
            count=len(images),
            skipped=tuple((each.source, each.reason) for each in images.skipped),
        )
        matched = tuple(
            SetRecord(
                name=_matched(image_set, shift),
                title=f"{image_set.title}, classes of {shift.title}",
                role="matched",
                data=version,
                classes=classes,
                count=int(np.isin(images.labels, classes).sum()),
                shift=shift.name,
            )
            for shift, classes in subsets
        )
        yield View(image_set, (whole, *matched))


def sets_by_key(record: RunRecord) -> dict[SetKey, SetRecord]:
    """The evaluation sets of a run that was swept before."""
    return {(each.name, each.data, each.classes): each for each in record.sets}


def _matched(reference: ImageSet, shift: ImageSet) -> str:
    """The name of the reference set restricted to the classes of a shift."""
    return f"{reference.name}@{shift.name}"
