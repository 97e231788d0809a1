#!/bin/bash
set +e
/usr/lib/raspberrypi-sys-mods/imager_custom set_hostname gw-0001
/usr/lib/userconf-pi/userconf technician '*'
/usr/lib/raspberrypi-sys-mods/imager_custom enable_ssh -k 'ssh-ed25519 AAAAC3Nz ann'"'"'s laptop'
/usr/lib/raspberrypi-sys-mods/imager_custom set_wlan -p 'Plaza "2"' bb44a46f58111dcfafe86abd674ccb2ac4c2a98833b34d8c411ecc0c5a4047f1 JP
/usr/lib/raspberrypi-sys-mods/imager_custom set_timezone Asia/Tokyo
install -d -m 0700 /var/lib/area-edge
install -m 0600 /boot/firmware/smartarea/claim.toml /var/lib/area-edge/claim.toml && sync && dd if=/dev/zero of=/boot/firmware/smartarea/claim.toml bs=512 count=1 conv=notrunc,fsync && rm -f /boot/firmware/smartarea/claim.toml && sync
echo 'cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd  '/boot/firmware/smartarea/area-edge.deb | sha256sum -c - && dpkg -i /boot/firmware/smartarea/area-edge.deb
chown -R area-edge: /var/lib/area-edge
rm -f /boot/firmware/firstrun.sh
sed -i 's/ systemd\.[^ ]*//g' /boot/firmware/cmdline.txt
exit 0
