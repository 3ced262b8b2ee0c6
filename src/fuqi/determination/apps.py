"""Django's entry for this room."""

from django.apps import AppConfig


class DeterminationConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.determination"
    verbose_name = "认定"
