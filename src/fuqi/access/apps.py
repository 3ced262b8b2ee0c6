"""Django's entry for this room."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.access"
    verbose_name = "账号与权限"

    def ready(self) -> None:
        """Hang the net under every connection."""
        from fuqi.access.scope import hang_the_net

        hang_the_net()
