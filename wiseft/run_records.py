"""What names a run on disk: its two checkpoints, its benchmark and its evaluation sets."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from wiseft.errors import Invalid, UnknownName
from wiseft.files import read_json, write_json
from wiseft.specs import SCHEMA, EvalKey, Precision

Role = Literal["reference", "shift", "validation", "matched"]


@dataclass(frozen=True)
class CheckpointRecord:
    """One end of the path.

    Attributes:
        path: where the file was when the run was made: from the workspace on, or absolute.
        fingerprint: of its weights and spec (`checkpoint.fingerprint`).
    """

    path: str
    fingerprint: str


@dataclass(frozen=True)
class SetRecord:
    """One evaluation set of a run.

    Attributes:
        name, title: as in `ImageSet`; a "matched" set is called `<reference>@<shift>`.
        role: "matched" is the reference set restricted to the classes of a shift.
        data: version of the images.
        classes: the class ids that the logits are restricted to; None for all.
        count: images that are evaluated.
        skipped: images that could not be read, each as (source, reason).
        shift: for a "matched" set, the name of its shift.
    """

    name: str
    title: str
    role: Role
    data: str
    classes: tuple[int, ...] | None
    count: int
    skipped: tuple[tuple[str, str], ...] = ()
    shift: str | None = None


@dataclass(frozen=True)
class RunRecord:
    """What names a run; all of its numbers are in the store.

    Attributes:
        name: unique in the workspace; stands in URLs.
        title: the same in words, for people.
        benchmark: a registered name, or a folder's path.
        class_names: readable names [C].
        zeroshot, finetuned: the two ends.
        sets: reference, shifts, matched sets and validation.
        precision: of the forward passes.
    """

    name: str
    title: str
    benchmark: str
    class_names: tuple[str, ...]
    zeroshot: CheckpointRecord
    finetuned: CheckpointRecord
    sets: tuple[SetRecord, ...]
    precision: Precision = "float32"

    def key(self, name: str) -> EvalKey:
        """The key of the evaluations of the set `name`. Raises `UnknownName`."""
        record = self.set_named(name)
        return EvalKey(
            zeroshot=self.zeroshot.fingerprint,
            finetuned=self.finetuned.fingerprint,
            data=record.data,
            classes=record.classes,
            precision=self.precision,
        )

    def set_named(self, name: str) -> SetRecord:
        """The evaluation set `name`. Raises `UnknownName`."""
        sets = {each.name: each for each in self.sets}
        if name not in sets:
            raise UnknownName("set", name, sets)
        return sets[name]

    def same_models(self, other: RunRecord) -> bool:
        """Whether `other` joins the same two models on the same benchmark at one precision."""
        return (
            self.benchmark == other.benchmark
            and self.zeroshot.fingerprint == other.zeroshot.fingerprint
            and self.finetuned.fingerprint == other.finetuned.fingerprint
            and self.precision == other.precision
        )

    def write(self, path: Path) -> None:
        """Keep the record in `path`, a JSON file. Raises `StorageError`."""
        write_json(path, {"schema": SCHEMA, **asdict(self)})

    @classmethod
    def read(cls, path: Path) -> RunRecord:
        """The record in `path`. Raises `Invalid` where it is damaged or of another version."""
        record = read_json(path)
        if record.pop("schema", None) != SCHEMA:
            raise Invalid(f"{path} was written by another version of wiseft; sweep the run again.")
        try:
            return cls._from_json(record)
        except (KeyError, TypeError) as error:
            raise Invalid(f"{path} is not a run record ({error}); delete it to go on.") from error

    @classmethod
    def _from_json(cls, record: dict[str, Any]) -> RunRecord:
        sets = []
        for each in record.pop("sets"):
            each["classes"] = None if each["classes"] is None else tuple(each["classes"])
            each["skipped"] = tuple((source, reason) for source, reason in each["skipped"])
            sets.append(SetRecord(**each))
        return cls(
            class_names=tuple(record.pop("class_names")),
            zeroshot=CheckpointRecord(**record.pop("zeroshot")),
            finetuned=CheckpointRecord(**record.pop("finetuned")),
            sets=tuple(sets),
            **record,
        )
