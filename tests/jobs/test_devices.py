from __future__ import annotations

from pathlib import Path

import pytest

from wiseft.jobs import devices
from wiseft.jobs.devices import device_lock, visible_devices


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch):
    """Say how many GPUs there are, and which of them CUDA is to show."""

    def there_are(number: int, visible: str | None = None) -> None:
        monkeypatch.setattr(devices, "_gpu_count", lambda: number)
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        if visible is not None:
            monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)

    return there_are


@pytest.mark.parametrize(
    ("number", "visible", "expected"),
    [
        (0, None, ("cpu",)),
        (0, "0,1", ("cpu",)),
        (1, None, ("cuda:0",)),
        (3, None, ("cuda:0", "cuda:1", "cuda:2")),
        (3, "2", ("cuda:0",)),
        (3, "2,0", ("cuda:0", "cuda:1")),
        (3, "", ("cpu",)),
        (3, "-1", ("cpu",)),
        (3, "1,-1,2", ("cuda:0",)),
        (2, "GPU-3ae2, GPU-77b0", ("cuda:0", "cuda:1")),
    ],
)
def test_the_devices_are_those_that_cuda_shows(gpus, number, visible, expected, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    gpus(number, visible)
    assert visible_devices() == expected


def test_a_mac_with_apple_silicon_has_mps(gpus, monkeypatch):
    gpus(0)
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    assert visible_devices() == ("mps",)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert visible_devices() == ("cpu",)


def test_the_lock_is_that_of_the_gpu_whatever_its_number_here(gpus, tmp_path: Path):
    gpus(4, None)
    third = device_lock(tmp_path, "cuda:2")
    assert device_lock(tmp_path, "cuda") == device_lock(tmp_path, "cuda:0") != third
    gpus(4, "2,3")
    assert device_lock(tmp_path, "cuda:0") == third
    assert device_lock(tmp_path, "cpu") not in (third, device_lock(tmp_path, "cuda:1"))


def test_another_machine_has_locks_of_its_own(gpus, tmp_path: Path, monkeypatch):
    gpus(0)
    ours = device_lock(tmp_path, "cpu")
    monkeypatch.setattr("platform.node", lambda: "node-7")
    assert device_lock(tmp_path, "cpu") != ours


def test_gpus_are_counted_as_the_driver_lists_them(tmp_path: Path, monkeypatch):
    program = tmp_path / "nvidia-smi"
    program.write_text(
        "#!/bin/sh\n"
        'echo "GPU 0: NVIDIA A (UUID: GPU-1)"\n'
        'echo "  MIG 1g.5gb Device 0: (UUID: MIG-1)"\n'
        'echo "GPU 1: NVIDIA A (UUID: GPU-2)"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    count = devices._gpu_count.__wrapped__
    assert count() == 2
    program.write_text("#!/bin/sh\nexit 9\n")
    assert count() == 0
    program.unlink()
    assert count() == 0
