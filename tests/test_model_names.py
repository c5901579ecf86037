from __future__ import annotations

import subprocess
import sys

import open_clip

from wiseft.clip import load_clip
from wiseft.model_names import DEMO, model_names

CODE = "import sys; from wiseft.model_names import model_names as m; print(len(m()), *sys.modules)"


def test_they_are_those_of_open_clip_and_the_shipped_one():
    first, *others = model_names()
    assert first == DEMO
    assert load_clip(first).architecture == "wiseft-signs"
    shipped_with_it = set(open_clip.list_models()) - {"wiseft-signs"}
    assert set(others) >= {name for name in shipped_with_it if not name.startswith("tiny-")}
    assert "ViT-B-32-quickgelu" in others


def test_they_are_listed_without_loading_torch():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    count, *modules = done.stdout.split()
    assert int(count) > 100
    assert not {"torch", "open_clip"} & set(modules)
