#!/usr/bin/env bash
# Put the pictures that the README shows into docs/pictures: pages as the journeys saw them, papers as a workspace prints them.
# Run after the journeys: scripts/pictures.sh WORKSPACE HOUSEHOLD (a household's number of the sample county).
set -euo pipefail
workspace=${1:?which workspace prints the papers}
household=${2:?whose plain sheet is shown}
cd "$(dirname "$0")/.."
seen=build/pictures
shown=docs/pictures
papers=$(mktemp -d)
trap 'rm -rf "$papers"' EXIT
mkdir -p "$shown"

keep() { .venv/bin/python scripts/small_picture.py "$1" "$shown/$2" "${3:-0}"; }
first_page() { pdftoppm -r 80 -png -f 1 -l 1 -singlefile "$papers/$1.pdf" "$papers/$1"; }

keep "$seen/county-1440.png" county-1440.png 1840
keep "$seen/figure-1440.png" figure-1440.png 1400
keep "$seen/settlement-360.png" settlement-360.png 1500
keep "$seen/result-1440.png" result-1440.png
keep "$seen/trial-1440.png" trial-1440.png 1560

.venv/bin/fuqi -w "$workspace" paper self-assessment --out "$papers/self-assessment.pdf"
.venv/bin/fuqi -w "$workspace" --purpose 说明书插图 paper plain-sheet "$household" --out "$papers/plain-sheet.pdf"
for paper in self-assessment plain-sheet; do
    first_page "$paper"
    keep "$papers/$paper.png" "$paper.png"
done
