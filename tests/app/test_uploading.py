"""An image of one's own on the Images page."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.app.conftest import Open
from tests.app.gallery import ask, opened_of
from tests.app.jobs import ended
from tests.app.pages import component_of, shown
from wiseft.alpha_path import PAPER_GRID
from wiseft.app.images.uploading import predict_upload
from wiseft.errors import WiseftError
from wiseft.jobs import Ledger
from wiseft.runs import Run
from wiseft.workspace import Workspace


@pytest.mark.usefixtures("no_workers")
class TestUploads:
    @pytest.fixture
    def ready(self, run: Run) -> Run:
        for path in (run.zeroshot, run.finetuned):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return run

    def content(self) -> bytes:
        written = io.BytesIO()
        Image.new("RGB", (40, 30), "red").save(written, "PNG")
        return written.getvalue()

    def test_what_was_predicted_is_shown(self, open_page: Open, ready: Run):
        open_page("images", run=ready.name)
        job = predict_upload(ready, "a <b>photo</b>.PNG", self.content())
        assert job.request.interactive
        app = open_page("images", run=ready.name, uploaded=job.id)
        assert "waiting for the device" in shown(app)
        alphas = list(PAPER_GRID)
        result = {
            "alphas": alphas,
            "classes": ["stop", "left", "yield"],
            "probabilities": [
                [0.8 - 0.6 * alpha for alpha in alphas],
                [0.1 + 0.6 * alpha for alpha in alphas],
                [0.1 for _ in alphas],
            ],
        }
        ended("done", result=result).write(job.folder)
        app = open_page("images", run=ready.name, uploaded=job.id, alpha="0")
        found = opened_of(app)
        assert found["title"] == "Read as stop, as left from α 0.60"
        assert found["position"] == "a <b>photo</b>.PNG"
        assert found["now"]["name"] == "stop"
        assert found["then"]["name"] == "left"
        assert [line["name"] for line in found["curves"]["lines"]] == result["classes"]
        assert (found["missing"], found["size"]) == ("", [40, 30])
        ask(app, "predicted", "open", "")
        assert "uploaded" not in app.query_params

    def test_why_it_was_not_predicted_is_a_sentence(self, open_page: Open, ready: Run):
        open_page("images", run=ready.name)
        job = predict_upload(ready, "a.png", self.content())
        ended("failed", message="The disk is full.").write(job.folder)
        app = open_page("images", run=ready.name, uploaded=job.id)
        assert "The image was not predicted: The disk is full." in shown(app)
        app.button(key="dismiss-upload").click().run()
        assert "was not predicted" not in shown(app)

    def test_what_is_no_image_is_refused_at_once(self, ready: Run):
        with pytest.raises(WiseftError, match=r"notes\.txt cannot be read: not an image"):
            predict_upload(ready, "notes.txt", b"no image")
        assert not Ledger(Workspace().jobs).jobs()

    def test_without_checkpoints_it_is_not_offered(self, open_page: Open, run: Run):
        app = open_page("images", run=run.name)
        assert "checkpoints of this run are not on this machine" in shown(app)

    def test_read_only_it_is_not_offered(
        self, open_page: Open, ready: Run, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("WISEFT_READ_ONLY", "1")
        assert "read-only: it predicts no further images" in shown(
            open_page("images", run=ready.name)
        )

    def test_a_job_of_another_kind_is_not_shown(self, open_page: Open, ready: Run):
        app = open_page("images", run=ready.name, uploaded="20200101-000000-000-abcd")
        assert component_of(app, "wiseft_opened") is None
