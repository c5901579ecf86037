import errno
from pathlib import Path

import pytest

from wiseft.errors import StorageError, UnknownName, WiseftError, storage_errors


def test_an_unknown_name_is_answered_with_the_names_that_exist():
    error = UnknownName("run", "sings", ["signs", "photos"])
    assert str(error) == (
        "There is no run named 'sings'. Did you mean 'signs'? Known: photos, signs."
    )


def test_an_unknown_name_far_from_all_others_gets_no_suggestion():
    assert "Did you mean" not in str(UnknownName("run", "xyz", ["signs"]))


def test_of_many_names_the_close_ones_are_listed():
    error = UnknownName("model", "ViT-B-33", [*(f"other-{i}" for i in range(50)), "ViT-B-32"])
    assert str(error) == (
        "There is no model named 'ViT-B-33'. Did you mean 'ViT-B-32'? Known: ViT-B-32 and 50 more."
    )


def test_without_any_names_the_message_says_so():
    assert str(UnknownName("run", "a", [])).endswith("Known: none yet.")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "WISEFT_DATA"),
        (errno.EROFS, "WISEFT_DATA"),
        (errno.EIO, "was not written"),
    ],
)
def test_operating_system_errors_become_a_sentence(code: int, words: str):
    with pytest.raises(StorageError, match=words), storage_errors(Path("x.json")):
        raise OSError(code, "text of the system")


def test_every_error_is_a_wiseft_error():
    import wiseft.errors as module

    own = [c for c in vars(module).values() if isinstance(c, type) and issubclass(c, Exception)]
    assert len(own) >= 7
    assert all(issubclass(each, WiseftError) for each in own)
