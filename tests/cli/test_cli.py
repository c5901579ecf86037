from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.shapes import write_ends, write_shapes
from wiseft import checkpoint
from wiseft.cli import COMMANDS, main, parser
from wiseft.cli.finetune import OPTIONS
from wiseft.cli.results import parse_alphas
from wiseft.errors import Invalid
from wiseft.specs import FinetuneSpec


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_shapes(tmp_path / "shapes")


@pytest.fixture
def ends(tmp_path: Path) -> list[str]:
    return [str(path) for path in write_ends(tmp_path)]


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The sentence that answers bad input, which must be one line and exit code 2."""
    assert main(list(arguments)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.strip().splitlines()
    assert lines[-1].startswith("wiseft: ")
    assert "Traceback" not in captured.err
    return lines[-1]


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help_with_an_example_that_parses(
    name: str, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as stopped:
        main([name, "--help"])
    assert stopped.value.code == 0
    text = capsys.readouterr().out
    example = COMMANDS[name].example
    assert example in text
    assert "--json" in text
    words = example.split()
    assert words[:4] == ["python", "-m", "wiseft", name]
    assert parser().parse_args(words[3:]).command == name


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_a_test_and_a_line_in_the_readme(name: str):
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert f'"{name}"' in tests
    readme = Path(__file__).parents[2] / "README.md"
    assert f"wiseft {name}" in readme.read_text("utf-8")


def test_sweep_and_frontier_print_the_same(root, ends, capsys):
    swept = run_json(capsys, "sweep", *ends, str(root), "--alphas", "0,0.5,1")
    shown = run_json(capsys, "frontier", swept["run"])
    assert shown == swept
    assert shown["reference"] == "test"
    assert shown["shifts"] == ["dark"]
    assert shown["alphas"] == [0, 0.5, 1]
    assert shown["count"] == {"test": 8, "dark": 8}
    assert np.shape(shown["interval"]["dark"]) == (3, 2)
    for name, values in shown["accuracy"].items():
        for value, (low, high) in zip(values, shown["interval"][name], strict=True):
            assert 0 <= low <= value <= high <= 1


def test_sweep_prints_a_table_for_people(root, ends, capsys):
    assert main(["sweep", *ends, str(root), "--alphas", "0:1:0.5", "--name", "mine"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Run mine: accuracy in per cent at 3 alphas."
    assert lines[1] == "All 3 alphas are exact."
    assert lines[2].split() == ["alpha", "test", "dark", "mean", "of", "shifts"]
    assert [line.split()[0] for line in lines[3:6]] == ["0", "0.5", "1"]


def test_runs_lists_what_was_swept(root, ends, capsys):
    run_json(capsys, "sweep", *ends, str(root), "--alphas", "0,1", "--name", "mine")
    listed = run_json(capsys, "runs")["runs"]
    [mine] = [each for each in listed if each["run"] == "mine"]
    assert mine["alphas"] == [0, 1]


def test_merge_writes_the_interpolated_weights(ends, tmp_path, capsys):
    out = tmp_path / "merged.safetensors"
    record = run_json(capsys, "merge", *ends, "--alpha", "0.25", "--out", str(out))
    assert record["extrapolated"] is False
    start, end, merged = (checkpoint.load(Path(p)).classifier for p in (*ends, out))
    expected = 0.75 * start.head.weight + 0.25 * end.head.weight
    np.testing.assert_allclose(merged.head.weight.detach(), expected.detach(), atol=1e-5)


def test_merge_marks_an_alpha_outside_the_ends(ends, tmp_path, capsys):
    out = tmp_path / "merged.safetensors"
    assert main(["merge", *ends, "--alpha", "1.5", "--out", str(out)]) == 0
    assert "extrapolated" in capsys.readouterr().out


def test_predict_ranks_the_classes_of_each_image(root, ends, capsys):
    images = [str(root / "test" / "circle" / f"{i}.png") for i in range(2)]
    found = run_json(capsys, "predict", ends[0], *images, "--top", "2")["predictions"]
    assert [each["image"] for each in found] == images
    for each in found:
        probabilities = [c["probability"] for c in each["classes"]]
        assert sum(probabilities) == pytest.approx(1)
        assert probabilities == sorted(probabilities, reverse=True)


def test_finetune_learns_and_writes_a_checkpoint(root, ends, tmp_path, capsys):
    out = tmp_path / "tuned.safetensors"
    record = run_json(
        capsys,
        *("finetune", ends[0], str(root), "--method", "linear", "--epochs", "2"),
        *("--batch-size", "4", "--lr", "0.01", "--out", str(out)),
    )
    assert record["images"] == 16
    start, tuned = (checkpoint.load(Path(p)).classifier for p in (ends[0], out))
    assert not np.array_equal(start.head.weight.detach(), tuned.head.weight.detach())


def test_finetune_takes_the_options_of_a_method(root, ends, tmp_path, capsys):
    out = tmp_path / "tuned.safetensors"
    record = run_json(
        capsys,
        *("finetune", ends[0], str(root), "--method", "lp-ft", "--epochs", "1", "--shots", "3"),
        *("--last-blocks", "2", "--ema", "0.5", "--ema-biased", "--l2", "0.1", "--crop-scale", "1"),
        *("--precision", "float32", "--out", str(out)),
    )
    given = {"head": "probe", "shots": 3, "last_blocks": 2, "ema_decay": 0.5, "l2_pull": 0.1}
    assert (given | {"ema_debiased": False, "crop_scale": 1.0}).items() <= record["spec"].items()
    assert checkpoint.load(out).provenance["finetune"] == record["spec"]


def test_finetune_rehearses_and_writes_nothing(root, ends, tmp_path, capsys):
    out, folder = tmp_path / "tuned.safetensors", tmp_path / "epochs"
    arguments = ("finetune", ends[0], str(root), "--epochs", "3", "--batch-size", "4")
    arguments += ("--precision", "float32", "--folder", str(folder), "--out", str(out))
    record = run_json(capsys, *arguments, "--rehearse")
    assert len(record["losses"]) == 10
    assert record["seconds"] > 0
    assert not out.exists()
    assert not folder.exists()


def test_every_option_of_finetune_is_a_field_of_the_spec():
    fields = set(FinetuneSpec.__dataclass_fields__)
    named = {how.get("dest", name[2:].replace("-", "_")) for name, how in OPTIONS.items()}
    # These four are said in other ways: by the method, and by `--precision`.
    assert fields - named == {"method", "loss", "optimizer", "precision"}
    assert named <= fields


def test_doctor_says_what_is_here(capsys):
    record = run_json(capsys, "doctor")
    assert record["device"] in {"cpu", "cuda", "mps"}
    assert set(record["packages"]) >= {"torch", "streamlit", "open_clip_torch"}
    assert record["state"]


@pytest.mark.slow
def test_zeroshot_with_the_demo_model(root, tmp_path, capsys):
    out = tmp_path / "z.safetensors"
    record = run_json(capsys, "zeroshot", str(root), "--model", "demo", "--out", str(out))
    assert record["classes"] == 2
    assert checkpoint.load(out).classifier.spec.class_names == ("circle", "square")


def test_an_unknown_architecture_is_refused_by_zeroshot(root, tmp_path, capsys):
    sentence = refused(
        capsys, "zeroshot", str(root), "--model", "ViT-B-33", "--out", str(tmp_path / "z")
    )
    assert "ViT-B-32" in sentence


def test_pretrain_refuses_a_folder_as_its_output(tmp_path, capsys):
    assert "is a folder" in refused(capsys, "pretrain", "--out", str(tmp_path))


def test_bad_input_is_answered_in_one_sentence(root, ends, tmp_path, capsys):
    assert "'abc'" in refused(capsys, "sweep", *ends, str(root), "--alphas", "abc")
    assert "nowhere" in refused(capsys, "sweep", *ends, str(tmp_path / "nowhere"))
    assert "missing.safetensors" in refused(
        capsys, "sweep", ends[0], str(tmp_path / "missing.safetensors"), str(root)
    )
    assert "run" in refused(capsys, "frontier", "nope")
    text = tmp_path / "text.jpg"
    text.write_text("not an image")
    assert "text.jpg" in refused(capsys, "predict", ends[0], str(text))


def test_an_alpha_that_is_no_number_is_refused_by_merge(ends, tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["merge", *ends, "--alpha", "abc", "--out", str(tmp_path / "m")])
    assert stopped.value.code == 2
    assert "abc" in capsys.readouterr().err


def test_an_interruption_exits_with_130(ends, root, capsys, monkeypatch):
    def interrupt(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("wiseft.evaluator.logits", interrupt)
    assert main(["sweep", *ends, str(root)]) == 130
    assert "what was finished is kept" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "alphas"),
    [
        ("0,0.5,1", [0, 0.5, 1]),
        ("0:1:0.25", [0, 0.25, 0.5, 0.75, 1]),
        ("-0.5:0.5:0.5", [-0.5, 0, 0.5]),
        ("0.3", [0.3]),
    ],
)
def test_alphas_are_a_list_or_a_range(text: str, alphas: list[float]):
    assert parse_alphas(text) == pytest.approx(alphas)


@pytest.mark.parametrize("text", ["abc", "", "0,,1", "0:1", "0:1:0", "1:0:0.1", "0:1:1e-9"])
def test_what_is_no_list_of_alphas_is_refused(text: str):
    with pytest.raises(Invalid, match="is not a list of alphas"):
        parse_alphas(text)


def test_the_module_runs_as_a_program():
    found = subprocess.run(
        [sys.executable, "-m", "wiseft", "frontier", "no-such-run"], capture_output=True, text=True
    )
    assert found.returncode == 2
    assert found.stderr.startswith("wiseft: ")
    assert "Traceback" not in found.stderr


def test_a_reader_who_has_enough_is_no_error():
    program = [sys.executable, "-m", "wiseft", "frontier", "signs-end-to-end"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141
