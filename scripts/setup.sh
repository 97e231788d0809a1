#!/usr/bin/env bash
# Sets up what one of the Makefile's targets needs: system packages, then the virtual environment.
#   scripts/setup.sh demo|dev|package|package-services
# Exit status: 0 ready; 1 something is missing, and the exact command to run has been printed.
set -euo pipefail
cd "$(dirname "$0")/.."
extra=$1
venv=${VENV:-.venv}

say() { printf '%s\n' "$*" >&2; }

choose_python() {
  for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  say "Python 3.11 or newer is needed: install it, or name it: make PYTHON=/path/to/python3 $extra"
  exit 1
}

installed() { # any of the alternatives a|b
  local name
  for name in ${1//|/ }; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' && return
  done
  return 1
}

to_install() { # the first alternative that this release knows
  local name
  for name in ${1//|/ }; do
    apt-cache show "$name" >/dev/null 2>&1 && { echo "$name"; return; }
  done
  echo "${1%%|*}"
}

wanted() { # package names for this target, one a line
  local name why
  while read -r name why; do
    case $name in '' | \#*) continue ;; esac
    [[ $why == tests:* && $extra != dev ]] && continue
    [[ $why == packages:* && $extra != package* ]] && continue
    [[ $name == python3-venv ]] && "$python" -c 'import ensurepip, venv' 2>/dev/null && continue
    echo "$name"
  done <system-packages.txt
}

missing_packages() {
  local name
  for name in $(wanted); do
    installed "$name" || echo "$name"
  done
}

as_root() {
  if [[ $(id -u) == 0 ]]; then echo env; elif sudo -n true 2>/dev/null; then echo 'sudo -n'; fi
}

install_packages() {
  local missing root names=() name
  missing=$(missing_packages)
  [[ -z $missing ]] && return
  root=$(as_root)
  if [[ -z $root ]]; then
    for name in $missing; do names+=("$(to_install "$name")"); done
    say "System packages are missing and may not be installed from here. Run this, then try again:"
    say "    sudo apt-get update && sudo apt-get install -y ${names[*]}"
    exit 1
  fi
  say "Installing system packages:" $missing
  $root apt-get update -qq
  for name in $missing; do names+=("$(to_install "$name")"); done
  $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${names[@]}" >/dev/null
}

check_libraries_without_dpkg() {
  say "This is not Debian or Ubuntu: install what system-packages.txt lists by your own package manager."
}

python=$(choose_python)
if command -v dpkg-query >/dev/null; then install_packages; else check_libraries_without_dpkg; fi

if [[ ! -x $venv/bin/python ]]; then
  say "Creating the virtual environment $venv ($("$python" --version))"
  "$python" -m venv "$venv"
fi
say "Installing Python packages for '$extra' (the first time this takes a minute or two)"
# As wheels, also what is old-fashioned: only of these does the environment know the files.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --use-pep517 -c constraints.txt -e ".[$extra]" ||
  { say "Python packages could not be installed: see the message above, then run make again."; exit 1; }
touch "$venv/ready-$extra"
