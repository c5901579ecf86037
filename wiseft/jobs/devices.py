"""The devices that workers can have, found without loading torch, and the lock of each.

This is a guess that decides how many workers are started; each of them asks torch then.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path


def visible_devices() -> tuple[str, ...]:
    """The devices for workers as torch names them: all CUDA devices, else "mps", else "cpu".

    CUDA_VISIBLE_DEVICES is respected.
    """
    if gpus := _visible_gpus():
        return tuple(f"cuda:{index}" for index in range(len(gpus)))
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return ("mps",)
    return ("cpu",)


def device_lock(jobs: Path, device: str) -> Path:
    """The file whose lock the worker of `device` holds.

    It is named after the machine, since several may share the folder, and after the GPU itself,
    since "cuda:0" is another one under another CUDA_VISIBLE_DEVICES.

    Args:
        jobs: folder of the ledger.
        device: as torch names it.
    """
    gpus = _visible_gpus()
    kind, _, index = device.partition(":")
    if kind == "cuda":
        place = int(index or 0)
        device = f"cuda-{gpus[place] if place < len(gpus) else place}"
    name = re.sub(r"[^\w.-]+", "_", f"{platform.node()}-{device}")
    return jobs / ".devices" / f"{name}.lock"


def start_mark(lock: Path) -> Path:
    """The file that says that a worker is being started for the device with that lock.

    The worker removes it when it has tried to take the lock.
    """
    return lock.with_suffix(".starting")


def _visible_gpus() -> tuple[str, ...]:
    """The GPUs that CUDA shows, in its order: by number or by UUID."""
    listed = os.environ.get("CUDA_VISIBLE_DEVICES")
    if listed is None:
        return tuple(str(index) for index in range(_gpu_count()))
    if _gpu_count() == 0:
        return ()
    found = []
    for entry in (each.strip() for each in listed.split(",")):
        # CUDA itself stops at the first entry that is no device.
        if not entry or entry.startswith("-"):
            break
        found.append(entry)
    return tuple(found)


@cache
def _gpu_count() -> int:
    """NVIDIA GPUs of this machine, as its driver lists them."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return 0
    try:
        found = subprocess.run(
            [program, "--list-gpus"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    return sum(line.startswith("GPU ") for line in found.stdout.splitlines())
