"""How a page answers a form: where it leads when it is done, the same page with the fault when it is not."""

from collections.abc import Callable
from datetime import date

from flask import redirect, request
from werkzeug.wrappers import Response

from engine.errors import BihuanError, InvalidInput, NotFound
from host.web.failing import status_of
from host.web.refusals import said as refused

Answer = Response | str | tuple[str, int]
SAID = {
    "added": "已添加。",
    "changed": "已保存。",
    "ended": "已结束。",
    "left": "已登记离岗，岗位和代理随之结束。",
    "imported": "已导入。",
    "password": "密码已改，其他地方的登录已全部退出。",
    "signed_out": "已退出所选的登录。",
    "disabled": "账号已停用，登录和令牌都已失效。",
    "enabled": "账号已启用。",
    "factor_off": "两步验证已关闭。",
    "retried": "已重试；若再失败，会有新的故障。",
    "job_retried": "已放回队列，几秒后刷新本页看结果。",
    "skipped": "已跳过，流程往下走。",
    "moved": "已移到所选的步骤，流程从那里往下走。",
    "revoked": "令牌已作废。",
    "arranged": "代理已登记，双方都会收到通知。",
    "named": "单位登录已关联。",
    "published": "已发布。在办的事项仍按原来的版本办完，新开始的用这一版。",
    "published_again": "已重新发布这一版，作为最新的版本。",
    "confirmed": "已确认，记入审计。",
    "year_opened": "年度已开启。到了开始日的阶段正在下达任务。",
    "taken_over": "已改用新版政策包，期限正在逐个更新。",
    "carried_over": "已沿用上年的项目；预算先用上年的。",
    "calendar_published": "安排已发布，期限正在逐个更新。",
    "stage_started": "已提前开始，任务正在下达。",
    "stage_extended": "期限已延长，正在逐个更新任务和提醒。",
    "stage_waived": "阶段已豁免。",
    "stage_closed": "阶段已关闭。",
    "taken_back": "确认已收回。",
    "paused": "已暂停。",
    "resumed": "已恢复。",
    "tested": "试发已安排，几秒后刷新本页看结果。",
    "replayed": "已安排重发，几秒后刷新本页看结果。",
    "removed": "已删除。",
    "read": "已标为已读。",
    "code_sent": "验证码已发出，请查收邮件。",
    "address_confirmed": "邮箱已验证，以后的消息会发到那里。",
    "test_planned": "测试消息已安排，几秒后会送到。",
    "calendar_ended": "日历地址已停用，用它的日历不再更新。",
    "call_retried": "已安排再试，几秒后刷新本页看结果。",
    "dropped": "已记为不处理。",
}
"""What was done, said on the next page (`?said=…`)."""


def answered(command: Callable[[], str], again: Callable[[str], str]) -> Answer:
    """Run a command that returns where to go on; if it is refused, show the page again with the reason.

    What does not exist, and faults of the program, become pages of their own.
    """
    try:
        place = command()
    except NotFound:
        raise
    except BihuanError as error:
        status = status_of(error)
        if status >= 500:
            raise
        return again(refused(error)), status
    return redirect(place, 303)


def day(name: str, *, missing: date | None = None) -> date:
    """Read a day from the form. Raises InvalidInput; missing: what an empty field means."""
    text = request.form.get(name, "").strip()
    if not text and missing is not None:
        return missing
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("日期应写作 2022-03-01 的样子;请重新选择。", code="form.date") from None


def number(name: str) -> int:
    """Read the number of something chosen from a list. Raises InvalidInput if nothing was chosen."""
    found = request.form.get(name, type=int)
    if found is None:
        raise InvalidInput("还有一项没有选择;请从列表里选择。", code="form.choice")
    return found


def said() -> str:
    """Return what was just done, for the page it led to."""
    return SAID.get(request.args.get("said", ""), "")
