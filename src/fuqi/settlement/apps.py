"""Django's entry for this room."""

from django.apps import AppConfig


class SettlementConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.settlement"
    verbose_name = "结算"
