"""Django's entry for this room."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.places"
    verbose_name = "区划与机构"
