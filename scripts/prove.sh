#!/usr/bin/env bash
# Run the long batteries and keep their result, with the commit's hash, in docs/proofs/.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p docs/proofs
commit=$(git rev-parse --short=12 HEAD)
git diff --quiet HEAD || commit=$commit-changed
result=docs/proofs/$(date +%Y-%m-%d)-$commit.txt
{
    echo "commit $commit"
    .venv/bin/pytest -m proof --no-header -v -rA --durations=0 -p no:cacheprovider
} 2>&1 | tee "$result"
echo "结果保存在 $result"
