"""Django's entry for this room."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.reports"
    verbose_name = "报告"
