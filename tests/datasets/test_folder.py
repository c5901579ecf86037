from __future__ import annotations

import errno
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from wiseft.datasets.folder import open_folder
from wiseft.datasets.prompts import GENERAL
from wiseft.errors import Incompatible, Invalid, Missing, UnreadableImage, WiseftError


def write(path: Path, value: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (4, 4), (value, value, value)).save(path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "my_pets"
    for name in ("train", "test", "night_time"):
        for animal in ("cat", "guinea_pig"):
            for i in (10, 2, 1):
                write(root / name / animal / f"{i}.png", i)
    write(root / "sketch" / "cat" / "only.PNG")
    return root


def test_folders_become_sets_with_their_roles(root: Path):
    found = open_folder(root)
    assert found.title == "my pets"
    assert found.name == str(root)
    assert found.class_names == ("cat", "guinea pig")
    assert found.templates == GENERAL
    assert (found.train.name, found.reference.name) == ("train", "test")
    assert [each.name for each in found.shifts] == ["night_time", "sketch"]
    assert found.shifts[0].title == "Night time"
    assert found.validation is None


def test_images_come_in_natural_order_with_their_labels(root: Path):
    found = open_folder(root).reference
    assert [found.source(i) for i in range(3)] == [f"test/cat/{i}.png" for i in (1, 2, 10)]
    assert found.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert np.asarray(found.read(2))[0, 0, 0] == 10


def test_a_shift_may_have_some_of_the_classes(root: Path):
    night, sketch = open_folder(root).shifts
    assert night.classes is None
    assert sketch.classes == (0,)
    assert len(sketch) == 1


def test_a_validation_folder_is_no_shift(root: Path):
    shutil.copytree(root / "test", root / "validation")
    found = open_folder(root)
    assert found.validation is not None
    assert "validation" not in [each.name for each in found.shifts]
    assert found.evaluation_sets[-1].name == "validation"
    assert found.set_named("sketch").name == "sketch"


def test_a_benchmark_may_have_no_shifts(root: Path):
    shutil.rmtree(root / "night_time")
    shutil.rmtree(root / "sketch")
    assert open_folder(root).shifts == ()


def test_hidden_and_other_files_are_no_images(root: Path):
    (root / "train" / "cat" / "notes.txt").write_text("text")
    (root / "train" / "cat" / ".hidden.png").write_text("hidden")
    (root / "train" / ".git").mkdir()
    (root / ".cache").mkdir()
    (root / "readme.md").write_text("text")
    assert len(open_folder(root).train) == 6


def test_links_to_images_are_images(root: Path):
    (root / "train" / "cat" / "link.png").symlink_to(root / "test" / "cat" / "1.png")
    assert len(open_folder(root).train) == 7


def test_links_that_lead_nowhere_are_unreadable_images(root: Path):
    (root / "test" / "cat" / "0.png").symlink_to(root / "gone.png")
    found = open_folder(root).reference
    assert len(found) == 7
    broken = found.version()
    with pytest.raises(UnreadableImage, match="no such file"):
        found.read(0)
    write(root / "gone.png")
    assert open_folder(root).reference.version() != broken
    assert found.read(0).size == (4, 4)


def test_the_capitals_of_a_folder_are_kept_in_its_title(root: Path):
    (root / "night_time").rename(root / "imageNet_R")
    assert open_folder(root).shifts[0].title == "ImageNet R"


def test_classes_are_numbered_in_natural_order(root: Path):
    for name in ("train", "test"):
        for speed in (100, 30, 9):
            write(root / name / str(speed) / "1.png")
    assert open_folder(root).class_names == ("9", "30", "100", "cat", "guinea pig")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere file names are Unicode")
def test_a_file_name_that_is_not_unicode_can_be_printed(root: Path):
    name = os.fsdecode(b"caf\xe9.png")
    write(root / "test" / "cat" / name)
    found = open_folder(root).reference
    assert found.source(3) == "test/cat/caf?.png"
    assert found.read(3).size == (4, 4)


def test_a_folder_that_cannot_be_listed_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(path: Path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(Invalid, match="my_pets cannot be read: Permission denied"):
        open_folder(root)


def test_the_settings_name_classes_sets_and_templates(root: Path):
    (root / "benchmark.toml").write_text(
        'title = "Pets"\ntemplates = ["a {} at home"]\n'
        '[classes]\ncat = "cat <b>, \\"tom\\""\n[sets]\nsketch = "Drawn by hand"\n'
    )
    found = open_folder(root)
    assert found.title == "Pets"
    assert found.templates == ("a {} at home",)
    assert found.class_names == ('cat <b>, "tom"', "guinea pig")
    assert found.set_named("sketch").title == "Drawn by hand"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "cannot be read as TOML"),
        ("titel = 'x'", "unknown setting 'titel'"),
        ("title = 3", "title must be a text"),
        ("templates = 'a {}'", "templates must be a list"),
        ("templates = []", "templates must be a list"),
        ("templates = ['a photo']", "'a photo' must have exactly one"),
        ("templates = ['{} {}']", "exactly one"),
        ("templates = ['{} {name}']", "exactly one"),
        ("classes = 3", r"\[classes\] must be a table"),
        ("[classes]\ndog = 'Dog'", "'dog', which is not there; there are cat, guinea_pig"),
        ("[classes]\ncat = ''", "name of 'cat'"),
        ("[classes]\ncat = 'guinea pig'", "both called 'guinea pig'"),
        ("[sets]\nfog = 'Fog'", "'fog', which is not there"),
    ],
)
def test_wrong_settings_are_refused_in_a_sentence(root: Path, text: str, words: str):
    (root / "benchmark.toml").write_text(text)
    with pytest.raises(Invalid, match=words):
        open_folder(root)


