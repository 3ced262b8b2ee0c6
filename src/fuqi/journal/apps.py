"""Django's entry for this room."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.journal"
    verbose_name = "日志"
