from __future__ import annotations

import pickle
import warnings
import zipfile
from pathlib import Path

import pytest
import torch
from torch import nn

from wiseft.errors import Invalid
from wiseft.torchscript import read_torchscript
from wiseft.weight_files import weight_format


class Net(nn.Module):
    """Nested modules, several dtypes, a buffer, a tied parameter."""

    flipped: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, 4, 2), nn.BatchNorm2d(4), nn.Linear(5, 6).half())
        self.scale = nn.Parameter(torch.tensor(2.0))
        self.again = self.layers[0].weight
        self.register_buffer("flipped", torch.arange(6).reshape(2, 3).T)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers[1](self.layers[0](x)) * self.scale + self.flipped.sum()


def saved(folder: Path) -> tuple[Path, dict[str, torch.Tensor]]:
    net = Net().eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing is deprecated, and what old archives came from
        torch.jit.save(torch.jit.trace(net, torch.zeros(1, 3, 4, 4)), folder / "net.pt")
    return folder / "net.pt", net.state_dict()


def test_the_tensors_are_those_of_the_state_dict(tmp_path: Path):
    path, expected = saved(tmp_path)
    assert weight_format(path) == "torchscript"
    found = read_torchscript(path)
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        assert found[name].dtype == tensor.dtype
        assert torch.equal(found[name], tensor)


def rewritten(path: Path, name: str, content: bytes) -> Path:
    """The archive with one file in it replaced."""
    copy = path.with_name("copy.pt")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for each in source.namelist():
            target.writestr(each, content if each.endswith(name) else source.read(each))
    return copy


class Trap:
    def __reduce__(self):
        return (Path("trapped").touch, ())


def test_code_in_the_archive_is_refused_and_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    path, _ = saved(tmp_path)
    with pytest.raises(Invalid, match="holds a"):
        read_torchscript(rewritten(path, "/data.pkl", pickle.dumps(Trap())))
    assert not Path("trapped").exists()


def test_damaged_archives_are_refused(tmp_path: Path):
    path, _ = saved(tmp_path)
    for broken in (
        rewritten(path, "/data.pkl", b""),
        rewritten(path, "/data.pkl", b"\x80\x02garbage"),
        rewritten(path, "/data/0", b"\x00\x00"),
    ):
        with pytest.raises(Invalid, match=r"damaged TorchScript archive"):
            read_torchscript(broken)
