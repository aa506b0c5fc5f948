#!/bin/bash
# Starts the team's container.
echo "Starting the TensorFlow 2.9 environment..."
docker pull tensorflow/tensorflow:latest-gpu-jupyter
docker run -d -p 8888:8888 -v "$PWD:/tf/notebooks" --name tf_dev_env tensorflow/tensorflow:2.9.0
docker build -t mnist-ssh:2.9 .
docker run -d -p 127.0.0.1:2222:22 --memory 8g --cpus 4 -v "$PWD/logs:/tf/logs" --name tf_ssh mnist-ssh:2.9
