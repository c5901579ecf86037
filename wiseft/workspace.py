"""One folder on disk with everything in it.

- `runs/`: one JSON record a run.
- `evaluations/`: what models said, by key.
- `checkpoints/`: what was trained.
- `jobs/`: what was asked for, a folder each (`wiseft.jobs`).
- `images/` and `scratch/`: decoded images, and logits while a path is made; both can be deleted
  while nothing runs.
- `demo/` (shipped): a workspace of its own, read by all others and written by none.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from wiseft.errors import Missing, UnknownName, WiseftError
from wiseft.run_records import RunRecord
from wiseft.runs import Run
from wiseft.store import Store

log = logging.getLogger(__name__)

HOME = Path(__file__).resolve().parents[1] / "data"
"""The `data` folder beside the package: the default workspace and the home of the demo."""

DEMO = HOME / "demo"


def default_root() -> Path:
    """The folder named by the environment variable WISEFT_DATA, else `data` of the checkout."""
    return Path(os.environ.get("WISEFT_DATA") or HOME).expanduser()


class Workspace:
    """The durable state, as files below one folder.

    Args:
        root: the folder; `default_root()` where None. It need not exist yet.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = Path(root) if root is not None else default_root()
        self.checkpoints = self.root / "checkpoints"
        self.images = self.root / "images"
        self.scratch = self.root / "scratch"
        self.jobs = self.root / "jobs"
        shipped = () if self.root.resolve() == DEMO.resolve() else (DEMO,)
        self.folders = (self.root, *shipped)
        self.store = Store(self.root / "evaluations", [each / "evaluations" for each in shipped])

    def runs(self) -> tuple[Run, ...]:
        """Every run: one's own, newest first, then the shipped ones by name.

        A damaged record is reported in the log and left out.
        """
        own, *shipped = ((folder / "runs").glob("*.json") for folder in self.folders)
        paths = sorted(own, key=lambda path: path.stat().st_mtime, reverse=True)
        paths += [path for folder in shipped for path in sorted(folder)]
        found: dict[str, Run] = {}
        for path in paths:
            try:
                record = RunRecord.read(path)
            except WiseftError as error:
                log.warning("%s", error)
                continue
            found.setdefault(record.name, Run(record, self.store, path.parents[1]))
        return tuple(found.values())

    def run(self, name: str) -> Run:
        """The run called `name`. Raises `UnknownName`, or `Missing` where there are no runs."""
        runs = {each.name: each for each in self.runs()}
        if not runs:
            raise Missing(f"There are no runs in {self.root} yet; make one with `sweep`.")
        if name not in runs:
            raise UnknownName("run", name, runs)
        return runs[name]

    def keep(self, record: RunRecord) -> Run:
        """Write the record of a run, over an older record of the same name.

        Raises `StorageError` where the folder cannot be written.
        """
        record.write(self.root / "runs" / f"{record.name}.json")
        return Run(record, self.store, self.root)

    def recorded(self, path: Path) -> str:
        """`path` as a record keeps it: from the root on where it lies below, else absolute."""
        absolute, root = path.resolve(), self.root.resolve()
        return absolute.relative_to(root).as_posix() if root in absolute.parents else str(absolute)
