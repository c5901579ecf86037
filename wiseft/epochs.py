"""What a training leaves in its folder, and how it is taken up again.

`epoch_<k>.safetensors` is the checkpoint after epoch k; `training_state.bin` all that the training
goes on from, as it was after some step.
"""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from wiseft import checkpoint
from wiseft.classifier import ImageClassifier
from wiseft.errors import Incompatible, Invalid
from wiseft.files import written_aside

log = logging.getLogger(__name__)

STATE = "training_state.bin"
"""The newest state: SHA-256 (32 bytes) of the rest, then torch's format."""

_SHA256_BYTES = 32


@dataclass(frozen=True)
class Epochs:
    """The folder of one training: a checkpoint of each finished epoch, and the newest state.

    Attributes:
        folder: where they are; it need not exist yet.
        training: a digest of all that the weights depend on.
    """

    folder: Path
    training: str

    def checkpoint(self, epoch: int) -> Path:
        """The file of the weights after `epoch`, counted from 1."""
        return self.folder / f"epoch_{epoch}.safetensors"

    def keep(self, epoch: int, model: ImageClassifier, provenance: Mapping[str, Any]) -> None:
        """Save the checkpoint of `epoch`.

        Raises:
            Invalid: where a weight is not finite; the epochs before are kept.
            StorageError: where the folder cannot be written.
        """
        provenance = {**provenance, "training": self.training, "epoch": epoch}
        checkpoint.save(self.checkpoint(epoch), model, provenance)

    def save_state(self, state: Mapping[str, Any]) -> None:
        """Save what training goes on from, in place of what was saved before.

        Args:
            state: tensors, numbers and texts in dicts and lists.

        Raises:
            StorageError: where the folder cannot be written.
        """
        # By way of memory, since torch reports a full disk as an error of its own making.
        content = io.BytesIO()
        torch.save({"training": self.training, "state": state}, content)
        with written_aside(self.folder / STATE) as temporary, temporary.open("wb") as file:
            file.write(hashlib.sha256(content.getbuffer()).digest())
            file.write(content.getbuffer())

    def load_state(self) -> dict[str, Any] | None:
        """The newest state, on the CPU; None where there is none.

        What is damaged is reported in the log, and there is none then.

        Raises:
            Incompatible: where the folder holds epochs or the state of another training.
        """
        for path in sorted(self.folder.glob("epoch_*.safetensors")):
            try:
                self._refuse_another(checkpoint.describe(path).provenance.get("training"))
            except Invalid as error:
                log.warning("%s", error)
        if not (self.folder / STATE).exists():
            return None
        try:
            found = self._stored()
        except (OSError, Invalid) as error:
            log.warning("Training starts from the beginning, it cannot be resumed: %s", error)
            return None
        self._refuse_another(found["training"])
        return found["state"]

    def _refuse_another(self, training: str | None) -> None:
        """Keep two trainings from being mixed, and what one has done from being lost."""
        if training != self.training:
            raise Incompatible(
                f"{self.folder} holds epochs of another training (other settings, images or "
                "starting weights); choose another folder, or delete this one."
            )

    def _stored(self) -> dict[str, Any]:
        """What `save_state` wrote. Raises `Invalid` where it is damaged."""
        path = self.folder / STATE
        stored = path.read_bytes()
        checksum, content = stored[:_SHA256_BYTES], stored[_SHA256_BYTES:]
        # torch itself does not notice a tensor with a changed bit.
        if hashlib.sha256(content).digest() != checksum:
            raise Invalid(f"{path} is damaged.")
        found = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        if "state" not in found:
            raise Invalid(f"{path} was written by an older version.")
        return found
