"""Settings that all tests share."""

from hypothesis import settings

# A time limit an example would fail at random on a busy machine.
settings.register_profile("without-deadline", deadline=None)
settings.load_profile("without-deadline")
