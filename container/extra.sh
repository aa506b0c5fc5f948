# extra.sh FOLDER: install $EXTRA_PACKAGES, and ipykernel where the image's Python lacks it, into FOLDER for that Python.
# Versions that the image has stay as they are, so that TensorFlow finds what it was built with.
set -euf
mkdir -p "$1"
if ! python3 -c 'import ipykernel' 2>/dev/null; then
    EXTRA_PACKAGES="${EXTRA_PACKAGES:-} ipykernel"
fi
if [ -z "${EXTRA_PACKAGES:-}" ]; then
    exit 0
fi
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
    export PIP_CERT=/etc/ssl/certs/ca-certificates.crt
fi
python3 -m pip freeze --all | grep == >/build/constraints.txt
# Unquoted, to be split into words; "--" keeps a word from being an option.
# shellcheck disable=SC2086
exec python3 -m pip install -q --no-cache-dir --disable-pip-version-check --no-warn-script-location \
    --constraint /build/constraints.txt --target "$1" -- $EXTRA_PACKAGES
