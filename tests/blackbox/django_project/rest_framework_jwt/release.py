"""Which of the three releases this is."""

from rest_framework_jwt import __version__

_number = tuple(int(part) for part in __version__.split("."))
IS_OLD = _number < (1, 1)  # 1.0.1
IS_FORK = _number >= (1, 12)  # drf-jwt


def pick(old, middle, fork):
    return old if IS_OLD else fork if IS_FORK else middle
