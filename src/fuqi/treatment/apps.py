"""Django's entry for this room."""

from django.apps import AppConfig


class TreatmentConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.treatment"
    verbose_name = "救治"
