"""Django's entry for this room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.jobs"
    verbose_name = "作业"
