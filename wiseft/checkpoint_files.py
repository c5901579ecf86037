"""The checkpoints at hand, and what each is, without loading one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from wiseft.checkpoint_header import CheckpointInfo, describe
from wiseft.compatibility import form_differences, spec_differences
from wiseft.weight_headers import TensorForm, tensor_forms
from wiseft.workspace import Workspace

SHIPPED = "shipped"
"""What stands before the name of a checkpoint that came with the program."""

EPOCHS = "epochs"
"""The folder of a training below the `work` of its job, where each epoch leaves a checkpoint."""

_BUFFERS = ("running_mean", "running_var", "num_batches_tracked")
"""How the names of tensors end that BatchNorm counts and nobody trains."""


@dataclass(frozen=True)
class CheckpointFile:
    """A checkpoint on disk, from its header.

    Attributes:
        path: of the file.
        info: what it says of itself.
        forms: its tensors by name.
    """

    path: Path
    info: CheckpointInfo
    forms: dict[str, TensorForm]

    @property
    def parameters(self) -> int:
        """Number of weights, running statistics left out."""
        return sum(
            form.size
            for name, form in self.forms.items()
            if name.rpartition(".")[2] not in _BUFFERS
        )

    @property
    def precision(self) -> str:
        """In which precision most of its weights are stored, in the words of the format: "F16"."""
        sizes: Counter[str] = Counter()
        for form in self.forms.values():
            sizes[form.dtype] += form.size
        return sizes.most_common(1)[0][0] if sizes else ""


def open_checkpoint(path: Path) -> CheckpointFile:
    """What a checkpoint is; its weights are not read.

    Raises:
        Missing, Invalid, Incompatible: where the file cannot be used (`checkpoint_header`).
    """
    info = describe(path)
    return CheckpointFile(path, info, tensor_forms(path))


def known_checkpoints(workspace: Workspace) -> dict[str, Path]:
    """Checkpoint files by name: those of the workspace, newest first, then the shipped ones.

    A name is what stands in a URL: the file's, with "shipped/" before those that came with the
    program. That such a file can be read is not checked.
    """
    own, *shipped = (root / "checkpoints" for root in workspace.folders)
    newest_first = sorted(own.glob("*.safetensors"), key=_modified, reverse=True)
    found = {path.name: path for path in newest_first}
    for folder in shipped:
        found |= {f"{SHIPPED}/{path.name}": path for path in sorted(folder.glob("*.safetensors"))}
    return found


def epoch_checkpoints(folder: Path) -> list[Path]:
    """The checkpoints that the epochs of a training have left in `folder`, first to last."""
    found = folder.glob("epoch_*.safetensors")
    return sorted(found, key=lambda path: (len(path.name), path.name))


def differences(zeroshot: CheckpointFile, finetuned: CheckpointFile) -> list[str]:
    """What keeps two checkpoints from being merged: the checks of `merging`, without weights.

    Returns:
        phrases for the middle of a sentence (`compatibility`); nothing where they fit.
    """
    unlike = spec_differences(zeroshot.info.spec, finetuned.info.spec)
    return unlike or form_differences(zeroshot.forms, finetuned.forms)


def _modified(path: Path) -> float:
    return path.stat().st_mtime
