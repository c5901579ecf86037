"""The street-sign world: the same everywhere, balanced, and as its tables say."""

import hashlib
import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import RandomState
from PIL import Image, ImageDraw

from wiseft.datasets.signs import (
    PINNED_FINGERPRINT,
    Corpus,
    SignSet,
    benchmark,
    corpus_item,
    draws_pinned_world,
    fingerprint,
    world,
)
from wiseft.datasets.signs.captions import GENERIC_SHARE, PHRASE_SHARE, SHARES, WRONG_SHARE
from wiseft.datasets.signs.designs import CLASS_NAMES, DESIGNS, sign
from wiseft.datasets.signs.domains import DOMAINS, picture
from wiseft.datasets.signs.geometry import arc, disc, line, polygon, rectangle, rounded
from wiseft.datasets.signs.glyphs import GLYPHS, Font, lettering
from wiseft.datasets.signs.scene import CANVAS, SIZE, View, paint, plain, random_view
from wiseft.datasets.signs.styles import HOME, STYLES

SIGNS = benchmark()


def area(corners: np.ndarray) -> float:
    """The area inside a polygon, by the shoelace formula."""
    x, y = corners.T
    return abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2


def mean_picture(domain: str, count: int = 48) -> np.ndarray:
    """Pixels [count, SIZE, SIZE, 3] of one domain, of all classes, as floats."""
    draws = [picture(i % 24, DOMAINS[domain], RandomState(i)) for i in range(count)]
    return np.stack([np.asarray(image, dtype=np.float64) for image in draws])


# ------------------------------------------------------------------------------------------- sets


def test_the_benchmark_has_the_sets_and_sizes_of_its_description():
    sizes = {each.name: len(each) for each in (SIGNS.train, *SIGNS.evaluation_sets)}
    shifts = ("night", "fog", "snow", "blur", "worn", "sketch", "foreign")
    assert sizes == {
        "train": 8000,
        "daylight": 2016,
        **dict.fromkeys(shifts, 1512),
        "validation": 2016,
    }
    assert tuple(each.name for each in SIGNS.shifts) == shifts
    assert SIGNS.reference.name == "daylight"
    assert len(SIGNS.class_names) == len(set(SIGNS.class_names)) == 24


@pytest.mark.parametrize("images", SIGNS.evaluation_sets, ids=lambda each: each.name)
def test_every_class_is_equally_frequent(images):
    assert np.array_equal(images.labels, np.arange(len(images)) % 24)
    assert len(set(np.bincount(images.labels))) == 1
    assert images.labels.dtype == np.int64


def test_images_are_rgb_and_do_not_depend_on_what_was_drawn_before():
    night = SIGNS.set_named("night")
    first = night.read(100)
    SIGNS.reference.read(3)
    assert first.mode == "RGB"
    assert first.size == (SIZE, SIZE) == (64, 64)
    assert night.read(100).tobytes() == first.tobytes()


def test_no_image_occurs_twice_in_any_sets_or_the_corpus():
    sets = (SIGNS.train, *SIGNS.evaluation_sets, Corpus(1000))
    images = [each.read(i).tobytes() for each in sets for i in range(48)]
    assert len(set(images)) == len(images)


def test_a_source_names_the_set_and_the_index():
    assert SIGNS.set_named("fog").source(7) == "signs/fog/7"
    assert Corpus(10).source(7) == "signs/corpus/7"


# --------------------------------------------------------------------------------------- versions


def test_this_machine_draws_the_world_that_the_shipped_models_belong_to():
    assert fingerprint() == PINNED_FINGERPRINT, (
        "Signs are drawn differently: raise WORLD, pin the new fingerprint, and pretrain and "
        "evaluate the demo again; or install the Pillow and NumPy that the demo was made with."
    )
    assert draws_pinned_world()


def test_another_world_is_not_taken_for_the_pinned_one(monkeypatch):
    monkeypatch.setattr(world, "PINNED_FINGERPRINT", "0" * 64)
    assert not draws_pinned_world()


def test_versions_tell_sets_apart():
    versions = [each.version() for each in (SIGNS.train, *SIGNS.evaluation_sets, Corpus(1000))]
    assert len(set(versions)) == len(versions)
    assert SignSet("night", "", "night", 240).version() != SIGNS.set_named("night").version()
    assert SignSet("night", "a", "night", 240).version() == (
        SignSet("night", "another title", "night", 240).version()
    )


def test_a_version_changes_with_the_pixels(monkeypatch):
    def brighter(pixels, rng):
        return pixels + 1

    before = SignSet("fog", "Fog", "fog", 240).version()
    fog = DOMAINS["fog"]
    monkeypatch.setitem(DOMAINS, "fog", replace(fog, effects=(*fog.effects, brighter)))
    assert SignSet("fog", "Fog", "fog", 240).version() != before


