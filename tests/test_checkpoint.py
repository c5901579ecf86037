from __future__ import annotations

import json
import re
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

import wiseft
from tests.models import tiny_classifier
from wiseft import checkpoint
from wiseft.checkpoint_header import KEY
from wiseft.errors import Incompatible, Invalid, StorageError, UnknownName, WiseftError
from wiseft.merging import WeightPath


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "model.safetensors"


def bits(model: torch.nn.Module) -> dict[str, bytes]:
    return {name: tensor.numpy().tobytes() for name, tensor in model.state_dict().items()}


def test_a_classifier_comes_back_bit_for_bit(path: Path):
    model = tiny_classifier(3, class_names=("naïve", 'a "b"', "日本"))
    checkpoint.save(path, model, {"made_by": "test", "steps": [1, 2]})
    loaded = checkpoint.load(path)
    assert loaded.classifier.spec == model.spec
    assert bits(loaded.classifier) == bits(model)
    assert loaded.fingerprint == checkpoint.fingerprint(model)
    assert not any(module.training for module in loaded.classifier.modules())
    assert loaded.provenance["made_by"] == "test"
    assert loaded.provenance["steps"] == [1, 2]


def test_the_provenance_says_when_and_with_what(path: Path):
    checkpoint.save(path, tiny_classifier(), {})
    info = checkpoint.describe(path)
    age = datetime.now(UTC) - datetime.fromisoformat(info.provenance["created"])
    assert abs(age.total_seconds()) < 60
    versions = info.provenance["versions"]
    assert versions.keys() == {"wiseft", "torch", "open_clip"}
    assert versions["wiseft"] == wiseft.__version__
    assert versions["torch"] == torch.__version__.split("+")[0]


def test_other_programs_can_read_the_weights(path: Path):
    model = tiny_classifier()
    checkpoint.save(path, model, {})
    tensors = load_file(path)
    assert tensors.keys() == model.state_dict().keys()
    assert {"head.weight", "head.bias"} < tensors.keys()


def test_half_precision_halves_the_file_and_loads_as_float32(path: Path):
    model = tiny_classifier()
    checkpoint.save(path, model, {})
    whole = path.stat().st_size
    checkpoint.save(path, model, {}, dtype="float16")
    assert path.stat().st_size < 0.55 * whole
    loaded = checkpoint.load(path)
    for name, tensor in model.state_dict().items():
        found = loaded.classifier.state_dict()[name]
        assert found.dtype == tensor.dtype
        expected = tensor.half().float() if tensor.is_floating_point() else tensor
        assert torch.equal(found, expected)
    assert loaded.fingerprint == checkpoint.fingerprint(loaded.classifier)
    assert loaded.fingerprint == checkpoint.describe(path).fingerprint


def test_a_working_model_of_a_path_can_be_saved(path: Path):
    line = WeightPath(tiny_classifier(0), tiny_classifier(1))
    checkpoint.save(path, line.at(0.5), {})
    assert checkpoint.load(path).fingerprint == checkpoint.fingerprint(line.merged(0.5))
    assert path.stat().st_size < 1.1 * sum(t.nbytes for t in line.model.state_dict().values())