def break_missing(root: Path) -> None:
    shutil.rmtree(root)


def break_file(root: Path) -> None:
    shutil.rmtree(root)
    root.write_text("a file")


def break_no_test(root: Path) -> None:
    shutil.rmtree(root / "test")


def break_no_classes(root: Path) -> None:
    shutil.rmtree(root / "test")
    write(root / "test" / "image.png")


def break_empty_class(root: Path) -> None:
    shutil.rmtree(root / "test" / "cat")
    (root / "test" / "cat").mkdir()


def break_strange_class(root: Path) -> None:
    write(root / "sketch" / "dog" / "1.png")


@pytest.mark.parametrize(
    ("damage", "kind", "words"),
    [
        (break_missing, Missing, "no folder"),
        (break_file, Invalid, "is not a folder"),
        (break_no_test, Missing, "no folder 'test'"),
        (break_no_classes, Invalid, "no class folders"),
        (break_empty_class, Invalid, "cat holds no images"),
        (break_strange_class, Incompatible, "train/ does not have: dog"),
    ],
)
def test_a_wrong_layout_is_refused_in_a_sentence(
    root: Path, damage, kind: type[WiseftError], words: str
):
    damage(root)
    with pytest.raises(kind, match=words) as refused:
        open_folder(root)
    assert "\n" not in str(refused.value)


def test_the_version_follows_content_labels_and_names(root: Path):
    first = open_folder(root).reference.version()
    assert open_folder(root).reference.version() == first
    write(root / "test" / "cat" / "1.png", 99)
    changed = open_folder(root).reference.version()
    (root / "test" / "cat" / "1.png").rename(root / "test" / "cat" / "0.png")
    renamed = open_folder(root).reference.version()
    (root / "test" / "cat" / "0.png").rename(root / "test" / "guinea_pig" / "0.png")
    moved = open_folder(root).reference.version()
    assert len({first, changed, renamed, moved}) == 4


def test_the_version_does_not_depend_on_place_or_time(root: Path, tmp_path: Path):
    other = tmp_path / "elsewhere" / "my_pets"
    shutil.copytree(root, other)
    for path in other.rglob("*.png"):
        os.utime(path, (0, 0))
    for a, b in zip(
        open_folder(root).evaluation_sets, open_folder(other).evaluation_sets, strict=True
    ):
        assert a.version() == b.version()
