# finish.sh: install tflsp's wheel, tie the parts together, and try what must work. Run by root while building.
set -eu
own=/opt/tflsp

"$own/bin/python" -m pip install -q --no-index --no-deps --no-cache-dir --disable-pip-version-check \
    --root-user-action ignore --require-hashes --find-links "$own/dist" -r "$own/dist/tflsp.txt"
# Programs of tflsp's Python look neither into PYTHONPATH nor into the folder that they are started in.
sed -i '1s|^#!/opt/tflsp/bin/python[0-9.]*$|#!/opt/tflsp/bin/python -I|' $(grep -lE '^#!/opt/tflsp/bin/python' "$own"/bin/*)
ln -sf "$own/bin/tflsp" /usr/local/bin/tflsp
ln -sf "$own/etc/profile.sh" /etc/profile.d/tflsp.sh

# The kernel is the image's own Python, by its full path: a bare `python3` would be taken for Jupyter's.
python=$(command -v python3)
sed -i "s|@PYTHON@|$python|" "$own/share/jupyter/kernels/python3/kernel.json"
# `%load_ext tflsp`: one file in a folder of its own, so that nothing else of tflsp's Python is seen by the kernel.
install -D -m 644 "$own"/lib/python3.*/site-packages/tflsp/ipython_extension.py "$own/share/ipython/tflsp.py"
PYTHONPATH=$own/share/ipython:/opt/extra "$python" -B -c 'import ipykernel, tflsp; tflsp.load_ipython_extension'
# TensorBoard comes with TensorFlow; who builds on something smaller has none.
services=jupyter
"$python" -IB -c 'import importlib.util, sys; sys.exit(not importlib.util.find_spec("tensorboard"))' &&
    services="$services tensorboard"
echo "$services" >"$own/etc/services"

# What this image is built upon, for the journals that are written in it.
echo "${BASE_IMAGE:-}" >"$own/etc/base-image"

# sshd accepts its configuration, as the user who will run it; a key of the moment stands in for the container's.
key=$(mktemp -d)
ssh-keygen -q -t ed25519 -N '' -f "$key/key"
chown -R dev "$key"
sed "s|^HostKey .*|HostKey $key/key|" "$own/etc/sshd_config" >"$key/sshd_config"
su dev -s /bin/sh -c "/usr/sbin/sshd -t -f $key/sshd_config"
rm -rf "$key"
"$own/bin/tflsp" version
