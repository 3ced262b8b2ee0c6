#!/usr/bin/env bash
# Lay .venv for "run" or "test", .venv-bench for "bench" or .venv-attack for "attack", from the lock with hashes. A second call
# with nothing changed returns at once. The peers of the benchmarks and the tools that attack have environments of their own,
# so that they never stand where we test.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}
lock=locks/$purpose.lock
venv=.venv
if [ "$purpose" = bench ] || [ "$purpose" = attack ]; then venv=.venv-$purpose; fi

fail() { printf '%s\n' "$@" >&2; exit 1; }
is_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
install_packages() {
    local said
    echo "用 apt 安装：$*" >&2
    said=$(apt-get update 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" 2>&1) ||
        fail "$said" "apt 没有装上 $*，原因见上。装好后请重新运行。"
}

# Install PostgreSQL's programs without leaving a cluster of the system behind: the tests start their own.
install_postgresql() {
    local switch=/etc/postgresql-common/createcluster.d/fuqi-tests.conf
    mkdir -p "${switch%/*}" && echo 'create_main_cluster = false' >"$switch"
    trap "rm -f '$switch'" EXIT
    install_packages postgresql
}

find_python() {
    local name
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    fail "没有找到 Python 3.11 或更新的版本。Debian 12 及以后：apt-get install python3 python3-venv；也可用 PYTHON=路径 指定。"
}

has() { command -v "$1" >/dev/null; }
has_chinese_font() { ! has apt-get || { has fc-list && [ -n "$(fc-list :lang=zh file)" ]; }; }

if ! has_chinese_font; then
    if is_root; then
        install_packages fontconfig fonts-noto-cjk
    else
        echo "提醒：没有找到中文字体，印出来的 PDF 会缺字。请以管理员身份运行：apt-get install fontconfig fonts-noto-cjk" >&2
    fi
fi
if [ "$purpose" = test ] && is_root && ! { has chromium && has pdftotext; }; then
    install_packages chromium poppler-utils # the journeys walk through the pages in a real browser and read the PDF
fi
if [ "$purpose" = test ] && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && is_root; then
    install_postgresql
fi

stamp=$venv/$purpose.stamp
state=$(cat pyproject.toml "$lock" scripts/setup.sh | sha256sum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$state $PWD" ] && "$venv/bin/python" -c '' 2>/dev/null; then
    exit 0
fi

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1 || ! grep -qsF "$PWD/$venv/" "$venv/bin/pip"; then
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        is_root || fail "$python 缺少 venv。请以管理员身份运行：apt-get install python3-venv"
        install_packages python3-venv
    fi
    echo "在 $venv 建立运行环境…" >&2
    "$python" -m venv --clear "$venv"
fi
echo "按 $lock 安装（每个文件都核对校验值）…" >&2
pip=("$venv/bin/python" -m pip --disable-pip-version-check --quiet)
"${pip[@]}" install --require-hashes -r "$lock"
if [ "$purpose" != attack ]; then "${pip[@]}" install --no-build-isolation --no-deps --editable .; fi
echo "$state $PWD" >"$stamp"
