#!/bin/bash -e
# Begins with the system of the stage before.
if [ ! -d "${ROOTFS_DIR}" ]; then
	copy_previous
fi
