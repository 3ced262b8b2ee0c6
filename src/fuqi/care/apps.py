"""Django's entry for this room."""

from django.apps import AppConfig


class CareConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.care"
    verbose_name = "签约服务"
