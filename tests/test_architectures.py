from __future__ import annotations

import socket
import urllib.error
from email.message import Message
from pathlib import Path
from typing import Any

import open_clip
import pytest

import tests.models  # noqa: F401  registers the tiny architectures with open_clip
from wiseft import architectures
from wiseft.architectures import Architecture
from wiseft.errors import Incompatible, Missing, UnknownName
from wiseft.specs import Transform


def test_unknown_architectures_are_answered_with_a_close_one():
    with pytest.raises(UnknownName, match=r"'ViT-B32'.*Did you mean 'ViT-B-32'"):
        Architecture.named("ViT-B32")


def test_unknown_tags_are_answered_with_those_that_exist():
    with pytest.raises(UnknownName, match=r"tag of ViT-H-14, named 'laion2b'.*laion2b_s32b_b79k"):
        Architecture.named("ViT-H-14").tag("laion2b")


def test_a_name_that_looks_like_a_file_is_no_tag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    vit = Architecture.named("ViT-B-32")
    assert vit.tag("weights.pt") is None
    assert vit.tag("folder/weights") is None
    monkeypatch.chdir(tmp_path)
    Path("weights").touch()
    assert vit.tag("weights") is None


def test_every_tag_is_accepted_under_its_activation_and_refused_under_the_other():
    """Except where open_clip has no name for the same architecture with the other activation."""
    refused: set[str] = set()
    for name, tag in open_clip.list_pretrained():
        architecture = Architecture.named(name)
        trained = open_clip.get_pretrained_cfg(name, tag).get("quick_gelu", False)
        if trained == architecture.quick_gelu or name == "roberta-ViT-B-32":
            assert architecture.tag(tag) == tag
        else:
            refused.add(name)
            with pytest.raises(Incompatible, match=f"use the architecture {name}-quickgelu for"):
                architecture.tag(tag)
            assert Architecture.named(f"{name}-quickgelu").tag(tag) == tag
    assert {"ViT-B-32", "RN50", "ViT-L-14-336", "ViT-H-14"} <= refused


def test_weights_without_quickgelu_are_refused_under_its_name():
    with pytest.raises(Incompatible, match=r"trained with GELU.*use the architecture ViT-B-32 for"):
        Architecture.named("ViT-B-32-quickgelu").tag("laion2b-s34b-b79k")
    with pytest.raises(Incompatible, match=r"trained with QuickGELU.*ViT-B-32-quickgelu for"):
        Architecture.named("ViT-B-32").tag("openai")


def test_every_tag_has_a_preprocessing_that_is_known():
    for name, tag in open_clip.list_pretrained():
        architecture = Architecture.named(name)
        transform = architecture.transform(tag)
        assert transform.interpolation in ("bilinear", "bicubic")
        assert transform.resize_mode in ("shortest", "squash", "longest")
        assert transform.size == architecture.config["vision_cfg"].get("image_size", 224)


def test_preprocessing_without_a_tag_is_what_all_tags_share():
    siglip = Architecture.named("ViT-B-16-SigLIP").transform(None)
    assert siglip == Transform(224, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5), "bicubic", "squash")
    means = {Architecture.named("ViT-L-14").transform(tag).mean for tag in tags_of("ViT-L-14")}
    assert len(means) == 2
    openai = Transform(224, open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD)
    assert Architecture.named("ViT-L-14").transform(None) == openai
    assert tags_of("tiny-vit") == []
    assert Architecture.named("tiny-vit").transform(None).mean == openai.mean


def tags_of(name: str) -> list[str]:
    return open_clip.list_pretrained_tags_by_model(name)


# Downloads


@pytest.fixture
def empty_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(architectures, "try_to_load_from_cache", lambda *_: None)


def answer_with(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def urlopen(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("urllib.request.urlopen", urlopen)


@pytest.mark.usefixtures("empty_cache")
def test_without_a_connection_weights_are_missing(monkeypatch: pytest.MonkeyPatch):
    reason = socket.gaierror(-2, "Name or service not known")
    answer_with(urllib.error.URLError(reason), monkeypatch)
    with pytest.raises(Missing, match=r"'openai' of RN50 could not be downloaded.*Name or"):
        Architecture.named("RN50").download("openai")


@pytest.mark.usefixtures("empty_cache")
def test_a_host_that_answers_is_asked_for_the_weights(monkeypatch: pytest.MonkeyPatch):
    forbidden = urllib.error.HTTPError("", 403, "Forbidden", Message(), None)
    answer_with(forbidden, monkeypatch)
    asked: list[Any] = []

    def download(source: dict[str, Any]) -> str:
        asked.append(source["hf_hub"])
        raise FileNotFoundError("Failed to download.\nTraceback")

    monkeypatch.setattr(open_clip, "download_pretrained", download)
    with pytest.raises(Missing, match=r"\(Failed to download\); connect"):
        Architecture.named("RN50").download("openai")
    assert asked == ["timm/resnet50_clip.openai/"]


def test_the_cache_is_asked_first(monkeypatch: pytest.MonkeyPatch):
    def cached(repository: str, file: str) -> str | None:
        found = (repository, file) == ("timm/resnet50_clip.openai", "open_clip_model.safetensors")
        return "cached.safetensors" if found else None

    monkeypatch.setattr(architectures, "try_to_load_from_cache", cached)
    assert Architecture.named("RN50").download("openai") == "cached.safetensors"
