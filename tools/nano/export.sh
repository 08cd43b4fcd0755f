#!/usr/bin/env bash
# Builds export.ts for Node without type stripping (20.19) and runs it with the arguments given.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
"$here/../../node_modules/.bin/vite" build --config "$here/vite.config.mjs" "$here" >&2
exec node "$here/.work/bin/export.js" "$@"
