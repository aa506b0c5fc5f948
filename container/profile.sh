# Login shells: /etc/profile sets PATH anew, and the image's folders (CUDA's among them) would be lost.
if [ -n "${TFLSP_PATH:-}" ]; then
    PATH=$TFLSP_PATH
    export PATH
fi
