from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FIGURE = "application/vnd.plotly.v1+json"


def executed(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[nbformat.NotebookNode]:
    """The code cells of a notebook after it has run from top to bottom."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": path.parent}}).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def figure_of(cell: nbformat.NotebookNode) -> Any:
    """The one figure that a cell shows."""
    [figure] = [output.data[FIGURE] for output in cell.outputs if FIGURE in output.get("data", {})]
    return figure


def test_the_quickstart_goes_from_two_checkpoints_to_a_figure_in_under_ten_lines(
    monkeypatch: pytest.MonkeyPatch,
):
    first, explored, last = executed(ROOT / "notebooks" / "quickstart.ipynb", monkeypatch)
    lines = [line for line in first.source.splitlines() if line.strip()]
    assert len(lines) < 10
    assert figure_of(first)["data"]
    assert explored.source == "run.explore()"
    [slider] = figure_of(explored)["layout"]["sliders"]
    assert len(figure_of(explored)["frames"]) == len(slider["steps"]) == 101
    assert last.outputs[-1].data["text/plain"].startswith("(0.")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_are_kept_without_outputs(path: Path):
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells)