def test_a_version_probes_every_class_all_over_the_set(monkeypatch):
    probed = []
    read = SignSet.read

    def spy(images, index):
        probed.append(index)
        return read(images, index)

    monkeypatch.setattr(SignSet, "read", spy)
    images = SignSet("snow", "Snow", "snow", 1512)
    images.version()
    images.version()
    assert sorted(images.labels[probed]) == list(range(24))
    assert max(np.diff(sorted(probed))) < 1512 / 12


def test_random_numbers_follow_from_the_names_alone():
    digest = hashlib.sha256(f'[{world.WORLD}, "day", 3]'.encode()).digest()
    words = [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 32, 4)]
    assert world.stream("day", 3).randint(1 << 30) == RandomState(words).randint(1 << 30)


# ------------------------------------------------------------------------------------------ signs


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_every_class_looks_different_in_every_style(style):
    view = View(np.diag([80.0, 80.0, 1.0]) + np.array([[0, 0, 96], [0, 0, 96], [0, 0, 0]]))
    drawn = set()
    for class_id in range(24):
        image = Image.new("RGB", (CANVAS, CANVAS))
        paint(ImageDraw.Draw(image), sign(class_id, style), view, RandomState(0))
        drawn.add(image.tobytes())
    assert len(drawn) == 24


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_pictograms_stay_on_their_panels(style):
    for class_id in range(24):
        plate, *rest = sign(class_id, style)
        low, high = plate.polygons[0].min(axis=0), plate.polygons[0].max(axis=0)
        for layer in rest:
            for each in layer.polygons:
                assert (each >= low - 0.02).all(), DESIGNS[class_id].name
                assert (each <= high + 0.02).all(), DESIGNS[class_id].name


def test_a_left_turn_is_a_right_turn_in_a_mirror():
    left = sign(CLASS_NAMES.index("turn left"), HOME)[-1].polygons
    right = sign(CLASS_NAMES.index("turn right"), HOME)[-1].polygons
    for one, other in zip(left, right, strict=True):
        assert np.allclose(one * (-1, 1), other)


@given(
    text=st.text(alphabet=sorted(GLYPHS), min_size=1, max_size=5),
    weight=st.floats(0.1, 0.25),
    slant=st.floats(-0.3, 0.3),
    height=st.floats(0.2, 2),
    width=st.floats(0.2, 3),
)
def test_words_fill_their_box_and_no_more(text, weight, slant, height, width):
    polygons = lettering(text, Font(weight=weight, slant=slant), height, width)
    corners = np.concatenate(polygons)
    size = corners.max(axis=0) - corners.min(axis=0)
    assert size[0] <= width + 1e-9
    assert size[1] <= height + 1e-9
    assert math.isclose(size[0], width) or math.isclose(size[1], height)
    assert np.allclose(corners.max(axis=0) + corners.min(axis=0), 0, atol=1e-9)


# --------------------------------------------------------------------------------------- geometry


def test_a_stroke_has_the_area_of_its_length_times_its_width():
    assert math.isclose(area(line("0,0 3,4", 0.5)), 5 * 0.5)
    # An L of two legs of length 2, measured along its middle: the mitre keeps the area.
    assert math.isclose(area(line("0,0 2,0 2,2", 0.4)), 4 * 0.4)


def test_a_sharp_corner_does_not_stick_out_without_limit():
    needle = line("0,0 1,0.01 0,0.02", 0.1)
    assert needle[:, 0].max() <= 1 + 0.1


def test_an_arc_keeps_its_distance_and_its_ends():
    points = arc(1, 2, 0.5, 0, 90)
    assert np.allclose(np.hypot(*(points - (1, 2)).T), 0.5)
    assert np.allclose(points[[0, -1]], [(1.5, 2), (1, 2.5)])


def test_a_disc_has_nearly_the_area_of_a_circle():
    assert math.isclose(area(disc(3, 1, 2.0, 200)), math.pi * 4, rel_tol=1e-3)


def test_rounded_corners_lie_within_the_polygon():
    square = rectangle(-1, -1, 1, 1)
    assert np.abs(rounded(square, 0.3)).max() <= 1
    assert 4 - 4 * 0.3**2 / 2 < area(rounded(square, 0.3)) < 4


def test_corners_are_read_as_in_svg():
    assert polygon("0,1.5 -2,3").tolist() == [[0, 1.5], [-2, 3]]


