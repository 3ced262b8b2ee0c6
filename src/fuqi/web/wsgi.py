"""The pages and the API as WSGI has them: `fuqi.web.wsgi:application`. The server runs `fuqi.web.asgi`, which asks them."""

from __future__ import annotations

import os
from threading import Thread
from time import sleep

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fuqi.config.settings")
application = get_wsgi_application()

_BETWEEN_LOOKS = 1.0
"""Seconds after which a new count is seen and its lists are opened, so that no page has to."""


def _keep_ready() -> None:
    """Read again and again what the first page would otherwise wait for: scheme, layouts, who stands in which figure."""
    from django.db import Error

    from fuqi.basics.errors import FuqiError
    from fuqi.flows.counts import get_ready
    from fuqi.flows.current import current_scheme, known_layouts
    from fuqi.flows.workspaces import PROGRAM
    from fuqi.scheme.releases import cases_come_out
    from fuqi.web.door import workspace

    while True:
        sleep(_BETWEEN_LOOKS)  # before the first look, too: the first page is answered sooner
        try:
            known_layouts()
            county = current_scheme(workspace())
            cases_come_out(county)
            get_ready(PROGRAM, county)
        except (FuqiError, Error, OSError):
            pass  # the page that needs it says what is wrong


if settings.WORKSPACE is not None:
    Thread(target=_keep_ready, daemon=True).start()
