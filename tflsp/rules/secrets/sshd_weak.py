"""TFL305: the SSH server lets passwords in, or root with one."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.sshd import SshdSetting
from tflsp.rules.base import Context, Match, Safety, Severity, match, rule
from tflsp.rules.builders import replace

_BETTER = {"PermitRootLogin": "prohibit-password", "PasswordAuthentication": "no", "PermitEmptyPasswords": "no"}


@rule("TFL305", "sshd-weak", severity=Severity.WARNING)
def check(setting: SshdSetting, context: Context) -> Iterator[Match]:
    """Judge a setting of sshd_config, in the file or on its way there."""
    better = _BETTER.get(setting.keyword)
    if better is None or setting.value != "yes":
        return
    fix = replace(setting.value_span, better, safety=Safety.UNSAFE, keyword=setting.keyword, value=better)
    in_image = setting.region.within("dockerfile") and not setting.region.within("markdown")
    severity = Severity.ERROR if in_image else None
    yield match(setting, severity=severity, fixes=[fix], message=f"message.{setting.keyword}")
