#!/bin/sh
# Installs the console that lies beside this script: for this user, or as root for everybody.
#   ./install.sh              install, or upgrade; the version before is kept
#   ./install.sh --roll-back  go back to the version before
#   ./install.sh --remove     take it away; settings of people stay in their own folders
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
if [ "$(id -u)" = 0 ]; then
    place=${AREA_CONSOLE_PLACE:-/opt} commands=/usr/local/bin share=/usr/local/share
else
    data=${XDG_DATA_HOME:-$HOME/.local/share}
    place=${AREA_CONSOLE_PLACE:-$HOME/.local/opt} commands=$HOME/.local/bin share=$data
fi
target=$place/area-console
programs='area-console area-config area-plan area-tech'
entry=$share/applications/area-console.desktop
picture=$share/icons/hicolor/scalable/apps/area-console.svg

say() { printf '%s\n' "$*" >&2; }

install_it() {
    need=$(du -sk "$here" | cut -f1)
    mkdir -p "$place" "$commands" "$(dirname "$entry")" "$(dirname "$picture")"
    free=$(df -Pk "$place" | awk 'NR == 2 { print $4 }')
    if [ "$free" -lt "$need" ]; then
        say "$place has $free KiB free, $need KiB are needed: make room; nothing was changed"
        exit 1
    fi
    rm -rf "$target.new"
    cp -a "$here" "$target.new"
    if [ -d "$target" ]; then
        rm -rf "$target.previous"
        mv "$target" "$target.previous"
    fi
    mv "$target.new" "$target"
    for name in $programs; do
        # A program of the same name that another package brought is left alone.
        if [ -L "$commands/$name" ] || [ ! -e "$commands/$name" ]; then
            ln -sfn "$target/$name" "$commands/$name"
        fi
    done
    cp "$target/share/area-console.svg" "$picture"
    sed "s|@PROGRAM@|$target/area-console|" "$target/share/area-console.desktop" >"$entry"
    say "installed in $target; start it from the menu or as $commands/area-console"
}

roll_back() {
    if [ ! -d "$target.previous" ]; then
        say "there is no version before in $place: nothing was changed"
        exit 1
    fi
    mv "$target" "$target.new"
    mv "$target.previous" "$target"
    mv "$target.new" "$target.previous"
    say "the version before runs again"
}

remove_it() {
    for name in $programs; do
        if [ "$(readlink "$commands/$name" || true)" = "$target/$name" ]; then rm "$commands/$name"; fi
    done
    rm -rf "$target" "$target.previous" "$target.new"
    rm -f "$entry" "$picture"
    say "removed"
}

case ${1:-} in
'') install_it ;;
--roll-back) roll_back ;;
--remove) remove_it ;;
*)
    say "install.sh [--roll-back | --remove]"
    exit 2
    ;;
esac
