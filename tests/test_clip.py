from __future__ import annotations

import sys
import warnings
from dataclasses import replace
from pathlib import Path

import open_clip
import pytest
import torch
from safetensors.torch import save_file

import tests.models  # noqa: F401  registers the tiny architectures with open_clip
from tests import make_vit_b_32
from wiseft import checkpoint, clip, specs
from wiseft.clip import DEMO, build_classifier, load_clip, zeroshot_classifier
from wiseft.errors import Incompatible, Invalid, Missing, UnknownName
from wiseft.progress import Progress

NAMES = ("cat", "dog", "tree frog")
TEMPLATES = ("a photo of a {}.", "{}", "art of the {}, {{}}")
TINY = ("tiny-resnet", "tiny-vit", "tiny-vit-quickgelu", "tiny-sigmoid", "tiny-coca")


def pixels(count: int = 4) -> torch.Tensor:
    return torch.randn(count, 3, 16, 16, generator=torch.Generator().manual_seed(0))


def random_clip(architecture: str, seed: int = 0) -> clip.Clip:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return load_clip(architecture)


# The zero-shot head


@pytest.mark.parametrize("architecture", TINY)
def test_rows_of_the_head_are_normalised_mean_embeddings_times_the_scale(architecture: str):
    model = random_clip(architecture)
    head = zeroshot_classifier(model, NAMES, TEMPLATES).head
    tokenizer = open_clip.get_tokenizer(architecture)
    for row, name in zip(head.weight, NAMES, strict=True):
        with torch.inference_mode():
            prompts = [f"a photo of a {name}.", name, f"art of the {name}, {{{name}}}"]
            vectors = torch.stack(
                [model.model.encode_text(tokenizer([each]))[0] for each in prompts]
            )
            mean = (vectors / vectors.norm(dim=1, keepdim=True)).mean(dim=0)
            expected = mean / mean.norm() * model.model.logit_scale.exp()
        torch.testing.assert_close(row.detach(), expected)
    assert head.weight.dtype == torch.float32
    assert torch.equal(head.bias, torch.zeros(3))
    assert head.weight.requires_grad
    assert head.bias.requires_grad


@pytest.mark.parametrize("architecture", ["tiny-resnet", "tiny-vit-quickgelu", "tiny-sigmoid"])
def test_with_one_template_the_logits_are_those_of_clip(architecture: str):
    model = random_clip(architecture)
    classifier = zeroshot_classifier(model, NAMES, ["{}"])
    with torch.inference_mode():
        images = model.model.encode_image(pixels(), normalize=True)
        texts = model.model.encode_text(model.tokenizer(list(NAMES)), normalize=True)
        expected = model.model.logit_scale.exp() * images @ texts.T
        torch.testing.assert_close(classifier(pixels()), expected)
    assert not classifier.training


def test_the_spec_says_what_the_classifier_was_made_of():
    spec = zeroshot_classifier(random_clip("tiny-vit"), NAMES, TEMPLATES).spec
    assert spec == specs.ModelSpec(
        architecture="tiny-vit",
        transform=specs.Transform(
            16, open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD, "bicubic", "shortest"
        ),
        class_names=NAMES,
        templates=TEMPLATES,
    )


def test_batches_of_classes_change_nothing_and_are_reported(monkeypatch: pytest.MonkeyPatch):
    model = random_clip("tiny-resnet")
    whole = zeroshot_classifier(model, NAMES, TEMPLATES).head.weight
    monkeypatch.setattr(clip, "PROMPTS_PER_BATCH", 2 * len(TEMPLATES) + 1)
    reports: list[Progress] = []
    batched = zeroshot_classifier(model, NAMES, TEMPLATES, reports.append).head.weight
    torch.testing.assert_close(batched, whole)
    assert [(each.done, each.total) for each in reports] == [(2, 3), (3, 3)]
    monkeypatch.setattr(clip, "PROMPTS_PER_BATCH", 1)
    torch.testing.assert_close(zeroshot_classifier(model, NAMES, TEMPLATES).head.weight, whole)


@pytest.mark.parametrize(
    ("names", "templates", "message"),
    [
        ((), TEMPLATES, "one class name"),
        (NAMES, (), "one template"),
        (NAMES, ("a {}", "a photo"), r"'a photo' has no \{\}"),
    ],
)
def test_a_head_needs_classes_and_templates_with_a_place(names, templates, message: str):
    with pytest.raises(Invalid, match=message):
        zeroshot_classifier(random_clip("tiny-vit"), names, templates)


