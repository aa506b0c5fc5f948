"""The Markdown journal that is measured on: debugging entries in Chinese and English with fences of three languages.

Written for this purpose; entries differ in their numbers, so that no two fences are the same text.
"""

from __future__ import annotations

from bench.documents import Spot, Text

TITLE = """\
---
title: MNIST 调参日志 / MNIST tuning journal
owner: team-vision
---

# MNIST 调参日志

> 环境 / environment: `tensorflow/tensorflow:2.9.0-gpu-jupyter`, one container per person, notebooks in `/tf/notebooks`.

"""

ENTRY = """\
## Step {n}: 学习率 {rate} 🔬

**现象 / symptom.** 训练到第 {epoch} 个 epoch 时 loss 不再下降，验证集准确率停在 0.{accuracy}。The curve is flat,
the gradient norm is below 1e-{small}. 显存占用 {memory} MiB，没有 OOM。

**假设 / hypothesis.** The step size is too large for the batch of {batch}; 先把学习率降一个数量级，再看 `val_loss`。

```bash
# container for step {n}
docker run -d --name tf_dev_{n} --gpus all -p 127.0.0.1:{port}:8888 \\
  -v "$PWD/notebooks:/tf/notebooks" --shm-size {shm}g tensorflow/tensorflow:{tag}
docker exec -it tf_dev_{n} bash -c "pip install pandas scikit-learn=={sklearn}"
docker logs --tail {tail} tf_dev_{n} 2>&1 | grep token
```

```python
import tensorflow as tf

model = tf.keras.Sequential([
    tf.keras.layers.Conv2D({filters}, 3, activation="relu", input_shape=(28, 28, 1)),
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer=tf.keras.optimizers.Adam({rate}), loss="sparse_categorical_crossentropy")
history = model.fit(x_train, y_train, batch_size={batch}, epochs={epochs}, validation_split=0.1)
```

| metric | before | after |
| --- | --- | --- |
| `val_accuracy` | 0.{accuracy} | 0.{better} |
| s / epoch | {seconds} | {faster} |

**结论 / conclusion.** {rate} 比原来好；下一步换成 cosine decay。See [step {next}](#step-{next}) and `logs/run-{n}`.

"""

IMAGE = """\
### 镜像 / image

```dockerfile
FROM tensorflow/tensorflow:2.9.0-gpu-jupyter
RUN apt-get update && apt-get install -y --no-install-recommends openssh-server \\
    && rm -rf /var/lib/apt/lists/*
COPY requirements.txt /tmp/requirements.txt
RUN pip install --no-cache-dir -r /tmp/requirements.txt
EXPOSE {port}
CMD ["jupyter", "notebook", "--ip=0.0.0.0", "--no-browser", "--allow-root"]
```

"""
TAGS = ("latest", "2.9.0-gpu-jupyter", "latest-gpu-jupyter", "2.9.0", "nightly")
PROSE = "The loss falls more slowly now, 学习率降低以后更稳定 and the validation accuracy is a little better. "
COMMAND = "docker logs --tail 100 tf_dev | grep loss && "
PROBE = "docker run -it tensorflow/tensorflow:latest bash"


def entry(n: int) -> str:
    """One entry of about 1.7 KB; every fourth has an image of its own."""
    text = ENTRY.format(
        n=n,
        next=n + 1,
        rate=f"{1 + n % 9}e-{2 + n % 4}",
        epoch=3 + n % 17,
        epochs=10 + n % 30,
        accuracy=9000 + 37 * n % 900,
        better=9100 + 41 * n % 890,
        small=3 + n % 6,
        memory=2048 + 173 * n % 9000,
        batch=(32, 64, 128, 256)[n % 4],
        port=8888 + n,
        shm=1 + n % 8,
        tag=TAGS[n % len(TAGS)],
        sklearn=f"1.{n % 4}.{n % 3}",
        tail=10 + n,
        filters=(16, 32, 64)[n % 3],
        seconds=40 + n % 23,
        faster=30 + n % 19,
    )
    return text + (IMAGE.format(port=8888 + n) if n % 4 == 1 else "")


def text(size: int) -> str:
    """A journal of about `size` bytes."""
    parts, total, n = [TITLE], len(TITLE.encode()), 0
    while total < size - 800:
        n += 1
        parts.append(entry(n))
        total += len(parts[-1].encode())
    return "".join(parts)


def in_prose(size: int) -> Text:
    """A journal that is typed into at the end of a paragraph in its middle."""
    journal = text(size)
    line, found = _line_near_middle(journal, "the gradient norm is below")
    spot = Spot(line, len(found), " " + PROSE, f"\n```bash\n{PROBE}\n```\n")
    return Text("Markdown journal, prose", "journal.md", "markdown", journal, spot)


def in_fence(size: int) -> Text:
    """A journal that is typed into at the end of a bash fence's comment line in its middle."""
    journal = text(size)
    line, _ = _line_near_middle(journal, "docker logs --tail")
    lines = journal.split("\n")
    lines.insert(line, "")
    return Text(
        "Markdown journal, bash fence", "journal-fence.md", "markdown", "\n".join(lines), Spot(line, 0, COMMAND, PROBE)
    )


def _line_near_middle(journal: str, words: str) -> tuple[int, str]:
    lines = journal.split("\n")
    middle = len(lines) // 2
    number = min((n for n, line in enumerate(lines) if words in line), key=lambda n: abs(n - middle))
    return number, lines[number]
