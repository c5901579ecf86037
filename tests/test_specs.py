import hashlib
import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from wiseft.specs import EvalKey, FinetuneSpec, ModelSpec, Transform, digest

KEY = EvalKey("zero", "fine", "images", None)
SPEC = ModelSpec("ViT-B-32", Transform(224, (0.5, 0.4, 0.3), (0.2, 0.2, 0.2)), ("a", "b"), ("{}",))


def test_digest_is_sha256_of_canonical_json():
    assert digest({"b": 1, "a": [None]}) == hashlib.sha256(b'{"a":[null],"b":1}').hexdigest()


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.none()))
def test_digest_does_not_depend_on_the_order_of_keys(record: dict[str, object]):
    assert digest(record) == digest(dict(reversed(record.items())))


def test_a_model_spec_survives_json():
    assert ModelSpec.from_json(json.loads(json.dumps(SPEC.to_json()))) == SPEC


def test_the_geometry_leaves_the_normalisation_out():
    other = replace(SPEC.transform, mean=(0.0, 0.0, 0.0))
    assert other.geometry == SPEC.transform.geometry
    assert replace(other, size=64).geometry != other.geometry


def test_each_part_of_a_key_changes_it():
    others = [
        replace(KEY, zeroshot="x"),
        replace(KEY, finetuned="x"),
        replace(KEY, data="x"),
        replace(KEY, classes=(0, 1)),
        replace(KEY, precision="bfloat16"),
    ]
    assert len({each.digest(0.5) for each in [KEY, *others]}) == 6


def test_runs_that_share_a_model_share_its_evaluations():
    assert KEY.digest(0.0) == replace(KEY, finetuned="x").digest(0.0)
    assert KEY.digest(1.0) == replace(KEY, zeroshot="x").digest(1.0)
    assert KEY.digest(0.0) != replace(KEY, zeroshot="x").digest(0.0)
    assert KEY.digest(0.0) != KEY.digest(1.0)
    assert KEY.digest(0.3) == KEY.digest(0.7)


def test_an_option_that_is_not_used_does_not_change_the_key_of_a_training():
    # What the record was before there were options.
    first = {
        **{"method": "end-to-end", "epochs": 10, "batch_size": 512, "learning_rate": 3e-5},
        **{"weight_decay": 0.1, "warmup_steps": 500, "label_smoothing": 0.0, "clip_norm": 1.0},
        **{"crop_scale": 0.9, "seed": 0, "precision": "float32"},
    }
    assert FinetuneSpec().to_json() == first
    assert FinetuneSpec(shots=16).to_json() == {**first, "shots": 16}


@given(
    st.sampled_from(["end-to-end", "linear"]), st.sampled_from([None, 1, 16]), st.floats(0, 0.99)
)
def test_a_finetune_spec_survives_json(method: str, shots: int | None, decay: float):
    spec = FinetuneSpec(method=method, shots=shots, ema_decay=decay, ema_debiased=False)
    assert FinetuneSpec(**json.loads(json.dumps(spec.to_json()))) == spec
