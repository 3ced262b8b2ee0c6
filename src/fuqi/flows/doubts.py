"""What matching leaves to a person's eye, as a list to work through."""

from __future__ import annotations

import csv
import io

from fuqi.basics.inert import inert
from fuqi.basics.viewer import Viewer
from fuqi.matching.queries import doubts


def doubts_csv(viewer: Viewer) -> tuple[str, int]:
    """Return the list as CSV `file,sheet,row,other_file,other_sheet,other_row,rule,reasons` and its length."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["file", "sheet", "row", "other_file", "other_sheet", "other_row", "rule", "reasons"])
    found = doubts(viewer)
    for item in found:
        other = (item.other.file, item.other.sheet, item.other.row) if item.other else ("", "", "")
        cells = (item.place.file, item.place.sheet, item.place.row, *other, item.rule, item.reasons)
        writer.writerow([inert(str(cell)) for cell in cells])
    return out.getvalue(), len(found)
