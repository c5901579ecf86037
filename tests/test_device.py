from __future__ import annotations

from pathlib import Path

import pytest
import torch

from wiseft import device
from wiseft.errors import Invalid


def test_the_default_device_can_be_used():
    assert device.checked_device(device.default_device()) == device.default_device()


@pytest.mark.parametrize("name", ["cuda:99", "gpu", "", "cpu cpu"])
def test_a_device_that_is_not_there_is_refused_with_those_that_are(name: str):
    with pytest.raises(Invalid, match=r"cannot be used here; this machine has cpu"):
        device.checked_device(name)


def test_autocast_computes_in_the_precision_that_is_asked_for():
    layer, x = torch.nn.Linear(4, 4), torch.ones(2, 4)
    with device.autocast("cpu", "float32"):
        assert layer(x).dtype == torch.float32
    with device.autocast("cpu", "bfloat16"):
        assert layer(x).dtype == torch.bfloat16
    with device.autocast("cpu", "float16"):
        assert layer(x).dtype == torch.float16


@pytest.mark.parametrize(
    ("text", "fast"),
    [
        ("flags\t: fpu avx512f avx512_bf16 sse\n", True),
        ("flags\t: fpu amx_bf16\n", True),
        ("Features\t: fp asimd bf16\n", True),
        ("flags\t: fpu avx512f avx512bw avx512vl avx512dq\n", False),
    ],
)
def test_bf16_is_fast_on_a_cpu_that_has_instructions_for_it(
    text: str, fast: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "cpuinfo").write_text(text)
    monkeypatch.setattr(device, "_CPU_FLAGS", tmp_path / "cpuinfo")
    assert device.fast_bf16("cpu") is fast


def test_bf16_is_not_taken_for_fast_where_nothing_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(device, "_CPU_FLAGS", tmp_path / "absent")
    assert not device.fast_bf16("cpu")
    assert not device.fast_bf16("mps")


@pytest.mark.gpu
def test_cuda_is_the_default_where_it_is_there():
    assert device.default_device() == "cuda"
    assert device.checked_device("cuda:0") == "cuda:0"
    assert device.fast_bf16("cuda") == (torch.cuda.get_device_capability() >= (8, 0))
