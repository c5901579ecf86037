"""One's own images: folders of sets, in them folders of classes.

    <root>/train/<class>/<image>        fine-tuned on
    <root>/test/<class>/<image>         the reference test set
    <root>/validation/<class>/<image>   optional: of the reference distribution too
    <root>/<any other>/<class>/<image>  a shift; may have some of the classes only
    <root>/benchmark.toml               optional

`benchmark.toml` may hold `title`, `templates` (a list, each with one `{}`), and the tables
`[classes]` (folder name = readable name) and `[sets]` (folder name = title).
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from wiseft.datasets.base import Benchmark, ImageSet
from wiseft.datasets.decode import EXTENSIONS, read_rgb
from wiseft.datasets.prompts import GENERAL
from wiseft.errors import Incompatible, Invalid, Missing
from wiseft.specs import digest

TRAIN, TEST, VALIDATION = "train", "test", "validation"
SETTINGS = "benchmark.toml"

BATCH = 64
"""Files that a thread hashes at a time."""


@dataclass(frozen=True)
class Settings:
    """What `benchmark.toml` says; all of it may be left out.

    Attributes:
        title: of the benchmark.
        templates: prompt templates.
        classes: readable names by folder name.
        sets: titles by folder name.
    """

    title: str | None = None
    templates: tuple[str, ...] = GENERAL
    classes: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)


class FolderSet(ImageSet):
    """The images below one folder, by class.

    Args:
        folder: holds a folder for each class.
        title: in words.
        class_folders: names of all class folders of the benchmark, in the order of the ids.
    """

    def __init__(self, folder: Path, title: str, class_folders: Sequence[str]) -> None:
        self.name = _text(folder.name)
        self.title = title
        self.root = folder.parent
        ids = {name: i for i, name in enumerate(class_folders)}
        present = _class_folders(folder)
        unknown = [each.name for each in present if each.name not in ids]
        if unknown:
            raise Incompatible(
                f"{folder} has classes that {TRAIN}/ does not have: {', '.join(unknown)}. "
                "Rename or remove them."
            )
        self.paths: list[Path] = []
        labels: list[int] = []
        for each in present:
            images = _images(each)
            if not images:
                raise Invalid(f"{each} holds no images; put some in or remove the folder.")
            self.paths += images
            labels += [ids[each.name]] * len(images)
        self.labels = np.array(labels, dtype=np.int64)
        if len(present) < len(ids):
            self.classes = tuple(sorted(ids[each.name] for each in present))

    def version(self) -> str:
        """SHA-256 over path, content and label of every image, and the classes."""
        batches = [self.paths[i : i + BATCH] for i in range(0, len(self), BATCH)]
        with ThreadPoolExecutor() as pool:
            contents = [each for batch in pool.map(_contents, batches) for each in batch]
        sources = [self.source(i) for i in range(len(self))]
        images = list(zip(sources, contents, self.labels.tolist(), strict=True))
        return digest({"images": images, "classes": self.classes})

    def bytes(self) -> int:
        """The size of all files, of those that are still there."""
        return sum(path.stat().st_size for path in self.paths if path.exists())

    def read(self, index: int) -> Image.Image:
        """Decode image `index`."""
        return read_rgb(self.paths[index])

    def source(self, index: int) -> str:
        """The path of image `index` below the root."""
        return _text(self.paths[index].relative_to(self.root).as_posix())


def open_folder(root: Path) -> Benchmark:
    """The benchmark in the folder `root`.

    Raises:
        Missing: where the folder, `train` or `test` is not there.
        Invalid: where a folder holds no classes or a class no images, or the settings are wrong.
        Incompatible: where a set has classes that `train` does not have.
    """
    if not root.exists():
        raise Missing(f"There is no folder {root}.")
    if not root.is_dir():
        raise Invalid(f"{root} is not a folder.")
    folders = {each.name: each for each in _folders(root)}
    for needed in (TRAIN, TEST):
        if needed not in folders:
            raise Missing(
                f"{root} has no folder {needed!r}; a benchmark needs {TRAIN}/ and {TEST}/, each "
                "with a folder of images for every class."
            )
    classes = [each.name for each in _class_folders(folders[TRAIN])]
    settings = _settings(root / SETTINGS, classes, list(folders))

    def image_set(name: str) -> FolderSet:
        return FolderSet(folders[name], settings.sets.get(name, _title(name)), classes)

    class_names = tuple(settings.classes.get(name, _readable(name)) for name in classes)
    if len(set(class_names)) < len(class_names):
        twice = next(name for name in class_names if class_names.count(name) > 1)
        raise Invalid(f"Two classes of {root} are both called {twice!r}; give them other names.")
    return Benchmark(
        name=str(root.resolve()),
        title=settings.title or _readable(root.resolve().name),
        class_names=class_names,
        templates=settings.templates,
        train=image_set(TRAIN),
        validation=image_set(VALIDATION) if VALIDATION in folders else None,
        reference=image_set(TEST),
        shifts=tuple(image_set(name) for name in folders if name not in (TRAIN, TEST, VALIDATION)),
        folder=root.resolve(),
    )


def _settings(path: Path, classes: Sequence[str], sets: Sequence[str]) -> Settings:
    """The settings in `path`, checked against the folders that there are."""
    if not path.exists():
        return Settings()
    try:
        given: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(f"{path} cannot be read as TOML: {error}.") from error
    unknown = given.keys() - {"title", "templates", "classes", "sets"}
    if unknown:
        raise Invalid(
            f"{path} has the unknown setting {min(unknown)!r}; known: title, templates, classes, "
            "sets."
        )
    title = given.get("title")
    if title is not None and not (isinstance(title, str) and title.strip()):
        raise Invalid(f"In {path}, title must be a text.")
    templates = given.get("templates", list(GENERAL))
    if not isinstance(templates, list) or not templates:
        raise Invalid(f"In {path}, templates must be a list of texts.")
    for each in templates:
        if (
            not isinstance(each, str)
            or each.count("{}") != 1
            or re.search(r"[{}]", each.replace("{}", ""))
        ):
            raise Invalid(f"In {path}, the template {each!r} must have exactly one {{}}.")
    for table, names in (("classes", classes), ("sets", sets)):
        _check_names(path, table, given.get(table, {}), names)
    return Settings(
        title, tuple(templates), dict(given.get("classes", {})), dict(given.get("sets", {}))
    )


def _check_names(path: Path, table: str, given: Any, folders: Sequence[str]) -> None:
    """Refuse a table that is not folder names to texts."""
    if not isinstance(given, dict):
        raise Invalid(f"In {path}, [{table}] must be a table of folder name = text.")
    for folder, name in given.items():
        if folder not in folders:
            raise Invalid(
                f"In {path}, [{table}] names the folder {folder!r}, which is not there; there are "
                f"{', '.join(folders)}."
            )
        if not (isinstance(name, str) and name.strip()):
            raise Invalid(f"In {path}, the name of {folder!r} in [{table}] must be a text.")


def _class_folders(folder: Path) -> list[Path]:
    """The folders of the classes in `folder`, which must not be none."""
    found = _folders(folder)
    if not found:
        raise Invalid(f"{folder} has no class folders; images stand in {folder.name}/<class>/.")
    return found


def _folders(folder: Path) -> list[Path]:
    """The folders in `folder`."""
    return [each for each in _entries(folder) if each.is_dir()]


def _images(folder: Path) -> list[Path]:
    """The image files in `folder`, with the links that lead nowhere: no image goes unmentioned."""
    return [
        each for each in _entries(folder) if each.suffix.lower() in EXTENSIONS and not each.is_dir()
    ]


def _entries(folder: Path) -> list[Path]:
    """What is in `folder`, in natural order, the hidden left out."""
    try:
        found = [each for each in folder.iterdir() if not each.name.startswith(".")]
    except OSError as error:
        raise Invalid(f"The folder {folder} cannot be read: {error.strerror}.") from error
    return sorted(found, key=_natural)


def _natural(path: Path) -> list[tuple[int, int, str]]:
    """A key that sorts 2 before 10."""
    parts = re.split(r"(\d+)", path.name)
    return [(0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts]


def _readable(folder_name: str) -> str:
    """A folder's name in words."""
    return " ".join(_text(folder_name).replace("_", " ").split()) or folder_name


def _title(folder_name: str) -> str:
    """A folder's name in words with a capital in front; others ("ImageNet") stay as they are."""
    words = _readable(folder_name)
    return words[0].upper() + words[1:]


def _text(name: str) -> str:
    """A file name that can be printed and stored: bytes that are not UTF-8 become "?"."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _contents(paths: Sequence[Path]) -> list[str]:
    """SHA-256 (hex) of the bytes of each file; a constant for those that cannot be read."""
    return [_content(path) for path in paths]


def _content(path: Path) -> str:
    try:
        status = path.stat()
        return _hash(path, status.st_size, status.st_mtime_ns)
    except OSError:
        return "unreadable"


@lru_cache(maxsize=2_000_000)
def _hash(path: Path, size: int, modified: int) -> str:
    """The hash of a file, made again when its size or time of change is another."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
