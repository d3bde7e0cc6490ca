#!/usr/bin/env bash
# What the browser tests need: Debian's Chromium, and axe-core from npm at the version of the lock file.
# Quick where they are there already.
set -euo pipefail
cd "$(dirname "$0")"
missing=()
command -v chromium >/dev/null || missing+=(chromium)
axe=$(sed -n 's/.*"axe-core": "\([^"]*\)".*/\1/p' package.json)
if ! grep -qs "\"version\": \"$axe\"" node_modules/axe-core/package.json; then
  command -v npm >/dev/null || missing+=(npm)
fi
if ((${#missing[@]})); then
  as_root=()
  if ((EUID)); then as_root=(sudo); fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
if ! grep -qs "\"version\": \"$axe\"" node_modules/axe-core/package.json; then
  npm ci --no-update-notifier
fi
