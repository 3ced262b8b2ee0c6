"""Django's entry for this room."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.intake"
    verbose_name = "接收名单"