def test_tied_weights_are_saved_and_stay_tied(path: Path, monkeypatch: pytest.MonkeyPatch):
    def tied(_: object = None):
        model = tiny_classifier(4)
        norms = [m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)]
        norms[1].weight = norms[0].weight
        return model, norms

    monkeypatch.setattr(checkpoint, "build_classifier", lambda spec: tied()[0])
    checkpoint.save(path, tied()[0], {})
    loaded = checkpoint.load(path).classifier
    norms = [m for m in loaded.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert norms[0].weight is norms[1].weight
    assert bits(loaded) == bits(tied()[0])


# Fingerprints


def changed(change: Callable[[Any], None]):
    model = tiny_classifier()
    with torch.no_grad():
        change(model)
    return model


def with_spec(**changes: Any):
    return changed(lambda model: setattr(model, "spec", replace(model.spec, **changes)))


def test_a_fingerprint_depends_on_all_that_can_change_a_prediction():
    base = tiny_classifier()
    models = [
        base,
        tiny_classifier(1),
        with_spec(architecture="RN50"),
        with_spec(class_names=("circle", "triangle", "square")),
        with_spec(transform=replace(base.spec.transform, interpolation="bilinear")),
        changed(lambda model: model.head.bias[0].add_(1e-6)),
        changed(lambda model: model.encoder.trunk.conv1[1].running_mean[0].add_(1e-6)),
    ]
    assert len({checkpoint.fingerprint(model) for model in models}) == len(models)


def test_and_on_nothing_else():
    fingerprint = checkpoint.fingerprint(tiny_classifier())
    assert re.fullmatch("[0-9a-f]{64}", fingerprint)
    assert checkpoint.fingerprint(tiny_classifier().train()) == fingerprint
    assert checkpoint.fingerprint(with_spec(templates=("{}",))) == fingerprint
    channels_last = changed(lambda model: model.to(memory_format=torch.channels_last))
    assert checkpoint.fingerprint(channels_last) == fingerprint


# Bad models and bad disks


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_model_that_is_not_finite_is_not_saved(value: float, path: Path):
    model = changed(lambda model: model.head.weight[1, 2].fill_(value))
    with pytest.raises(Invalid, match=r"tensor head\.weight holds NaN or infinite"):
        checkpoint.save(path, model, {})
    assert not path.exists()


def test_weights_too_large_for_half_precision_are_not_saved(path: Path):
    model = changed(lambda model: model.head.weight[1, 2].fill_(1e5))
    with pytest.raises(Invalid, match=r"head\.weight are too large for float16; save it in float"):
        checkpoint.save(path, model, {}, dtype="float16")
    checkpoint.save(path, model, {})
    assert checkpoint.load(path).classifier.head.weight[1, 2] == 1e5


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond `size` bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_takes_no_more_is_told_and_the_old_file_stays(path: Path):
    checkpoint.save(path, tiny_classifier(0), {})
    with largest_file(10_000), pytest.raises(StorageError, match=r"was not written.*free some"):
        checkpoint.save(path, tiny_classifier(1), {})
    assert checkpoint.load(path).fingerprint == checkpoint.fingerprint(tiny_classifier(0))
    assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_is_a_storage_error(path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object, **__: object) -> None:
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(checkpoint, "save_file", full)
    with pytest.raises(StorageError, match=r"No space left on device.*free some space"):
        checkpoint.save(path, tiny_classifier(), {})


def test_a_folder_that_is_a_file_is_a_storage_error(tmp_path: Path):
    (tmp_path / "taken").touch()
    with pytest.raises(StorageError):
        checkpoint.save(tmp_path / "taken" / "model.safetensors", tiny_classifier(), {})


# Bad files; those that the header gives away are in test_checkpoint_header


def rewrite(
    path: Path,
    tensors: Callable[[dict[str, torch.Tensor]], Any] = lambda tensors: None,
    record: Callable[[dict[str, Any]], Any] = lambda record: None,
) -> None:
    """Save a tiny classifier and edit what is in the file."""
    checkpoint.save(path, tiny_classifier(), {})
    with safe_open(path, framework="pt") as file:
        description = json.loads(file.metadata()[KEY])
    content = load_file(path)
    tensors(content)
    record(description)
    save_file(content, path, metadata={KEY: json.dumps(description)})


@pytest.mark.parametrize("value", [float("nan"), float("-inf")])
def test_weights_that_are_not_finite_are_refused_by_name(value: float, path: Path):
    rewrite(path, lambda tensors: tensors["head.bias"][1].fill_(value))
    with pytest.raises(Invalid, match=r"tensor head\.bias in .* holds NaN or infinite"):
        checkpoint.load(path)


def test_wrong_names_are_refused(path: Path):
    rewrite(path, lambda tensors: tensors.update(extra=tensors.pop("head.bias")))
    with pytest.raises(Incompatible, match=r"it lacks head\.bias; has extra in excess"):
        checkpoint.load(path)


def test_wrong_shapes_are_refused(path: Path):
    rewrite(path, lambda tensors: tensors.update({"head.bias": torch.zeros(4)}))
    with pytest.raises(Incompatible, match=r"head\.bias \[4\] instead of \[3\]"):
        checkpoint.load(path)


def test_an_unknown_architecture_is_refused(path: Path):
    rewrite(path, record=lambda record: record["spec"].update(architecture="tiny-resnets"))
    with pytest.raises(UnknownName, match=r"'tiny-resnets'.*Did you mean 'tiny-resnet'"):
        checkpoint.load(path)


@pytest.mark.parametrize(
    "edit",
    [
        {"tensors": lambda tensors: tensors["head.bias"][1].add_(1)},
        {"record": lambda record: record["spec"].update(class_names=["a", "b", "c"])},
    ],
)
def test_a_file_that_was_edited_is_refused(edit: dict[str, Any], path: Path):
    rewrite(path, **edit)
    with pytest.raises(Invalid, match="damaged or edited"):
        checkpoint.load(path)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What a checkpoint of `tiny_classifier()` looks like on disk."""
    path = tmp_path_factory.mktemp("whole") / "model.safetensors"
    checkpoint.save(path, tiny_classifier(), {})
    return path.read_bytes()


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged") / "model.safetensors"


@settings(max_examples=50)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_flipped_bit_changes_a_prediction_unnoticed(
    content: bytes, damaged: Path, place: float, bit: int
):
    changed = bytearray(content)
    changed[int(place * len(content))] ^= 1 << bit
    damaged.write_bytes(changed)
    try:
        loaded = checkpoint.load(damaged)
    except WiseftError:
        return
    # What the fingerprint does not cover: how the model was made, and the templates.
    assert bits(loaded.classifier) == bits(tiny_classifier())


@settings(max_examples=50)
@given(place=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_off_anywhere_is_refused(content: bytes, damaged: Path, place: float):
    damaged.write_bytes(content[: int(place * len(content))])
    with pytest.raises(Invalid):
        checkpoint.load(damaged)


@pytest.mark.gpu
def test_saving_leaves_the_model_on_its_device(path: Path):
    model = tiny_classifier().cuda()
    checkpoint.save(path, model, {})
    assert all(parameter.is_cuda for parameter in model.parameters())
    assert checkpoint.load(path).fingerprint == checkpoint.fingerprint(model)
