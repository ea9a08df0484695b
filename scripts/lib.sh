# Shared by all scripts: where things are, how we speak, how we install. Source it, do not run it.
# shellcheck shell=bash
# shellcheck disable=SC2034  # the folders are for those who source this
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
STATE=$ROOT/.odoo       # everything that we make; ignored by git
DEBS=$STATE/debs        # Debian packages as fetched: the last good ones stay here
TREE=$STATE/tree        # the same packages, unpacked
VENV=$STATE/venv
PGDIR=$STATE/postgres
CONF=$STATE/odoo.conf
LOGS=$STATE/logs

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# run COMMAND..., its output to .odoo/logs/NAME.log; the end of the log is shown when it fails
logged() {
    local log=$LOGS/$1.log
    shift
    "$@" >"$log" 2>&1 && return
    tail -n 15 "$log" >&2
    die "'$*' failed; the whole log is $log"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# need_space MEGABYTES WHAT FOR: refuse to start what would fill the disk half-way
need_space() {
    local free
    free=$(df --output=avail -m "$STATE" | tail -n 1 | tr -d ' ')
    [ "$free" -ge "$1" ] || die "$2 needs $1 MB of free disk space under $STATE, there are $free MB"
}

# install_packages PACKAGE...: those that the system lacks, by apt
install_packages() {
    local missing=() package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "apt-get not found; please install yourself: ${missing[*]}"
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || die "no sudo; ask an administrator to: apt-get install ${missing[*]}"
        sudo -n true 2>/dev/null || say "sudo may ask for your password to install ${missing[*]}"
        sudo true || die "sudo refused; ask an administrator to: apt-get install ${missing[*]}"
    fi
    say "installing ${missing[*]}"
    logged apt-update as_root apt-get update
    logged apt-install as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --no-install-recommends "${missing[@]}"
}

prepare_state() {
    mkdir -p "$STATE" "$DEBS" "$LOGS" 2>/dev/null || true
    [ -w "$STATE" ] && [ -w "$LOGS" ] || die "$STATE belongs to another user; run as that user or remove it"
}
