"""What each task takes, checked when a job is submitted: long before a worker loads torch."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, get_args

from wiseft import checkpoint_header
from wiseft.datasets import open_benchmark
from wiseft.errors import Incompatible, Invalid, Missing, UnknownName
from wiseft.recipes import default_spec
from wiseft.registry import Registry
from wiseft.settings import refuse_one_device_only, refuse_unusable_settings
from wiseft.specs import FinetuneSpec, Precision
from wiseft.workspace import Workspace

Check = Callable[[Mapping[str, Any], Workspace], dict[str, Any]]
"""The arguments of a task as a worker can use them wherever it runs: paths made absolute, defaults
of the moment filled in. Raises `WiseftError` where one cannot be used."""


@dataclass(frozen=True)
class Argument:
    """One argument of a task.

    Attributes:
        read: the value as a worker can use it; raises `Invalid` with what it must be.
        needed: whether it must be given.
    """

    read: Callable[[Any], Any]
    needed: bool = False


def check(task: str, known: Mapping[str, Argument], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments in `given`, each read by the one of its name in `known`; None is not given.

    Raises:
        UnknownName: for an argument that the task does not have.
        Missing: where a needed one is not given.
        Invalid: where a value cannot be used.
    """
    found = {}
    for name, value in given.items():
        if name not in known:
            raise UnknownName(f"argument of {task!r}", name, known)
        if value is not None:
            try:
                found[name] = known[name].read(value)
            except TypeError as error:
                raise Invalid(f"The argument {name!r} cannot be {value!r}.") from error
    for name, argument in known.items():
        if argument.needed and name not in found:
            raise Missing(f"A job {task!r} needs the argument {name!r}.")
    return found


def _checkpoint(value: Any) -> str:
    """The absolute path of a checkpoint whose header can be read."""
    path = Path(value).expanduser()
    checkpoint_header.describe(path)
    return str(path.resolve())


def _benchmark(value: Any) -> str:
    """The name of a benchmark, absolute where it is a folder."""
    return open_benchmark(value).name


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Invalid(f"{value!r} must be a text.")
    return value.strip()


def _name(value: Any) -> str:
    """What can stand in a URL and a file name."""
    if not re.fullmatch(r"\w[\w.-]*", _text(value)):
        raise Invalid(f"{value!r} cannot name a run; use letters, digits, '.', '_' and '-'.")
    return value.strip()


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Invalid(f"{value!r} must be true or false.")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Invalid(f"{value!r} must be a finite number.")
    return value


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise Invalid(f"{value!r} must be a whole number of at least 1.")
    return value


def _numbers(value: Any) -> list[float]:
    return [_number(each) for each in value]


def _one_of(*values: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in values:
            raise Invalid(f"{value!r} must be one of {', '.join(values)}.")
        return value

    return read


def _settings(value: Any) -> dict[str, Any]:
    """Fields of a `FinetuneSpec`, of the types that they have; their values are not checked."""
    known = {each.name: each.default for each in fields(FinetuneSpec)}
    for name, given in dict(value).items():
        if name not in known:
            raise UnknownName("setting of fine-tuning", name, known)
        if type(given) not in _types(known[name]):
            raise Invalid(f"The setting {name!r} of fine-tuning cannot be {given!r}.")
    return dict(value)


def _types(default: Any) -> set[type]:
    """The types of a setting with this default."""
    if default is None:
        return {type(None), int, str}
    return {float, int} if isinstance(default, float) else {type(default)}


PRECISION = _one_of(*get_args(Precision))

_TRAINING = {
    "zeroshot": Argument(_checkpoint, needed=True),
    "benchmark": Argument(_benchmark, needed=True),
    "method": Argument(_text),
    "spec": Argument(_settings),
}
_KEPT = {
    "name": Argument(_name),
    "dtype": Argument(_one_of("float32", "float16")),
}


def _finetune(given: Mapping[str, Any], workspace: Workspace) -> dict[str, Any]:
    """A training, its spec complete but for the precision, which is the device's to choose."""
    further = {
        **_KEPT,
        "title": Argument(_text),
        "sweep": Argument(_flag),
        "devices": Argument(_count),
    }
    found = _with_spec(check("finetune", {**_TRAINING, **further}, given))
    if found.get("devices", 1) > 1:
        refuse_one_device_only(FinetuneSpec(**found["spec"]))
    return found


def _rehearse(given: Mapping[str, Any], workspace: Workspace) -> dict[str, Any]:
    return _with_spec(check("rehearse", _TRAINING, given))


def _with_spec(found: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a training with what was not set chosen for the model and the method."""
    info = checkpoint_header.describe(Path(found["zeroshot"]))
    benchmark = open_benchmark(found["benchmark"])
    if info.spec.class_names != benchmark.class_names:
        raise Incompatible(
            f"{found['zeroshot']} was made for other classes than those of the benchmark "
            f"{benchmark.title!r}; make a zero-shot checkpoint for this benchmark."
        )
    given = found.get("spec", {})
    method = found.pop("method", None) or given.get("method", "end-to-end")
    spec = replace(default_spec(info.spec.architecture, method), **given)
    refuse_unusable_settings(spec)
    complete = {each.name: getattr(spec, each.name) for each in fields(spec)}
    if "precision" not in given:
        del complete["precision"]
    return {**found, "spec": complete}


def _sweep(given: Mapping[str, Any], workspace: Workspace) -> dict[str, Any]:
    return check(
        "sweep",
        {
            "zeroshot": Argument(_checkpoint, needed=True),
            "finetuned": Argument(_checkpoint, needed=True),
            "benchmark": Argument(_benchmark, needed=True),
            "alphas": Argument(_numbers),
            "tolerance": Argument(_number),
            "exact": Argument(_flag),
            "name": Argument(_name),
            "title": Argument(_text),
            "precision": Argument(PRECISION),
            "batch_size": Argument(_count),
        },
        given,
    )


def _zeroshot(given: Mapping[str, Any], workspace: Workspace) -> dict[str, Any]:
    known = {
        **_KEPT,
        "benchmark": Argument(_benchmark, needed=True),
        "model": Argument(_text),
        "pretrained": Argument(_pretrained),
    }
    return check("zeroshot", known, given)


def _pretrained(value: Any) -> str:
    """A tag of open_clip, or the absolute path of a file."""
    path = Path(_text(value)).expanduser()
    return str(path.resolve()) if path.is_file() else value


def _evaluate(given: Mapping[str, Any], workspace: Workspace) -> dict[str, Any]:
    known = {"run": Argument(_text, needed=True), "alpha": Argument(_number, needed=True)}
    return _of_a_run(check("evaluate", known, given), workspace)


def _predict(given: Mapping[str, Any], workspace: Workspace) -> dict[str, Any]:
    known = {
        "run": Argument(_text, needed=True),
        "image": Argument(_text, needed=True),
        "top": Argument(_count),
    }
    return _of_a_run(check("predict", known, given), workspace)


def _of_a_run(found: dict[str, Any], workspace: Workspace) -> dict[str, Any]:
    """The same, where both checkpoints of the run are where they were."""
    run = workspace.run(found["run"])
    for path in (run.zeroshot, run.finetuned):
        if not path.is_file():
            raise Missing(f"{path}, a checkpoint of the run {run.name!r}, is not there any more.")
    return found


CHECKS = Registry[Check](
    "task",
    {
        "finetune": _finetune,
        "sweep": _sweep,
        "zeroshot": _zeroshot,
        "rehearse": _rehearse,
        "evaluate": _evaluate,
        "predict": _predict,
    },
)
"""By the name of the task; `tasks.TASKS` has the same names."""
