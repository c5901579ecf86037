"""What keeps a folder from being a benchmark, all of it at once, and what is left out of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from wiseft.datasets.decode import EXTENSIONS
from wiseft.datasets.folder import TRAIN, FolderSet, open_folder
from wiseft.errors import WiseftError
from wiseft.text import number_of


def layout_problems(root: Path) -> list[str]:
    """Why `open_folder` refuses a folder: its own sentence first, then one for each other set."""
    try:
        open_folder(root)
    except WiseftError as error:
        found = [str(error)]
    else:
        return []
    classes = [each.name for each in _folders(root / TRAIN)]
    for folder in _folders(root) if classes else []:
        try:
            FolderSet(folder, folder.name, classes)
        except WiseftError as error:
            found.append(str(error))
    return list(dict.fromkeys(found))


def left_out(root: Path) -> list[str]:
    """Which files of a benchmark are not among its images, in sentences.

    Hidden files are left out silently, and so is what stands in the root itself.
    """
    sentences = []
    loose = Counter(
        folder.name for folder in _folders(root) for path in _files(folder) if _is_image(path)
    )
    for name, count in loose.items():
        sentences.append(
            f"{number_of(count, 'image')} in {name}/ {_are(count)} left out, since "
            f"{'it stands' if count == 1 else 'they stand'} in no class folder."
        )
    others = Counter(
        path.suffix.lower() or "no ending"
        for folder in _folders(root)
        for class_folder in _folders(folder)
        for path in _files(class_folder)
        if not _is_image(path)
    )
    if others:
        count = sum(others.values())
        sentences.append(
            f"{number_of(count, 'file')} in class folders {_are(count)} left out, since "
            f"{'its name is' if count == 1 else 'their names are'} not of a known image format "
            f"({', '.join(sorted(others))})."
        )
    return sentences


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in EXTENSIONS


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _folders(folder: Path) -> list[Path]:
    return sorted(each for each in _entries(folder) if each.is_dir())


def _files(folder: Path) -> list[Path]:
    return [each for each in _entries(folder) if not each.is_dir()]


def _entries(folder: Path) -> Iterator[Path]:
    """What is in a folder, the hidden left out; nothing where it cannot be listed."""
    try:
        yield from (each for each in folder.iterdir() if not each.name.startswith("."))
    except OSError:
        return
