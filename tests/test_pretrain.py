"""Contrastive pretraining: the loss, the small vocabulary, and the file it makes."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open

from wiseft.clip import load_clip
from wiseft.datasets.signs import Corpus, benchmark
from wiseft.errors import Invalid
from wiseft.pretrain import (
    REPORT_EVERY,
    PretrainSpec,
    pretrain,
    shifted,
    small_vocabulary,
)
from wiseft.tower import ARCHITECTURE

TINY = PretrainSpec(corpus_size=96, samples=25 * 8, batch_size=8, warmup_steps=4)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("corpus")


@pytest.fixture(scope="module")
def reports():
    return []


@pytest.fixture(scope="module")
def trained(cache, reports, tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "clip.safetensors"
    return pretrain(path, TINY, cache, report=reports.append)


# --------------------------------------------------------------------------------------- the file


def test_the_file_is_a_clip_model_that_open_clip_loads(trained):
    clip = load_clip(ARCHITECTURE, trained)
    parameters = sum(p.numel() for p in clip.encoder.parameters())
    assert 1.27e6 < parameters < 1.29e6
    images = clip.encoder(torch.zeros(2, 3, 64, 64))
    assert images.shape == clip.embed(["a stop sign", "a yield sign"]).shape == (2, 128)


def test_the_file_says_what_it_is_and_how_it_was_made(trained, reports):
    with safe_open(trained, framework="pt") as file:
        record = json.loads(file.metadata()["wiseft"])
        dtypes = {file.get_tensor(name).dtype for name in file.keys()}  # noqa: SIM118
        vocabulary = file.get_tensor("token_embedding.weight")
    assert dtypes == {torch.float16}
    assert vocabulary.shape == (49_408, 64)
    assert record["architecture"] == ARCHITECTURE
    assert record["spec"]["samples"] == TINY.samples
    assert record["corpus"] == Corpus(TINY.corpus_size).version()
    assert record["loss"] == reports[-1].values["loss"]


def test_the_same_seed_gives_the_same_file_and_another_seed_another(trained, cache, tmp_path):
    again = pretrain(tmp_path / "again.safetensors", TINY, cache)
    assert again.read_bytes() == trained.read_bytes()
    other = PretrainSpec(corpus_size=96, samples=25 * 8, batch_size=8, warmup_steps=4, seed=1)
    assert pretrain(tmp_path / "other.safetensors", other, cache).read_bytes() != (
        trained.read_bytes()
    )


def test_the_seed_of_the_caller_is_left_alone(trained, cache, tmp_path):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    pretrain(tmp_path / "clip.safetensors", TINY, cache)
    assert torch.equal(torch.rand(3), expected)


def test_progress_is_reported_to_the_end(trained, reports):
    steps = [each for each in reports if each.stage == "pretraining"]
    assert [each.done for each in steps] == [REPORT_EVERY, TINY.steps]
    assert {each.total for each in steps} == {TINY.steps}
    assert steps[-1].values.keys() == {"loss", "lr", "images_per_second", "logit_scale"}


@pytest.mark.slow
def test_the_loss_falls(cache, tmp_path):
    reports = []
    spec = PretrainSpec(corpus_size=96, samples=80 * 8, batch_size=8, warmup_steps=4)
    pretrain(tmp_path / "clip.safetensors", spec, cache, report=reports.append)
    losses = [each.values["loss"] for each in reports if each.stage == "pretraining"]
    assert losses[-1] < losses[0] - 0.1


def test_less_than_a_batch_is_refused(tmp_path):
    with pytest.raises(Invalid, match="at least one batch of 64"):
        pretrain(tmp_path / "clip.safetensors", PretrainSpec(samples=63), tmp_path)


# --------------------------------------------------------------------------------- the vocabulary


def test_a_small_vocabulary_changes_nothing_that_the_model_says():
    clip = load_clip(ARCHITECTURE)
    texts = ["a photo of a stop sign", "speed limit 100 at night", "IMG 1234"]
    tokens = clip.tokenizer(texts)
    before = clip.model.encode_text(tokens)
    with small_vocabulary(clip.model, tokens) as remapped:
        used = len(torch.unique(tokens))
        assert clip.model.get_parameter("token_embedding.weight").shape == (used, 64)
        assert int(remapped.max()) == used - 1
        assert torch.equal(clip.model.encode_text(remapped), before)
    assert torch.equal(clip.model.encode_text(tokens), before)
    weight = clip.model.get_parameter("token_embedding.weight")
    occurs = torch.zeros(len(weight), dtype=torch.bool).index_fill(0, tokens.flatten(), True)
    assert len(weight) == 49_408
    assert not weight[~occurs].any()
    assert weight[occurs].any(dim=1).all()


def test_the_corpus_holds_every_word_of_the_prompts():
    clip = load_clip(ARCHITECTURE)
    signs = benchmark()
    prompts = [text.format(name) for text in signs.templates for name in signs.class_names]
    known = set(clip.tokenizer(Corpus(2_000).captions()).flatten().tolist())
    assert set(clip.tokenizer(prompts).flatten().tolist()) <= known


# ------------------------------------------------------------------------------------ the pictures


@given(st.integers(0, 5), st.integers(0, 2**32 - 1))
def test_pictures_move_whole_and_edges_are_repeated(most, seed):
    picture = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(1, 8, 8, 3)
    rng, twin = np.random.default_rng(seed), np.random.default_rng(seed)
    top, left = twin.integers(0, 2 * most + 1, (1, 2))[0] - most
    rows = np.clip(np.arange(8) + top, 0, 7)
    columns = np.clip(np.arange(8) + left, 0, 7)
    expected = picture[:, rows][:, :, columns]
    assert np.array_equal(shifted(picture, most, rng), expected)
