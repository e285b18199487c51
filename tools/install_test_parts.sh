#!/usr/bin/env bash
# PostgreSQL, Chromium and Chinese fonts for the tests: taken from the machine, installed where that
# is allowed (Debian, Ubuntu; as root or with sudo). Elsewhere it says what is missing; in CI, where
# CI=true, missing means failed.
set -u

find_postgresql() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null
}
find_chromium() {
  command -v chromium || command -v chromium-browser || command -v google-chrome
} >/dev/null
find_fonts() {
  compgen -G '/usr/share/fonts/*/noto/NotoSansCJK*' >/dev/null ||
    { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family 2>/dev/null)" ]; }
}

missing() {
  find_postgresql || echo postgresql
  find_chromium || echo chromium
  find_fonts || echo fonts-noto-cjk
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

wanted=$(missing)
[ -z "$wanted" ] && exit 0

if command -v apt-get >/dev/null && as_root true 2>/dev/null; then
  echo "Installing for the tests:" $wanted
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq >/dev/null &&
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends $wanted >/dev/null
fi

wanted=$(missing)
[ -z "$wanted" ] && exit 0
echo "Missing for the tests, and not to be installed from here:" $wanted >&2
if [ "${CI:-}" = true ]; then exit 1; fi
echo "The tests that need them will be skipped." >&2
