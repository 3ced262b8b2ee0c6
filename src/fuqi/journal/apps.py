"""Django's entry for this room."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.journal"
    verbose_name = "日志"

    def ready(self) -> None:
        """Hang the net under every write."""
        from fuqi.journal.net import hang_the_net

        hang_the_net()
