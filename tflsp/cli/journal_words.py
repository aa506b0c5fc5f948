"""What the commands of `tflsp journal` say to a person, in both languages. What is read by programs (JSON, names of
options) and what the system or click says stays as it is.
"""

from __future__ import annotations

from typing import Final

from tflsp.bilingual import text_in

_WORDS: Final[dict[str, tuple[str, str]]] = {
    # files
    "no-regular-file": ("this is no regular file", "这不是普通文件"),
    # entries
    "new-file": ("new file", "新文件"),
    "no-known-error": (
        "there is no error in the log that tflsp knows; give --message",
        "日志中没有 tflsp 认识的错误；请用 --message 给出",
    ),
    "nothing-filled-in": (
        "no error was found to fill the entry in with: do it by hand, or give --log or --message",
        "没有找到可用于填写条目的错误：请手动填写，或给出 --log 或 --message",
    ),
    "no-entries-here": ("there are no journal entries here", "此处没有日志条目"),
    "no-entry": ("there is no entry", "没有条目"),
    "no-entry-called": (
        "there is no entry {which!r}; `tflsp journal list {file}` shows all",
        "没有条目 {which!r}；`tflsp journal list {file}` 可显示全部",
    ),
    # promote, summary
    "nothing-to-promote": ("there is no step and no error to promote", "没有可提炼的步骤或错误"),
    "nothing-at-line": ("there is no step and no error at this line", "此行没有步骤或错误"),
    "no-such-entry": (
        "there is no such entry; `tflsp journal list {file}` shows all",
        "没有此条目；`tflsp journal list {file}` 可显示全部",
    ),
    "created": ("created", "已新建"),
    "updated": ("updated", "已更新"),
    "unchanged": ("unchanged", "未改变"),
    "no-journals": ("there are no journals below {folder}", "{folder} 下没有日志"),
    "one-experiment": ("{count} experiment", "{count} 个实验"),
    "experiments": ("{count} experiments", "{count} 个实验"),
    # renumber
    "no-numbers": ("there are no numbered steps", "没有带编号的步骤"),
    "numbered": ("The steps are numbered 1 to n already.", "步骤编号已经是 1 到 n。"),
    "say-yes": (
        "renumbering changes what others may refer to: say --yes",
        "重新编号会改变他人可能引用的编号：确认请加 --yes",
    ),
    "change?": ("Change {names}?", "修改 {names}？"),
    # timeline
    "no-timeline": (
        "there is no step and no error yet: `tflsp journal step {file}` inserts the first",
        "还没有步骤，也没有错误：`tflsp journal step {file}` 可插入第一个步骤",
    ),
    "no-browser": ("there is no browser here; open {page} yourself", "此处没有浏览器；请自行打开 {page}"),
    # check-templates
    "no-templates": (
        "There are no templates in .tflsp/templates; `--begin en` writes ours there, to be changed.",
        ".tflsp/templates 中没有模板；`--begin zh` 会把内置模板写到那里，供您修改。",
    ),
    "templates-checked": ("templates checked: {count}, faults: {faults}", "已检查模板：{count}，错误：{faults}"),
    "kept": ("kept  {path}", "保留 {path}"),
    "wrote": ("wrote {path}", "写入 {path}"),
}


def say(key: str, language: str, /, **arguments: object) -> str:
    """A text of these in a language, ``zh`` or (any other) English."""
    return text_in(language, _WORDS, key, arguments)
