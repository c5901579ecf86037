"""Benchmarks that a workspace knows: the registered ones, and folders that were added to it.

A folder that was added is a small file of its own, `benchmarks/<key>.json` with the folder's path
and its title, so that two processes can add folders at the same time. The images stay where they
are.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from wiseft.datasets import BENCHMARKS, open_benchmark
from wiseft.errors import Invalid, UnknownName, WiseftError, storage_errors
from wiseft.files import read_json, write_json
from wiseft.specs import SCHEMA, digest
from wiseft.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KnownBenchmark:
    """A benchmark by name; its images need not be there any more.

    Attributes:
        name: what `open_benchmark` takes: a registered name, or the path of a folder.
        title: in words.
        added: whether it is a folder that was added, and can be removed.
    """

    name: str
    title: str
    added: bool


def known_benchmarks(workspace: Workspace) -> tuple[KnownBenchmark, ...]:
    """The folders that were added, by title, then the registered benchmarks.

    A damaged record is reported in the log and left out.
    """
    added = []
    for path in _folder(workspace).glob("*.json"):
        try:
            added.append(_read(path))
        except WiseftError as error:
            log.warning("%s", error)
    registered = [KnownBenchmark(name, BENCHMARKS[name]().title, False) for name in BENCHMARKS]
    return (*sorted(added, key=lambda each: (each.title.casefold(), each.name)), *registered)


def labels(known: Iterable[KnownBenchmark]) -> dict[str, str]:
    """Titles by name; where two benchmarks have the same title, the folder stands behind it."""
    known = list(known)
    titles = Counter(each.title for each in known)
    return {
        each.name: each.title if titles[each.title] == 1 else f"{each.title} ({each.name})"
        for each in known
    }


def add_benchmark(workspace: Workspace, folder: Path) -> KnownBenchmark:
    """Remember a folder of one's own. To add one twice is no error.

    Raises:
        WiseftError: where the folder is not laid out as a benchmark (`datasets.folder`), or the
            workspace cannot be written.
    """
    benchmark = open_benchmark(folder)
    found = KnownBenchmark(benchmark.name, benchmark.title, added=benchmark.name not in BENCHMARKS)
    if found.added:
        record = {"schema": SCHEMA, "folder": found.name, "title": found.title}
        write_json(_record(workspace, found.name), record)
    return found


def remove_benchmark(workspace: Workspace, name: str) -> None:
    """Forget a folder that was added; its images and the runs on it stay.

    Raises:
        UnknownName: where no folder of that path was added.
        StorageError: where the workspace cannot be written.
    """
    path = _record(workspace, name)
    if not path.exists():
        added = [each.name for each in known_benchmarks(workspace) if each.added]
        raise UnknownName("added benchmark", name, added)
    with storage_errors(path):
        path.unlink(missing_ok=True)


def _folder(workspace: Workspace) -> Path:
    return workspace.root / "benchmarks"


def _record(workspace: Workspace, name: str) -> Path:
    return _folder(workspace) / f"{digest(name)[:16]}.json"


def _read(path: Path) -> KnownBenchmark:
    record = read_json(path)
    folder, title = record.get("folder"), record.get("title")
    if not isinstance(folder, str) or not isinstance(title, str):
        raise Invalid(f"{path} is no record of a benchmark; delete it to go on.")
    return KnownBenchmark(folder, title, added=True)
