"""What the server itself says, in both languages; what rules say stands on their pages."""

from __future__ import annotations

from typing import Final

from tflsp.bilingual import text_in

_WORDS: Final[dict[str, tuple[str, str]]] = {
    # code actions
    "unsafe": ("{title} (unsafe)", "{title}（可能改变行为）"),
    "suggestion": ("{title} (suggestion)", "{title}（仅建议）"),
    "fix-all": ("Fix all that is safe to fix (tflsp)", "修复所有可安全修复的问题（tflsp）"),
    "fix-all-of": ("Fix all {code} in this document", "修复本文档中的所有 {code}"),
    "ignore": ("Ignore {code} here", "在此处忽略 {code}"),
    # journal
    "insert-goal": ("Insert goal", "插入实验目标"),
    "insert-step": ("Insert debug step #{number}", "插入调试步骤 #{number}"),
    "insert-error": ("Insert error log", "插入错误日志"),
    "insert-conclusion": ("Insert conclusion", "插入结论"),
    # guides
    "promote-step": ("Promote step #{number} to {guide}", "将步骤 #{number} 提炼到 {guide}"),
    "promote-unnumbered": ("Promote this step to {guide}", "将此步骤提炼到 {guide}"),
    "promote-error": ("Promote this error to {guide}", "将此错误归档到 {guide}"),
    "nothing-to-promote": ("there is no step and no error here", "此处没有步骤或错误"),
    "update-summary": ("Update SUMMARY.md", "更新 SUMMARY.md"),
    "no-experiments": ("there are no journals in {folder}", "{folder} 中没有实验日志"),
    "renumber": ("Number the steps 1 to {count}", "将步骤重新编号为 1 至 {count}"),
    "numbered-already": ("the steps are numbered 1 to n already", "步骤已按 1 至 n 编号"),
    "create-file": ("tflsp: {name} does not exist. Create it?", "tflsp：{name} 不存在，是否创建？"),
    "create": ("Create", "创建"),
    "not-created": ("{name} was not created: nothing was changed", "未创建 {name}：没有做任何修改"),
    "is-virtual": (
        "JupyterLab shows the server no files: run `tflsp journal` in a terminal",
        "JupyterLab 不向服务器提供文件：请在终端运行 `tflsp journal`",
    ),
    "not-changed": (
        "the editor did not apply the edit (is a file read-only, or was it just changed?): nothing was changed",
        "编辑器没有应用修改（文件是否只读，或刚被修改？）：没有做任何修改",
    ),
    # known incidents
    "step-number": ("step #{number}", "步骤 #{number}"),
    "seen-before": ("{name}, {place}", "{name}，{place}"),
    "solved-by": ("{seen} — solved by {solution}", "{seen} —— 解决办法：{solution}"),
    "seen-before-hint": ("seen before: {seen}", "曾经出现过：{seen}"),
    "log-step": ("Log this run as debug step #{number}", "将本次运行记录为调试步骤 #{number}"),
    "log-change": ("Log the changes as debug step #{number}", "将改动记录为调试步骤 #{number}"),
    "log-error": ("Log this error: {title}", "记录此错误：{title}"),
    "capturing": ("tflsp: reading what happened since the last step", "tflsp：读取上一步之后发生的变化"),
    "not-open": ("the document is not open", "文档未打开"),
    "not-applied": (
        "the editor did not apply the edit (is the file read-only, or was it just changed?): nothing was inserted",
        "编辑器没有应用修改（文件是否只读，或刚被修改？）：没有插入任何内容",
    ),
    "no-heading": ("{name} has no heading `{heading}`", "{name} 中没有标题 `{heading}`"),
    "lens-promote": ("promote", "提炼到文档"),
    "lens-compare": ("compare with #{number}", "与 #{number} 比较"),
    "no-step": ("there is no step #{number}", "没有步骤 #{number}"),
    "no-step-before": ("there is no step before #{number}", "步骤 #{number} 之前没有其他步骤"),
    # code lens
    "lens": ("tflsp: {count} found, fix {fixable}", "tflsp：发现 {count} 个问题，可修复 {fixable} 个"),
    "lens-none": ("tflsp: {count} found", "tflsp：发现 {count} 个问题"),
    # images
    "means": ("means", "即"),
    "means-default": ("`{name}` is `{value}` here", "此处 `{name}` 为 `{value}`"),
    "stage": ("An earlier stage of this Dockerfile.", "本 Dockerfile 中较早的构建阶段。"),
    "built": ("Built by this project.", "由本项目构建。"),
    "no-tag": ("No tag: the engine takes `latest`.", "没有标签：引擎会使用 `latest`。"),
    "moves": ("The tag moves: tomorrow it may mean another image.", "标签会移动：明天可能是另一个镜像。"),
    "locked": ("`tflsp.lock` has it as `{digest}`.", "`tflsp.lock` 中的记录为 `{digest}`。"),
    "release": ("TensorFlow {version}, {month}: {why}.", "TensorFlow {version}，{month}：{why}。"),
    "patched": ("{version} is the last patch release of 2.9.", "{version} 是 2.9 的最后一个补丁版本。"),
    "inside": ("Inside", "内容"),
    "system": (
        "{system}, Python {python}, user `{user}`, linux/amd64",
        "{system}，Python {python}，用户 `{user}`，linux/amd64",
    ),
    "gpu-stack": (
        "CUDA {cuda}, cuDNN {cudnn}, TensorRT {tensorrt}: the host gives the driver (`--gpus all`)",
        "CUDA {cuda}、cuDNN {cudnn}、TensorRT {tensorrt}：驱动由宿主机提供（`--gpus all`）",
    ),
    "cpu-only": ("for CPUs: no CUDA", "仅用 CPU：没有 CUDA"),
    "jupyter": (
        "Jupyter Notebook listens on {port} and serves `{directory}`; mount your notebooks at `{mount}`",
        "Jupyter Notebook 监听 {port}，目录为 `{directory}`；请把笔记本挂载到 `{mount}`",
    ),
    "no-jupyter": ("no Jupyter: its command is `bash`", "没有 Jupyter：默认命令是 `bash`"),
    "has": ("has {names}", "包含 {names}"),
    "lacks": ("lacks {names}", "不含 {names}"),
    # launches
    "starts": ("Starts", "启动"),
    "what-options-do": ("What the options do", "各选项的作用"),
    "missing": ("What is missing or wrong", "缺少或有误之处"),
    "complete": ("Nothing that tflsp knows of is missing.", "tflsp 没有发现缺少的内容。"),
    "command": ("the command `{command}` replaces the image's", "命令 `{command}` 替换镜像自己的命令"),
    # findings
    "rule": ("{code} {name}", "{code} {name}"),
    "read-more": ("[The whole page]({url})", "[完整说明]({url})"),
    # batches
    "step": (
        "**{method}**, {samples} samples a step: about **{total}** (within a factor of two)",
        "**{method}**，每步 {samples} 个样本：约 **{total}**（误差两倍以内）",
    ),
    "memory-weights": ("weights", "权重"),
    "memory-gradients": ("gradients", "梯度"),
    "memory-slots": ("optimizer's slots", "优化器状态"),
    "memory-input": ("input", "输入"),
    "memory-saved": ("kept for the backward pass", "为反向传播保留"),
    "memory-working": ("working space, twice the largest output", "工作空间（最大输出的两倍）"),
    "memory-total": ("total", "合计"),
    "budget-settings": ("Budget: {budget} (settings).", "上限：{budget}（设置）。"),
    "budget-document": ("Budget: {budget} (`memory_limit=`).", "上限：{budget}（`memory_limit=`）。"),
    "budget-project": ("Budget: {budget} (the project's container).", "上限：{budget}（项目的容器）。"),
    "budget-default": (
        "Budget: {budget} (assumed; `memory-budget`).",
        "上限：{budget}（默认值，见 `memory-budget`）。",
    ),
    "verdict-fits": ("It fits.", "放得下。"),
    "verdict-maybe": ("It may or may not fit.", "可能放不下。"),
    "verdict-over": ("It does not fit.", "放不下。"),
    "largest": ("The largest power of two that surely fits is {batch}.", "确定放得下的最大二次幂是 {batch}。"),
    "steps": ("Steps through the {length} samples: {steps}.", "走完 {length} 个样本需要 {steps} 步。"),
    # GPUs
    "gpu-free": ("{gpu}: {free} of {total} free now.", "{gpu}：当前空闲 {free}（共 {total}）。"),
    "gpu-taken": (
        "Without memory growth TensorFlow takes nearly all there is when it starts: this may be your own kernel.",
        "未启用显存按需增长时，TensorFlow 启动后会占用几乎全部显存：占用者可能就是你自己的内核。",
    ),
    "gpu-too-little": ("This needs more than that.", "需要的显存超过空闲量。"),
    "memory-limit": (
        "`memory_limit`: {size} of a GPU for this logical device.",
        "`memory_limit`：该逻辑设备可用 {size} 显存。",
    ),
    "memory-limit-unknown": (
        "`memory_limit`: MiB of a GPU's memory for this logical device.",
        "`memory_limit`：该逻辑设备可用的显存（MiB）。",
    ),
    # hints
    "assumed": (
        "{count} numbers of {dtype}, {bytes} bytes each",
        "{count} 个 {dtype} 数，每个 {bytes} 字节",
    ),
    # scanning
    "scanning": ("tflsp: reading the workspace", "tflsp：读取工作区"),
    # completion
    "tag-plain": ("TensorFlow {version} for CPUs", "TensorFlow {version}，CPU"),
    "tag-gpu": ("TensorFlow {version} with CUDA", "TensorFlow {version}，带 CUDA"),
    "tag-jupyter": ("TensorFlow {version} for CPUs, with Jupyter", "TensorFlow {version}，CPU，带 Jupyter"),
    "tag-gpu-jupyter": ("TensorFlow {version} with CUDA and Jupyter", "TensorFlow {version}，带 CUDA 与 Jupyter"),
    "defined-in-env": ("defined in .env or .env.example", "在 .env 或 .env.example 中定义"),
    "jupyter-port": ("Jupyter, on this machine only", "Jupyter，仅限本机"),
    "tensorboard-port": ("TensorBoard, on this machine only", "TensorBoard，仅限本机"),
}


def say(key: str, language: str, **arguments: object) -> str:
    """A text of the server's own."""
    return text_in(language, _WORDS, key, arguments)
