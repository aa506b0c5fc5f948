"""Why a journal, a guide or a summary is not changed, in both languages: whoever tells the user knows in which.

Who raises names a key and what it is about; the texts stand here, so that none is written in one language alone.
"""

from __future__ import annotations

from typing import Final

from tflsp.bilingual import text_in
from tflsp.facts.journal_entries import Kind

_WORDS: Final[dict[str, tuple[str, str]]] = {
    # what is there already
    "goal-there": ("there is a goal already: {first}", "已有实验目标：{first}"),
    "conclusion-there": ("there is a conclusion already: {first}", "已有结论：{first}"),
    "error-there": ("this error has an entry already", "此错误已有条目"),
    "step-there": ("there is a step #{number} already: {first}", "步骤 #{number} 已存在：{first}"),
    "same-step": ("the last step says the same: {first}", "内容与最后一个步骤相同：{first}"),
    # places where nothing can stand
    "no-journal": (
        "an entry goes into Markdown, a notebook or a percent script; this is {kind}",
        "条目只能写入 Markdown、笔记本或 percent 脚本；此文档是 {kind}",
    ),
    "no-markdown-cell": (
        "an entry goes into a Markdown cell; this is another",
        "条目只能写入 Markdown 单元格；此处是其他单元格",
    ),
    "without-markdown-cell": (
        "an entry goes into a Markdown cell; there is none",
        "条目只能写入 Markdown 单元格；此笔记本中没有",
    ),
    "cannot-stand": (
        "the entry cannot stand here: the text around it (an open fence or comment?) would change it",
        "条目不能写在这里：周围的文字（未闭合的代码块或注释？）会改变它",
    ),
    "no-cells-yet": (
        "this script has no cells yet: a line `# %%` begins the first",
        "此脚本还没有单元格：加上一行 `# %%` 即可开始",
    ),
    "invalid-notebook": (
        "the notebook is no valid JSON with cells: mend it first, so that nothing is lost",
        "这不是有效的笔记本（含单元格列表的 JSON）：请先修复，以免丢失内容",
    ),
    "too-large-here": (
        "what is larger than {limit} MiB is not read: clear outputs that nobody needs",
        "文件大于 {limit} MiB，未读取：请清除不需要的输出",
    ),
    "utf-16": ("the file is UTF-16: save it as UTF-8 first", "文件是 UTF-16 编码：请先另存为 UTF-8"),
    "carriage-returns": (
        "the file's lines end with carriage returns alone: save it with LF or CRLF first",
        "文件仅以回车符（CR）换行：请先另存为 LF 或 CRLF 换行",
    ),
    "nbformat": (
        "nbformat {version}: only 4 is written; convert the notebook first",
        "nbformat {version}：只能写入版本 4，请先转换笔记本",
    ),
    "no-cells": ("the notebook's list of cells was not found", "找不到笔记本的单元格列表"),
    "cell-not-written": (
        "the cell could not be written into this notebook",
        "单元格无法写入此笔记本",
    ),
    # files
    "and-more": ("{files} and {count} more", "{files} 及另外 {count} 个文件"),
    "no-such-file": (
        "there is no such file; `tflsp journal goal` begins a notebook or a Markdown file",
        "没有此文件；`tflsp journal goal` 可以新建笔记本或 Markdown 文件",
    ),
    "read-only-here": ("the file is read-only: nothing was written", "文件是只读的：没有写入任何内容"),
    "folder-here": ("the folder cannot be written: nothing was written", "文件夹不可写：没有写入任何内容"),
    "changed-here": (
        "the file has changed meanwhile: nothing was written, try again",
        "文件在此期间已被修改：没有写入任何内容，请重试",
    ),
    "read-only": ("{path} is read-only: nothing was written", "{path} 是只读的：没有写入任何内容"),
    "folder-read-only": (
        "{path} cannot be written: nothing was written",
        "{path} 不可写：没有写入任何内容",
    ),
    "changed-meanwhile": (
        "{path} has changed meanwhile: nothing was written, try again",
        "{path} 在此期间已被修改：没有写入任何内容，请重试",
    ),
    "circle": ("{path}: this link leads in a circle", "{path}：此链接循环指向自身"),
    # guides
    "not-promotable": ("a step or an error is promoted; this is neither", "只能提炼步骤或错误；此条目两者都不是"),
    "guide-itself": ("this is the guide itself", "这就是该文档本身"),
    "swallowed": (
        "the guide's text (an open fence or comment?) would swallow the entry",
        "该文档的文字（未闭合的代码块或注释？）会吞掉条目",
    ),
    "no-link": (
        "a link cannot stand here: the text around it (an open fence or comment?) would change it",
        "链接不能写在这里：周围的文字（未闭合的代码块或注释？）会改变它",
    ),
    "too-large": ("{path} is too large for a guide", "{path} 太大，不能作为文档"),
    "no-markdown": ("{name} is no Markdown file", "{name} 不是 Markdown 文件"),
    "table-swallowed": (
        "the summary's text (an open fence or comment?) would swallow the table",
        "总结的文字（未闭合的代码块或注释？）会吞掉表格",
    ),
    "table-open": (
        "the table's last line is missing: put this line below it, or remove its first line: {line}",
        "表格缺少最后一行：请在表格下方加上此行，或删除其第一行：{line}",
    ),
    # timelines
    "no-metric": ("no step tells {metric!r}; there is no metric at all", "没有步骤记录 {metric!r}；也没有任何其他指标"),
    "other-metrics": ("no step tells {metric!r}; there is {names}", "没有步骤记录 {metric!r}；已有的指标：{names}"),
    # templates of a project
    "template": ("{name}: line {line}: {why}", "{name}：第 {line} 行：{why}"),
    "template-too-long": ("a template has at most {limit} characters", "模板最多 {limit} 个字符"),
    "template-syntax": ("{why}", "语法错误：{why}"),
    "template-nested": ("the template is nested too deeply", "模板嵌套过深"),
    "template-filters": ("a template has at most {limit} filters", "模板最多使用 {limit} 个过滤器"),
    "template-node": ("{name} is not allowed in a template", "模板中不允许使用 {name}"),
    "template-loop-in-loop": ("a loop within a loop is not allowed", "不允许在循环中嵌套循环"),
    "template-loop": ("a loop goes through changes or hypotheses", "循环只能遍历 changes 或 hypotheses"),
    "template-filter": ("there is no filter {name!r}; there are {names}", "没有过滤器 {name!r}；可用的有 {names}"),
    "template-field": ("there is no field {name!r}; there are {names}", "没有字段 {name!r}；可用的有 {names}"),
    "template-attribute": ("there is no attribute {name!r}; there are {names}", "没有属性 {name!r}；可用的有 {names}"),
    "template-fails": ("{kind}: {why}", "{kind}：{why}"),
    "template-not-read": (
        "what it gives is not read as one {kind}: it must begin with a heading such as ours",
        "生成的内容不能作为一个 {kind} 条目读取：必须以与内置模板相似的标题开头",
    ),
    "template-lost": ("{name} is not read again from what the template gives", "从模板生成的内容中读不回 {name}"),
    # snapshots
    "snapshot-unread": (
        "{file}: the snapshot of step #{number} cannot be read",
        "{file}：步骤 #{number} 的快照无法读取",
    ),
    "newer-snapshots": ("{file} was written by a newer tflsp", "{file} 由更新版本的 tflsp 写入"),
    "snapshots": ("{file}: {why}", "{file}：{why}"),
    "snapshots-broken": (
        "{file} is no database (remove it, and it is made again from git)",
        "{file} 不是数据库（可以删除，会根据 git 重新生成）",
    ),
    "snapshots-busy": ("{file} is in use by another program", "{file} 正被其他程序使用"),
    "snapshots-read-only": ("{file} cannot be written", "{file} 不可写"),
    "snapshots-unopened": ("{file} cannot be opened", "{file} 无法打开"),
    "snapshots-full": ("{file} could not be read or written (is the disk full?)", "{file} 无法读写（磁盘已满？）"),
    "changes-since-commit": (
        "{why}: changes are those since the last commit, where there is one",
        "{why}：改动以最近一次提交（如果有）为准",
    ),
    "next-cannot-tell": (
        "{why}: the next step cannot tell what has changed since this one",
        "{why}：下一个步骤无法得知此后的改动",
    ),
    "neither-can-tell": (
        "{why}: changes are those since the last commit, where there is one, and the next step cannot tell what has "
        "changed since this one",
        "{why}：改动以最近一次提交（如果有）为准，下一个步骤也无法得知此后的改动",
    ),
    "first-cannot-tell": (
        "{why}: the first step cannot tell what has changed since the goal",
        "{why}：第一个步骤无法得知设定目标之后的改动",
    ),
    # in an editor
    "not-open": ("the document is not open", "文档未打开"),
    "goes-on-changing": (
        "the document changed while the entry was made: nothing was inserted, run it again",
        "生成条目期间文档发生了变化：没有插入任何内容，请重试",
    ),
    "cancelled": ("cancelled: nothing was inserted", "已取消：没有插入任何内容"),
}
_KINDS: Final = {Kind.GOAL: "goal-there", Kind.CONCLUSION: "conclusion-there"}


class Refusal(Exception):
    """Why something is not done. ``str`` is English; ``said`` is the user's language."""

    def __init__(self, key: str, **arguments: object) -> None:
        super().__init__(key)
        self.key = key
        self.arguments = arguments

    def said(self, language: str) -> str:
        """The reason in a language, ``zh`` or (any other) English; without a full stop."""
        return say(self.key, language, **self.arguments)

    def __str__(self) -> str:
        return self.said("en")


def say(key: str, language: str, **arguments: object) -> str:
    """A text of these, in a language."""
    return text_in(language, _WORDS, key, arguments)


def there_already(kind: Kind) -> str:
    """The key of the refusal of a second goal or conclusion."""
    return _KINDS[kind]
