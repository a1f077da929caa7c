# Sourced by bin/test and bin/bench: what tests need of the machine itself. Nothing missing is ever skipped.

postgres_bin() {
  local found
  found=$(command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -1 || true)
  [ -n "$found" ] && dirname "$found"
}
has_chromium() { [ -x /usr/bin/chromium ]; }
has_chinese_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh)" ]; }

# machine_packages: with apt where we may, otherwise a sentence that says what to do, and failure.
machine_packages() {
  local wanted=()
  postgres_bin >/dev/null || wanted+=(postgresql)
  has_chromium || wanted+=(chromium)
  has_chinese_font || wanted+=(fontconfig fonts-noto-cjk)
  [ ${#wanted[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    die "The tests need software of the system that is missing. Install it and start again:" "  sudo apt-get install ${wanted[*]}"
  fi
  say "Installing ${wanted[*]} …"
  apt-get update -qq </dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" </dev/null >/dev/null
}

as_postgres() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }

# start_postgres: a cluster of our own on a free port, gone with the script; sets POSTGRES_URL.
start_postgres() {
  local bin port
  bin=$(postgres_bin)
  POSTGRES_DIR=$(mktemp -d /tmp/pithead-postgres.XXXXXX)
  [ "$(id -u)" != 0 ] || chown postgres "$POSTGRES_DIR"
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  as_postgres "$bin/initdb" -D "$POSTGRES_DIR/data" -U pithead -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$POSTGRES_DIR/initdb.log" \
    || die "initdb failed: $(cat "$POSTGRES_DIR/initdb.log")"
  as_postgres "$bin/pg_ctl" -D "$POSTGRES_DIR/data" -w -t 30 -l "$POSTGRES_DIR/log" \
    -o "-p $port -k $POSTGRES_DIR -c listen_addresses=127.0.0.1 -c max_connections=200 ${1:-}" start >/dev/null \
    || die "PostgreSQL did not start: $(cat "$POSTGRES_DIR/log")"
  POSTGRES_URL="postgresql://pithead@127.0.0.1:$port/postgres"
}

stop_postgres() {
  [ -n "${POSTGRES_DIR:-}" ] || return 0
  as_postgres "$(postgres_bin)/pg_ctl" -D "$POSTGRES_DIR/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$POSTGRES_DIR"
}
