"""Django's entry for this room."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.supervision"
    verbose_name = "督导"
