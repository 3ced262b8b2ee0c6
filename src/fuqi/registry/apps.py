"""Django's entry for this room."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.registry"
    verbose_name = "人员台账"
