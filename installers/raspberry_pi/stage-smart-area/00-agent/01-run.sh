#!/bin/bash -e
# Installs the agent without a network; it starts on the first boot of a card that has a claim file.
install -m 644 files/area-edge.deb "${ROOTFS_DIR}/opt/area-edge.deb"
on_chroot <<EOF
dpkg -i /opt/area-edge.deb
systemctl enable area-edge.service
EOF
rm "${ROOTFS_DIR}/opt/area-edge.deb"
# Logs of years would wear the card out.
install -d "${ROOTFS_DIR}/etc/systemd/journald.conf.d"
printf '[Journal]\nSystemMaxUse=100M\n' >"${ROOTFS_DIR}/etc/systemd/journald.conf.d/smart-area.conf"
