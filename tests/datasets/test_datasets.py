from pathlib import Path

import pytest

from wiseft.datasets import BENCHMARKS, open_benchmark
from wiseft.errors import Missing, UnknownName

FOLDER = Path(__file__).parents[2] / "wiseft" / "datasets"
SHARED = {"folder_check", "inventory", "base", "decode", "folder", "prompts", "metadata"}


def test_every_data_set_is_listed():
    modules = {path.stem for path in FOLDER.iterdir() if not path.name.startswith("_")}
    assert modules - SHARED == set(BENCHMARKS)


@pytest.mark.parametrize("name", list(BENCHMARKS))
def test_every_listed_benchmark_opens_with_sets_of_distinct_names(name: str):
    found = open_benchmark(name)
    sets = [found.train, *found.evaluation_sets]
    assert len({each.name for each in sets}) == len(sets)
    assert all(len(each) > 0 for each in sets)
    assert all(template.count("{}") == 1 for template in found.templates)
    assert len(set(found.class_names)) == len(found.class_names)


def test_a_folder_is_a_benchmark(pacs: Path):
    found = open_benchmark(pacs)
    assert found.class_names[0] == "dog"
    assert [each.name for each in found.shifts] == ["art", "cartoon", "sketch"]
    assert len(found.train) == 420


def test_what_is_neither_is_answered_with_the_names_that_exist():
    with pytest.raises(Missing, match=r"nor a folder named 'sings'\. Known benchmarks: signs"):
        open_benchmark("sings")


def test_an_unknown_set_is_answered_with_the_names_that_exist():
    with pytest.raises(UnknownName, match="Did you mean 'night'"):
        open_benchmark("signs").set_named("nigth")
