#!/usr/bin/env bash
# Builds an image of Raspberry Pi OS Lite (64 bit) with the agent in it, by a checkout of pi-gen:
#   installers/raspberry_pi/build.sh PI_GEN_FOLDER AREA_EDGE_ARM64.deb
# The image knows no area and no secret: `area-tech image` makes each card a gateway's.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [[ $# != 2 || ! -x $1/build.sh || ! -f $2 ]]; then
  echo "build.sh PI_GEN_FOLDER AREA_EDGE_ARM64.deb: a checkout of pi-gen (branch arm64), and the package" >&2
  exit 2
fi
pi_gen=$(cd "$1" && pwd)
package=$(realpath "$2")
[[ $(dpkg-deb -f "$package" Package Architecture | tr '\n' ' ') == 'Package: area-edge Architecture: arm64 ' ]] || {
  echo "$package is not the package area-edge for arm64: nothing was built" >&2
  exit 2
}
stage=$pi_gen/stage-smart-area
rm -rf "$stage"
cp -r "$here/stage-smart-area" "$stage"
cp "$package" "$stage/00-agent/files/area-edge.deb"
# The lite system is the last but ours; only the image of ours is wanted.
touch "$pi_gen/stage2/SKIP_IMAGES"
config=$(mktemp)
trap 'rm -f "$config"' EXIT
{
  cat "$here/config"
  echo 'STAGE_LIST="stage0 stage1 stage2 stage-smart-area"'
} >"$config"
cd "$pi_gen"
exec ./build.sh -c "$config"
