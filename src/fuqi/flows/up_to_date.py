"""Whether register and settlements are made of what was received and of the scheme as it is."""

from __future__ import annotations

from fuqi.basics.viewer import Viewer
from fuqi.flows.match import imports_fingerprint
from fuqi.flows.settle import settle_fingerprint
from fuqi.flows.verify import verify_fingerprint
from fuqi.journal import codes
from fuqi.journal.queries import effective_run
from fuqi.scheme.model import Scheme


def is_up_to_date(viewer: Viewer, scheme: Scheme) -> bool:
    """Return whether register and settlements are made of what was received and of the scheme as it is."""
    wanted = (
        (codes.MATCH, imports_fingerprint(viewer)),
        (codes.VERIFY, verify_fingerprint(viewer, scheme)),
        (codes.SETTLE, settle_fingerprint(viewer, scheme)),
    )
    runs = ((effective_run(viewer, kind), fingerprint) for kind, fingerprint in wanted)
    return all(run is not None and run.fingerprint == fingerprint for run, fingerprint in runs)
