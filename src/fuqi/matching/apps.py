"""Django's entry for this room."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.matching"
    verbose_name = "比对"
