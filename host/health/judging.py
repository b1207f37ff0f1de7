"""What the signs mean: what is wrong, how badly, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from host.health.signs import Signs

STILL_SECONDS = 40
"""A sweep is due every five seconds: who misses eight is dead. With the time between two looks that is within a minute."""
UNSEALED_SECONDS = 120
MANY_JOBS = 1_000
CROWDED_SHARE = 0.9
Weight = Literal["bad", "warn"]


@dataclass(frozen=True)
class Finding:
    """Something wrong. code: stable, for programs; text: what is the matter; advice: what to do; both with `{count}`."""

    code: str
    weight: Weight
    text: str
    advice: str
    count: int = 0


def stands_still(signs: Signs) -> bool:
    """Whether nobody looks any more for what is due."""
    return signs.sweep_age_seconds is None or signs.sweep_age_seconds > STILL_SECONDS


def findings(signs: Signs) -> list[Finding]:
    """Return what is wrong, the worst first."""
    return sorted([*_of_time(signs), *_of_work(signs), *_of_post(signs)], key=lambda one: one.weight != "bad")


def _of_time(signs: Signs) -> Iterator[Finding]:
    if stands_still(signs):
        minutes = int((signs.sweep_age_seconds or 0) // 60)
        yield Finding(
            "scheduler.still",
            "bad",
            "没有进程在看到期的事：期限、提醒和催办都停着"
            if not minutes
            else "没有进程在看到期的事，已经 {count} 分钟：期限、提醒和催办都停着",
            "启动 bihuan worker，或重新启动 bihuan serve；停着的都会补办，不会丢",
            minutes,
        )
    elif not signs.workers:
        yield Finding(
            "worker.none",
            "bad",
            "没有活着的工作进程：排队的作业没有人做",
            "启动 bihuan worker，看它的日志为什么退出",
        )
    late = signs.late_timers + signs.late_reminders
    if late and not stands_still(signs):
        yield Finding(
            "timers.late",
            "warn",
            "{count} 个期限或提醒过了一分钟还没有办",
            "多起一个 bihuan worker；仍然积压就看运行故障和工作进程的日志",
            late,
        )
    if (signs.unsealed_age_seconds or 0) > UNSEALED_SECONDS:
        yield Finding(
            "audit.unsealed",
            "warn",
            "{count} 条审计记录超过两分钟还没有封存",
            "看工作进程的日志；bihuan audit seal 可以立即封存",
            signs.unsealed_entries,
        )


def _of_post(signs: Signs) -> Iterator[Finding]:
    """What is wrong with letters to people and with calls of other systems."""
    if signs.late_letters and not stands_still(signs):
        yield Finding(
            "letters.late",
            "warn",
            "{count} 条邮件或群消息过了一分钟还没有发出",
            "看邮件服务器和网络是否通；通了会自动补发",
            signs.late_letters,
        )
    if signs.dead_letters:
        yield Finding(
            "letters.dead",
            "warn",
            "{count} 封邮件或群消息三天都没送到",
            "在“发送记录”里看对方怎样答复，改好后重发",
            signs.dead_letters,
        )
    if signs.late_calls and not stands_still(signs):
        yield Finding(
            "calls.late",
            "warn",
            "{count} 封外部系统的来信过了一分钟还没有办",
            "多起一个 bihuan worker；仍然积压就看工作进程的日志",
            signs.late_calls,
        )
    if signs.quarantined_calls:
        yield Finding(
            "calls.quarantined",
            "warn",
            "{count} 封外部系统的来信对不上，等人核对",
            "在“外部系统”的待核对的来信里写明对应的代码，或写明原因不处理",
            signs.quarantined_calls,
        )


def _of_work(signs: Signs) -> Iterator[Finding]:
    if signs.open_incidents:
        yield Finding(
            "incidents.open",
            "warn",
            "{count} 个步骤出错停着",
            "请流程管理员在“运行故障”里处理",
            signs.open_incidents,
        )
    if failed := signs.jobs.get("failed", 0):
        yield Finding(
            "jobs.failed",
            "warn",
            "{count} 个作业反复失败，不再自动重试",
            "看工作进程的日志找原因；改好后重新下达",
            failed,
        )
    if (waiting := signs.jobs.get("todo", 0)) > MANY_JOBS:
        yield Finding("jobs.many", "warn", "{count} 个作业在排队", "多起一个 bihuan worker", waiting)
    if signs.dead_deliveries:
        yield Finding(
            "webhooks.dead",
            "warn",
            "{count} 条给外部系统的通知三天都没送到",
            "核对对方地址，再用 bihuan webhook replay 重发",
            signs.dead_deliveries,
        )
    if signs.failing_endpoints:
        yield Finding(
            "webhooks.failing",
            "warn",
            "{count} 个外部系统最近没有收下通知",
            "请对方查一查；恢复后会自动补送",
            signs.failing_endpoints,
        )
    if signs.connections > CROWDED_SHARE * signs.most_connections:
        yield Finding(
            "database.crowded",
            "warn",
            "数据库连接快用完了：已用 {count} 个",
            "减小 BIHUAN_DATABASE_POOL，或增大数据库的 max_connections",
            signs.connections,
        )