# Models


def test_names_are_checked_before_anything_is_built():
    with pytest.raises(UnknownName, match=r"Did you mean 'ViT-B-32'"):
        load_clip("ViT-B32")
    with pytest.raises(Incompatible, match=r"use the architecture ViT-B-32-quickgelu"):
        load_clip("ViT-B-32", "openai")


def test_the_demo_is_the_shipped_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clip, "DEMO_FILE", tmp_path / "clip.safetensors")
    with pytest.raises(Missing, match="python -m wiseft pretrain"):
        load_clip(DEMO)
    made = random_clip("wiseft-signs")
    weights = {name: tensor.half() for name, tensor in made.model.state_dict().items()}
    save_file(weights, tmp_path / "clip.safetensors")
    model = load_clip(DEMO)
    assert model.architecture == "wiseft-signs"
    assert model.transform == made.transform
    torch.testing.assert_close(model.encoder(pixels()), made.encoder(pixels()), rtol=0, atol=0.01)


def test_a_text_tower_of_hugging_face_needs_its_package(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(Missing, match=r"tokenizer of tiny-hugging-face.*transformers"):
        load_clip("tiny-hugging-face")
    monkeypatch.setattr(clip, "_tokenizer", lambda _: open_clip.get_tokenizer("tiny-vit"))
    monkeypatch.setattr("open_clip.hf_model.transformers", None)
    with pytest.raises(Missing, match=r"text tower of tiny-hugging-face.*transformers"):
        load_clip("tiny-hugging-face")
    spec = zeroshot_classifier(random_clip("tiny-vit"), NAMES, TEMPLATES).spec
    classifier = build_classifier(replace(spec, architecture="tiny-hugging-face"))
    assert classifier(pixels()).shape == (4, 3)


# Image towers


@pytest.mark.parametrize("architecture", TINY)
def test_a_classifier_built_from_a_spec_has_the_weights_of_the_zero_shot_one(architecture: str):
    zeroshot = zeroshot_classifier(random_clip(architecture), NAMES, TEMPLATES)
    built = build_classifier(zeroshot.spec)
    built.load_state_dict(zeroshot.state_dict())
    with torch.inference_mode():
        assert torch.equal(built(pixels()), zeroshot(pixels()))
    assert built.spec == zeroshot.spec
    assert not any(module.training for module in built.modules())


def test_quickgelu_is_part_of_the_architecture():
    plain = zeroshot_classifier(random_clip("tiny-vit"), NAMES, TEMPLATES)
    quick = build_classifier(replace(plain.spec, architecture="tiny-vit-quickgelu"))
    quick.load_state_dict(plain.state_dict())
    with torch.inference_mode():
        assert not torch.equal(plain(pixels()), quick(pixels()))


# Weights


def write_safetensors(model: torch.nn.Module, path: Path) -> None:
    save_file(model.state_dict(), path)


def write_training_checkpoint(model: torch.nn.Module, path: Path) -> None:
    state = {f"module.{name}": tensor for name, tensor in model.state_dict().items()}
    torch.save({"epoch": 1, "state_dict": state}, path)


@pytest.mark.parametrize("write", [write_safetensors, write_training_checkpoint])
def test_a_local_file_gives_the_model_back(write, tmp_path: Path):
    made = random_clip("tiny-resnet", seed=3)
    write(made.model, tmp_path / "weights.bin")
    model = load_clip("tiny-resnet", tmp_path / "weights.bin")
    assert torch.equal(model.encoder(pixels()), made.encoder(pixels()))
    assert torch.equal(model.embed(NAMES), made.embed(NAMES))
    same = load_clip("tiny-resnet", str(tmp_path / "weights.bin"))
    assert torch.equal(same.embed(NAMES), made.embed(NAMES))


def test_weights_of_another_architecture_are_refused_with_the_difference(tmp_path: Path):
    write_safetensors(random_clip("tiny-vit").model, tmp_path / "vit.safetensors")
    with pytest.raises(Incompatible, match=r"weights of tiny-resnet: it lacks visual.*in excess"):
        load_clip("tiny-resnet", tmp_path / "vit.safetensors")


def test_weights_of_another_shape_are_refused_with_the_shapes(tmp_path: Path):
    state = random_clip("tiny-vit").model.state_dict()
    state["positional_embedding"] = state["positional_embedding"][:8].clone()
    save_file(state, tmp_path / "short.safetensors")
    with pytest.raises(Incompatible, match=r"positional_embedding \[8, 16\] instead of \[16, 16\]"):
        load_clip("tiny-vit", tmp_path / "short.safetensors")


def test_weights_that_are_not_finite_are_refused(tmp_path: Path):
    state = random_clip("tiny-vit").model.state_dict()
    state["visual.proj"][0, 0] = torch.nan
    save_file(state, tmp_path / "diverged.safetensors")
    with pytest.raises(Invalid, match=r"visual\.proj in .* holds NaN"):
        load_clip("tiny-vit", tmp_path / "diverged.safetensors")


def test_a_file_that_is_not_there_is_missing(tmp_path: Path):
    with pytest.raises(Missing, match="There is no file"):
        load_clip("tiny-vit", tmp_path / "absent.safetensors")
    with pytest.raises(Missing, match=r"There is no file absent.pt"):
        load_clip("tiny-vit", "absent.pt")


def openai_archive(path: Path) -> clip.Clip:
    """What OpenAI's own code saved: a traced model with three numbers among its weights."""
    made = random_clip("tiny-vit-quickgelu", seed=5)
    for name in ("context_length", "vocab_size"):
        delattr(made.model, name)
    for name, number in (("input_resolution", 16), ("context_length", 16), ("vocab_size", 49408)):
        made.model.register_buffer(name, torch.tensor(number))
    mask = made.model.get_buffer("attn_mask")
    del made.model.attn_mask
    made.model.attn_mask = mask  # a plain attribute in OpenAI's code, a constant of the trace
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(
            made.model, (pixels(2), made.tokenizer(["a", "b"])), check_trace=False
        )
        torch.jit.save(traced, path)
    return made


def test_an_archive_of_openai_is_read_under_its_activation_only(tmp_path: Path):
    made = openai_archive(tmp_path / "openai.pt")
    model = load_clip("tiny-vit-quickgelu", tmp_path / "openai.pt")
    assert torch.equal(model.embed(NAMES), made.embed(NAMES))
    assert torch.equal(model.encoder(pixels()), made.encoder(pixels()))
    with pytest.raises(Incompatible, match="use the architecture tiny-vit-quickgelu"):
        load_clip("tiny-vit", tmp_path / "openai.pt")


def test_a_tag_brings_its_weights_and_its_preprocessing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write_safetensors(random_clip("tiny-vit", seed=7).model, tmp_path / "cached.safetensors")
    cached = str(tmp_path / "cached.safetensors")
    monkeypatch.setattr("wiseft.architectures.try_to_load_from_cache", lambda *_: cached)
    half = (0.5, 0.5, 0.5)
    settings = {"mean": half, "std": half, "interpolation": "bilinear", "resize_mode": "squash"}
    tags = {"some_data": {"hf_hub": "someone/something/", **settings}}
    monkeypatch.setitem(open_clip.pretrained._PRETRAINED, "tiny-vit", tags)
    model = load_clip("tiny-vit", "some-data")
    assert torch.equal(model.embed(NAMES), random_clip("tiny-vit", seed=7).embed(NAMES))
    assert model.transform == specs.Transform(16, half, half, "bilinear", "squash")


@pytest.mark.slow
def test_a_local_vit_b_32_becomes_a_checkpoint(tmp_path: Path):
    make_vit_b_32.make(tmp_path / "random.pt")
    with pytest.raises(Incompatible, match="does not hold the weights of RN50"):
        load_clip("RN50", tmp_path / "random.pt")
    classifier = zeroshot_classifier(load_clip("ViT-B-32", tmp_path / "random.pt"), NAMES, ["{}"])
    assert classifier.spec.transform.size == 224
    checkpoint.save(tmp_path / "zeroshot.safetensors", classifier, {})
    loaded = checkpoint.load(tmp_path / "zeroshot.safetensors").classifier
    black = torch.zeros(2, 3, 224, 224)
    with torch.inference_mode():
        assert torch.equal(loaded(black), classifier(black))
