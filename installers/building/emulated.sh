#!/usr/bin/env bash
# Builds the gateway's package for arm64 on another machine: a Debian 12 of arm64 under qemu-user, the
# committed source in it, the same build. Needs root, mmdebstrap, qemu-user-static, binfmt-support.
#   installers/building/emulated.sh [FOLDER]    FOLDER keeps that system for the next time
set -euo pipefail
cd "$(dirname "$0")/../.."
system=$(realpath -m "${1:-dist/work/arm64}")

say() { printf '%s\n' "$*" >&2; }

if [[ $(id -u) != 0 ]]; then
  say "root is needed to run a system of another architecture: sudo make package-arm64"
  exit 1
fi
for program in mmdebstrap qemu-aarch64-static update-binfmts; do
  command -v "$program" >/dev/null || {
    say "$program is missing: apt-get install mmdebstrap qemu-user-static binfmt-support"
    exit 1
  }
done
mountpoint -q /proc/sys/fs/binfmt_misc || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
update-binfmts --enable qemu-aarch64

if [[ ! -x $system/usr/bin/python3 ]]; then
  say "making a Debian 12 of arm64 in $system: some ten minutes"
  mmdebstrap --quiet --arch=arm64 --variant=minbase \
    --include=python3,python3-venv,libpython3.11,binutils,xz-utils,ca-certificates,libglib2.0-0,systemd \
    bookworm "$system"
fi
cp /etc/resolv.conf "$system/etc/resolv.conf"
cp /etc/ssl/certs/ca-certificates.crt "$system/etc/ssl/certs/ca-certificates.crt"

mounted=()
end() { for place in "${mounted[@]}"; do umount -R "$place"; done; }
trap end EXIT
for place in proc dev; do
  mount --rbind "/$place" "$system/$place"
  mount --make-rslave "$system/$place"
  mounted=("$system/$place" "${mounted[@]}")
done

inside() {
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" \
    ${PIP_INDEX_URL:+PIP_INDEX_URL="$PIP_INDEX_URL"} chroot "$system" "$@"
}
rm -rf "$system/suite"
mkdir "$system/suite"
git archive HEAD | tar -x -C "$system/suite"
[[ -x $system/venv/bin/python ]] || inside python3 -m venv /venv
say "installing libraries for arm64"
inside /venv/bin/python -m pip install --quiet --disable-pip-version-check --use-pep517 -c /suite/constraints.txt \
  '/suite[edge,tools]' pyinstaller
inside sh -c 'cd /suite && exec /venv/bin/python -m installers.building --product area-edge'
mkdir -p dist
cp "$system"/suite/dist/area-edge_*_arm64.deb dist/
say "$(ls dist/area-edge_*_arm64.deb)"
say "sums and signature are those of all packages: make package, or python -m installers.building --sums-only"
