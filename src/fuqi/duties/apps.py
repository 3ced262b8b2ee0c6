"""Django's entry for this room."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.duties"
    verbose_name = "个人信息"
