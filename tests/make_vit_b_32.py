"""Write an open_clip ViT-B-32 with random weights to a file, for tests of speed and plumbing.

    python tests/make_vit_b_32.py OUT.pt

It knows nothing: its predictions are chance, and so is everything computed from them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import open_clip
import torch

ARCHITECTURE = "ViT-B-32"
SEED = 0


def make(path: Path) -> None:
    """Write the state dict, 605 MB, the same on every run of one version of torch."""
    torch.manual_seed(SEED)
    model = open_clip.CLIP(**(open_clip.get_model_config(ARCHITECTURE) or {}))
    torch.save(model.state_dict(), path)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    make(Path(sys.argv[1]))
    print(f"Wrote a {ARCHITECTURE} with random weights (seed {SEED}) to {sys.argv[1]}.")
