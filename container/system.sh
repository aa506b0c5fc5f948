# system.sh: add what the system lacks for a way in, and the user $DEV_UID:$DEV_GID, `dev`. Run by root while building.
set -eu
export DEBIAN_FRONTEND=noninteractive

# The system's own lists only: NVIDIA's in older GPU images are signed with a key that was withdrawn, and apt stops there.
own_lists="-o Dir::Etc::SourceParts=/dev/null"
apt-get $own_lists -q update
apt-get $own_lists -q install -y --no-install-recommends ca-certificates curl git openssh-server
rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
# Made by the package, for every container the same: each container makes its own.
rm -f /etc/ssh/ssh_host_*

getent group "$DEV_GID" >/dev/null || groupadd --gid "$DEV_GID" dev
useradd --non-unique --uid "$DEV_UID" --gid "$DEV_GID" --create-home --shell /bin/bash --comment "tflsp" dev
# No password is right, and yet the account is not locked: sshd refuses locked ones.
usermod --password '*' dev
usermod --password '*' root
install -d -o "$DEV_UID" -g "$DEV_GID" -m 755 /workspace
install -d -o "$DEV_UID" -g "$DEV_GID" -m 750 /home/dev
