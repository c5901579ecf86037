from __future__ import annotations

import contextlib
from argparse import Namespace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from wiseft.errors import Invalid, Missing
from wiseft.state_dicts import read_state_dict

TENSORS = {"a.weight": torch.arange(6.0).reshape(2, 3), "a.count": torch.tensor(3)}


def as_zip(content: object, path: Path) -> None:
    torch.save(content, path)


def as_bare_pickle(content: object, path: Path) -> None:
    torch.save(content, path, _use_new_zipfile_serialization=False)


@pytest.mark.parametrize("write", [as_zip, as_bare_pickle, save_file])
@pytest.mark.parametrize("prefix", ["", "module."])
def test_state_dicts_of_every_format_read_the_same(write, prefix: str, tmp_path: Path):
    write({prefix + name: tensor for name, tensor in TENSORS.items()}, tmp_path / "weights")
    weights = read_state_dict(tmp_path / "weights")
    assert weights.tensors.keys() == TENSORS.keys()
    assert all(torch.equal(weights.tensors[name], tensor) for name, tensor in TENSORS.items())
    assert not weights.openai


def test_a_training_checkpoint_is_read_for_its_state_dict(tmp_path: Path):
    half = {f"module.{name}": tensor for name, tensor in TENSORS.items()}
    half["module.a.weight"] = half["module.a.weight"].half()
    torch.save({"epoch": 3, "state_dict": half, "optimizer": {"lr": 0.1}}, tmp_path / "epoch_3.pt")
    tensors = read_state_dict(tmp_path / "epoch_3.pt").tensors
    assert tensors["a.weight"].dtype == torch.float32
    assert torch.equal(tensors["a.weight"], TENSORS["a.weight"])


def test_the_prefix_stays_where_only_some_names_have_it(tmp_path: Path):
    save_file({"module.a": torch.ones(1), "b": torch.ones(1)}, tmp_path / "weights")
    assert read_state_dict(tmp_path / "weights").tensors.keys() == {"module.a", "b"}


def test_what_openai_saved_is_known_by_three_numbers(tmp_path: Path):
    numbers = {"input_resolution": 224, "context_length": 77, "vocab_size": 49408}
    content = {**TENSORS, **{name: torch.tensor(number) for name, number in numbers.items()}}
    torch.save(content, tmp_path / "openai.pt")
    weights = read_state_dict(tmp_path / "openai.pt")
    assert weights.openai
    assert weights.tensors.keys() == TENSORS.keys()


def write_module(path: Path) -> None:
    torch.save(torch.nn.Linear(1, 1), path)


def write_namespace(path: Path) -> None:
    torch.save({"args": Namespace(lr=1), **TENSORS}, path)


def write_list(path: Path) -> None:
    torch.save([1, 2], path)


def write_numbers(path: Path) -> None:
    torch.save({"epoch": 3}, path)


def write_unnamed(path: Path) -> None:
    torch.save({0: torch.ones(1)}, path)


def write_nothing(path: Path) -> None:
    torch.save({}, path)


def write_truncated_zip(path: Path) -> None:
    torch.save(TENSORS, path)
    path.write_bytes(path.read_bytes()[:-200])


def write_truncated_safetensors(path: Path) -> None:
    save_file(TENSORS, path)
    path.write_bytes(path.read_bytes()[:-5])


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (write_module, "holds more than weights"),
        (write_namespace, "holds more than weights"),
        (write_list, "without a state dict"),
        (write_numbers, "without a state dict"),
        (write_unnamed, "without a state dict"),
        (write_nothing, "without a state dict"),
        (write_truncated_zip, "truncated or damaged PyTorch file"),
        (write_truncated_safetensors, "truncated or damaged safetensors"),
        (lambda path: path.write_text("hello"), "neither a safetensors nor a PyTorch file"),
        (lambda path: path.touch(), "is empty"),
        (lambda path: path.mkdir(), "is a folder"),
    ],
)
def test_what_holds_no_weights_is_refused(write, message: str, tmp_path: Path):
    write(tmp_path / "weights.pt")
    with pytest.raises(Invalid, match=message):
        read_state_dict(tmp_path / "weights.pt")


@pytest.mark.parametrize("write", [as_zip, as_bare_pickle])
@settings(max_examples=60)
@given(place=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255), cut=st.booleans())
def test_damage_is_told_in_a_sentence_or_does_no_harm(
    write, tmp_path_factory: pytest.TempPathFactory, place: float, byte: int, cut: bool
):
    path = tmp_path_factory.mktemp("damaged") / "weights.pt"
    write(TENSORS, path)
    content = bytearray(path.read_bytes())
    spot = max(9, int(place * len(content)))
    if cut:
        del content[spot:]
    else:
        content[spot] = byte
    path.write_bytes(content)
    with contextlib.suppress(Invalid):
        assert all(
            isinstance(each, torch.Tensor) for each in read_state_dict(path).tensors.values()
        )


def test_a_file_that_is_not_there_is_missing(tmp_path: Path):
    with pytest.raises(Missing):
        read_state_dict(tmp_path / "weights.pt")
