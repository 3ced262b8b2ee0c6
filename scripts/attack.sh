#!/usr/bin/env bash
# Run the tools that attack and keep what they found, with the commit's hash, in docs/proofs/.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p docs/proofs
commit=$(git rev-parse --short=12 HEAD)
git diff --quiet HEAD || commit=$commit-changed
result=docs/proofs/$(date +%Y-%m-%d)-$commit-attacks.txt
{
    echo "commit $commit"
    grep -oE '^(schemathesis|sqlmap|wapiti3)==[^ ]+' locks/attack.lock | sort -u
    .venv/bin/python scripts/attack.py "$@"
} 2>&1 | tee "$result"
echo "结果保存在 $result"
