"""Properties of the package as a whole."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import wiseft

ROOT = Path(wiseft.__file__).parents[1]
LIGHT = ["wiseft", "wiseft.workspace", "wiseft.charts", "wiseft.breakdown", "wiseft.runs"]


@pytest.mark.parametrize("module", LIGHT)
def test_what_shows_cached_results_does_not_load_torch(module: str):
    heavy = "{'torch', 'torchvision', 'open_clip', 'timm', 'streamlit'}"
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("name", wiseft.__all__)
def test_every_exported_name_is_there(name: str):
    assert getattr(wiseft, name).__name__ == name


def test_an_unknown_attribute_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'swep'"):
        _ = wiseft.swep  # pyright: ignore[reportAttributeAccessIssue]


def test_no_file_of_the_project_names_a_path_of_a_machine():
    names = subprocess.run(
        ["git", "ls-files"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    files = [ROOT / name for name in names if (ROOT / name).exists()]
    text = [path for path in files if path.suffix in {".py", ".md", ".toml", ".json", ".ipynb"}]
    assert len(text) > 30
    marks = ["/ho" + "me/", "/wo" + "rk/", "/ro" + "ot/", "/tm" + "p/w"]
    for path in text:
        content = path.read_text("utf-8")
        assert not [mark for mark in marks if mark in content], path


def test_every_module_states_its_responsibility():
    modules = sorted((ROOT / "wiseft").rglob("*.py"))
    assert len(modules) > 20
    for path in modules:
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), path