@given(st.integers(0, 2**32 - 1))
def test_a_sign_stands_near_the_middle_at_a_size_that_can_be_read(seed):
    view = random_view(RandomState(seed))
    ((x, y),) = view.project(np.zeros((1, 2)))
    assert math.dist((x, y), (CANVAS / 2, CANVAS / 2)) <= 6 * 3 * math.sqrt(2)
    diameter = math.sqrt(area(np.array(view.project(disc(0, 0, 1)))) * 4 / math.pi) / 3
    assert 22 * 0.95 < diameter < 48 * 1.05


# ---------------------------------------------------------------------------------------- domains


def test_domains_do_what_they_are_called():
    means = {name: mean_picture(name) for name in DOMAINS}
    brightness = {name: pixels.mean() for name, pixels in means.items()}
    contrast = {name: pixels.std(axis=(1, 2)).mean() for name, pixels in means.items()}
    assert brightness["night"] < brightness["day"] / 3
    assert brightness["sketch"] > 200
    assert contrast["fog"] < contrast["day"] / 2
    assert means["sunset"][..., 0].mean() > 2 * means["sunset"][..., 2].mean()
    colourless = means["monochrome"]
    assert np.array_equal(colourless[..., 0], colourless[..., 2])
    steps = {name: np.abs(np.diff(pixels, axis=2)).mean() for name, pixels in means.items()}
    assert steps["blur"] < steps["day"]
    equal_neighbours = (np.diff(means["pixel"], axis=2) == 0).all(axis=(1, 3)).mean()
    assert equal_neighbours > 0.4


def test_a_negative_is_the_picture_with_light_and_dark_exchanged():
    negative = DOMAINS["negative"]
    positive = replace(negative, effects=negative.effects[:-1])
    pixels = [
        np.asarray(picture(4, domain, RandomState(8)), dtype=int) for domain in (positive, negative)
    ]
    assert np.abs(pixels[0] + pixels[1] - 255).max() <= 1


def test_foreign_signs_are_never_in_the_home_style():
    assert HOME not in DOMAINS["foreign"].styles
    assert DOMAINS["day"].styles == (HOME,)


@pytest.mark.parametrize("name", DOMAINS)
def test_a_sign_can_be_told_from_its_background(name):
    domain = DOMAINS[name]
    for class_id in (0, 9, 15):
        with_sign = np.asarray(picture(class_id, domain, RandomState(3)), dtype=int)
        other = np.asarray(picture((class_id + 1) % 24, domain, RandomState(3)), dtype=int)
        assert (np.abs(with_sign - other) > 8).any()


def test_a_plain_backdrop_is_one_pale_colour():
    image = np.asarray(plain(RandomState(1)))
    assert (image[: CANVAS // 3] == image[0, 0]).all()
    assert image[0, 0].min() >= 215


# ----------------------------------------------------------------------------------------- corpus

ITEMS = [corpus_item(index) for index in range(12_000)]


def within(observed: int, total: int, share: float) -> bool:
    """Whether a count is within four standard deviations of its expectation."""
    return abs(observed - total * share) < 4 * math.sqrt(total * share * (1 - share))


def test_domains_occur_as_often_as_their_shares_say():
    assert set(SHARES) == set(DOMAINS)
    assert math.isclose(sum(SHARES.values()), 1)
    counts = Counter(item.domain for item in ITEMS)
    for domain, share in SHARES.items():
        assert within(counts[domain], len(ITEMS), share), domain


def test_some_captions_are_wrong_and_some_say_nothing():
    generic = [item for item in ITEMS if item.named is None]
    wrong = [item for item in ITEMS if item.named not in (None, item.class_id)]
    assert within(len(generic), len(ITEMS), GENERIC_SHARE)
    assert within(len(wrong), len(ITEMS), WRONG_SHARE)
    assert not any(name in item.caption for item in generic for name in CLASS_NAMES)


def test_captions_name_the_sign_and_often_the_domain():
    named = [(item, DESIGNS[item.named]) for item in ITEMS if item.named is not None]
    for item, design in named:
        assert any(name in item.caption for name in (design.name, *design.synonyms))
    phrased = [item for item, _ in named if item.caption.endswith(DOMAINS[item.domain].phrases)]
    assert within(len(phrased), len(named), PHRASE_SHARE)


def test_a_larger_corpus_begins_with_the_smaller_one():
    small, large = Corpus(48), Corpus(480)
    assert large.captions()[:48] == small.captions()
    assert large.read(47).tobytes() == small.read(47).tobytes()
    assert small.version() != large.version()


def test_the_corpus_shows_the_sign_of_its_label():
    corpus = Corpus(100)
    assert [corpus_item(i).class_id for i in range(100)] == corpus.labels.tolist()


def test_prompts_have_one_place_for_the_class_name():
    assert len(SIGNS.templates) == 12
    assert all(template.count("{}") == 1 for template in SIGNS.templates)
