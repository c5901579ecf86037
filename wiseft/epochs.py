"""What a training leaves in its folder after every epoch, and how it is taken up again."""

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
from wiseft.errors import Incompatible, Invalid, WiseftError
from wiseft.files import written_aside

log = logging.getLogger(__name__)

STATE = "training_state.bin"
"""The optimiser after the newest epoch: SHA-256 (32 bytes) of the rest, then torch's format."""

_SHA256_BYTES = 32


@dataclass(frozen=True)
class Epochs:
    """The finished epochs of one training: a checkpoint of each, the optimiser of the last.

    Attributes:
        folder: where they are; it need not exist yet.
        training: a digest of all that the weights depend on.
    """

    folder: Path
    training: str

    def checkpoint(self, epoch: int) -> Path:
        """The file of the weights after `epoch`, counted from 1."""
        return self.folder / f"epoch_{epoch}.safetensors"

    def keep(
        self,
        epoch: int,
        model: ImageClassifier,
        optimizer: torch.optim.Optimizer,
        provenance: Mapping[str, Any],
    ) -> None:
        """Save the checkpoint of `epoch`, then the state that goes on from it.

        A process killed between the two leaves the state before, which leads to the same epoch.

        Raises:
            Invalid: where a weight is not finite; the epochs before are kept.
            StorageError: where the folder cannot be written.
        """
        provenance = {**provenance, "training": self.training, "epoch": epoch}
        checkpoint.save(self.checkpoint(epoch), model, provenance)
        state = {"training": self.training, "epoch": epoch, "optimizer": optimizer.state_dict()}
        # By way of memory, since torch reports a full disk as an error of its own making.
        content = io.BytesIO()
        torch.save(state, content)
        with written_aside(self.folder / STATE) as temporary, temporary.open("wb") as file:
            file.write(hashlib.sha256(content.getbuffer()).digest())
            file.write(content.getbuffer())

    def resume(self, model: ImageClassifier, optimizer: torch.optim.Optimizer) -> int:
        """Put model and optimiser into the state after the last epoch; how many are finished.

        What is damaged is reported in the log, and nothing is finished then.

        Raises:
            Incompatible: where the folder holds epochs of another training.
        """
        self._refuse_another()
        path = self.folder / STATE
        if not path.exists():
            return 0
        try:
            state = self._state(path)
            weights = checkpoint.load(self.checkpoint(state["epoch"])).classifier.state_dict()
        except (OSError, WiseftError) as error:
            log.warning("Training starts from the beginning, it cannot be resumed: %s", error)
            return 0
        model.load_state_dict(weights)
        optimizer.load_state_dict(state["optimizer"])
        return state["epoch"]

    def _refuse_another(self) -> None:
        """Keep epochs of two trainings from being mixed, and those of one from being lost."""
        for path in sorted(self.folder.glob("epoch_*.safetensors")):
            try:
                found = checkpoint.describe(path).provenance.get("training")
            except WiseftError as error:
                log.warning("%s", error)
                continue
            if found != self.training:
                raise Incompatible(
                    f"{self.folder} holds epochs of another training (other settings, images or "
                    "starting weights); choose another folder, or delete this one."
                )

    def _state(self, path: Path) -> dict[str, Any]:
        """What `keep` wrote. Raises `Invalid` where it is damaged or of another training."""
        stored = path.read_bytes()
        checksum, content = stored[:_SHA256_BYTES], stored[_SHA256_BYTES:]
        # torch itself does not notice a tensor with a changed bit.
        if hashlib.sha256(content).digest() != checksum:
            raise Invalid(f"{path} is damaged.")
        state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        if state["training"] != self.training:
            raise Invalid(f"{path} is of another training.")
        return state
