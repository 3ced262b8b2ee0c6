"""Django's entry for this room."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.indicators"
    verbose_name = "指标"
