from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from tests.checkpoints import WEIGHTS, write_checkpoint
from tests.models import tiny_classifier
from wiseft import weight_headers
from wiseft.checkpoint import save
from wiseft.distances import layer_table, relative_distance, tensor_distances, tensor_table
from wiseft.errors import Incompatible
from wiseft.progress import Progress


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Weights that move by (1, 1, 1, 1) in block 1, and by (0, 0, 0, 12) in the head."""
    moved = dict(WEIGHTS)
    block = "encoder.transformer.resblocks.1.attn.weight"
    moved[block] = WEIGHTS[block] + 1
    moved["head.weight"] = WEIGHTS["head.weight"] + np.array([[0, 0], [0, 12]], np.float32)
    return (
        write_checkpoint(tmp_path / "zeroshot.safetensors"),
        write_checkpoint(tmp_path / "finetuned.safetensors", moved),
    )


def test_distances_are_those_worked_out_by_hand(pair: tuple[Path, Path]):
    tensors = tensor_distances(*pair)
    table = layer_table(tensors).set_index("layer")
    assert list(table.index) == ["stem", "block 0", "block 1", "last norm and projection", "head"]
    # Norms: stem sqrt(4 * 9), blocks sqrt(4 * 4), projection sqrt(2), head sqrt(9 + 16).
    np.testing.assert_allclose(table["norm"], [6, 4, 4, math.sqrt(2), 5])
    np.testing.assert_allclose(table["distance"], [0, 0, 2, 0, 12])
    np.testing.assert_allclose(table["relative"], [0, 0, 0.5, 0, 2.4])
    assert table["values"].tolist() == [4, 4, 4, 2, 4]
    # All in all sqrt(4 + 144) over sqrt(36 + 16 + 16 + 2 + 25).
    assert relative_distance(tensors) == pytest.approx(math.sqrt(148 / 95))


def test_every_tensor_has_a_row_under_its_layer(pair: tuple[Path, Path]):
    table = tensor_table(tensor_distances(*pair))
    assert table["layer"].iloc[[0, -1]].tolist() == ["stem", "head"]
    assert set(table["tensor"]) == set(WEIGHTS)
    assert table.set_index("tensor")["distance"]["head.weight"] == pytest.approx(12)


def test_pieces_make_no_difference(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch):
    whole = tensor_distances(*pair)
    monkeypatch.setattr(weight_headers, "PIECE", 3)
    assert tensor_distances(*pair) == whole


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_files_of_two_precisions_are_compared(tmp_path: Path, dtype: torch.dtype):
    ours, theirs = tmp_path / "ours.safetensors", tmp_path / "theirs.safetensors"
    save_file({"head.weight": torch.tensor([3.0, 4.0])}, ours)
    save_file({"head.weight": torch.tensor([3.0, 6.5], dtype=dtype)}, theirs)
    (found,) = tensor_distances(ours, theirs)
    assert relative_distance([found]) == pytest.approx(0.5)


def test_small_steps_of_many_large_weights_are_not_lost(tmp_path: Path):
    paths = [tmp_path / "a.safetensors", tmp_path / "b.safetensors"]
    weights = torch.full((3_000_000,), 1000.0)
    save_file({"head.weight": weights}, paths[0])
    weights[0] += 0.5
    save_file({"head.weight": weights}, paths[1])
    assert relative_distance(tensor_distances(*paths)) == pytest.approx(
        0.5 / (1000 * math.sqrt(3_000_000)), rel=1e-9
    )


def test_counters_are_no_weights_and_a_model_is_as_torch_says(tmp_path: Path):
    ours, theirs = tiny_classifier(0), tiny_classifier(1)
    paths = [tmp_path / "0.safetensors", tmp_path / "1.safetensors"]
    for path, each in zip(paths, (ours, theirs), strict=True):
        save(path, each, {})
    tensors = tensor_distances(*paths)
    floating = {k: v for k, v in ours.state_dict().items() if v.is_floating_point()}
    assert {each.name for each in tensors} == set(floating)
    other = theirs.state_dict()
    square = sum(float(v.double().square().sum()) for v in floating.values())
    moved = sum(float((other[k].double() - v).square().sum()) for k, v in floating.items())
    assert relative_distance(tensors) == pytest.approx(math.sqrt(moved / square))
    assert layer_table(tensors)["values"].sum() == sum(v.numel() for v in floating.values())


def test_from_nothing_no_share_is_told(tmp_path: Path):
    paths = [tmp_path / "a.safetensors", tmp_path / "b.safetensors"]
    for path, value in zip(paths, (0.0, 1.0), strict=True):
        save_file({"head.bias": torch.full((2,), value)}, path)
    tensors = tensor_distances(*paths)
    assert math.isnan(relative_distance(tensors))
    assert layer_table(tensors)["distance"].tolist() == [pytest.approx(math.sqrt(2))]


def test_other_tensors_are_refused(pair: tuple[Path, Path], tmp_path: Path):
    fewer = {name: each for name, each in WEIGHTS.items() if name != "head.weight"}
    other = write_checkpoint(tmp_path / "other.safetensors", fewer)
    with pytest.raises(Incompatible, match="the same tensors"):
        tensor_distances(pair[0], other)


def test_progress_is_told(pair: tuple[Path, Path]):
    told: list[Progress] = []
    tensor_distances(*pair, report=told.append)
    assert [each.done for each in told] == [1, 2, 3, 4, 5]
    assert {each.total for each in told} == {5}
