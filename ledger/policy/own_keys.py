"""The policy keys of our own: stage calendar, ladder, slots, and figures that a locality states."""

from ledger.policy.day_rules import DayRule, MonthRule, SubmitRule, TimeOfDay
from ledger.policy.shapes import Flag, Number, Shape, Text, Texts, Whole
from ledger.policy.stage_ladders import StageLadders
from ledger.policy.tables import RecipientSteps, Weights

LADDER: dict[str, Shape] = {
    "calendar.return_days": Whole("退回后重新填报的天数(工作日)", 0, 250),
    "calendar.ladder_at": TimeOfDay("提醒与升级的发出时刻"),
    "calendar.reminder_recipients": Texts("提醒接收人"),
    "calendar.last_reminder_recipients": Texts("最后一次提醒接收人"),
    "calendar.escalation_recipients": RecipientSteps("逐级升级接收人"),
    "calendar.stage_ladders": StageLadders("个别阶段自己的提醒与升级"),
    "roles.bureau": Texts("财政局内的岗位"),
}

LATENESS: dict[str, Shape] = {
    "lateness.after_workdays": Whole("过截止日几个工作日后登记迟报", 0, 60, nullable=True),
    "circular.after_workdays": Whole("过截止日几个工作日后起草迟报通报", 1, 60, nullable=True),
    "circular.issue_workdays": Whole("几个工作日内核定印发通报", 1, 60),
}

EXTENSION: dict[str, Shape] = {
    "extension.decided_by": Text("延期由谁审批", "section", "performance", "department", nullable=True),
    "extension.roles": Texts("可以申请延期的岗位"),
    "extension.max_workdays": Whole("自原截止日起最多延几个工作日", 1, 250),
    "extension.times": Whole("同一任务最多延期几次", 1, 20),
    "extension.when_overdue": Flag("逾期后仍可申请延期"),
    "extension.answer_workdays": Whole("几个工作日内答复延期申请", 1, 60),
}

STAGES: dict[str, Shape] = {
    "stages.close_after_workdays": Whole("截止后保留补报的天数(工作日)", 0, 250),
    "stages.fallback_window_days": Whole("截止日早于开始日时的填报天数", 1, 365),
    "stages.monitoring.submit_fallback": SubmitRule("固定报送日不适用时的报送规则"),
    "stages.pre_evaluation.opens": DayRule("事前评估开始"),
    "stages.pre_evaluation.due": DayRule("事前评估截止"),
    "stages.target.opens": DayRule("目标申报开始"),
    "stages.target.due": DayRule("目标申报截止"),
    "stages.target.review": DayRule("目标审核截止"),
    "stages.approval.opens": DayRule("预算批复开始"),
    "stages.approval.due": DayRule("预算批复截止"),
    "stages.target_disclosure.opens": DayRule("目标公开开始"),
    "stages.target_disclosure.due": DayRule("目标公开截止"),
    "stages.whole_target.due": MonthRule("部门整体目标期限(未规定时)"),
    "stages.self_evaluation.opens": DayRule("自评开始"),
    "stages.self_evaluation.due": DayRule("自评截止(未规定时)"),
    "stages.finance_review.due": DayRule("财政审核截止(未规定时)"),
    "stages.whole_self_evaluation.opens": DayRule("部门整体自评开始"),
    "stages.whole_self_evaluation.due": DayRule("部门整体自评截止(未规定时)"),
    "stages.dept_evaluation.opens": DayRule("部门评价开始"),
    "stages.dept_evaluation.due": DayRule("部门评价截止(未规定时)"),
    "stages.key_evaluation.opens": DayRule("重点评价开始"),
    "stages.key_evaluation.due": DayRule("重点评价截止(未规定时)"),
    "stages.result_application.opens": DayRule("结果应用开始"),
    "stages.result_application.due": DayRule("结果应用截止"),
    "stages.result_disclosure.opens": DayRule("结果公开开始"),
    "stages.result_disclosure.due": DayRule("结果公开截止"),
    "stages.track_target.opens": DayRule("专项目标开始"),
    "stages.track_target.due": DayRule("专项目标截止"),
    "stages.track_monitoring.opens": DayRule("专项监控开始"),
    "stages.track_monitoring.due": DayRule("专项监控截止"),
    "stages.track_self_evaluation.opens": DayRule("专项自评开始"),
    "stages.track_self_evaluation.due": DayRule("专项自评截止"),
    "stages.year.opens": DayRule("年度工作开始"),
    "stages.year.closes": DayRule("年度工作结束"),
}

DECISIONS: dict[str, Shape] = {
    "key_eval.criteria_points": Weights("重点评价候选条件的分值"),
}

SLOTS: dict[str, Shape] = {
    "approval.await_congress": Flag("预算批复须等人大批准"),
    "approval.government_consent": Flag("预算批复须报政府批准"),
    "slots.finance_check": Text("自评的财政审核环节所用流程"),
    "slots.key_review": Text("重点评价报告评审所用流程"),
}

STATED_FIGURES: dict[str, Shape] = {
    "self_eval.excluded_class_count": Whole("不纳入自评的中央转移支付类数", 0, 10_000, nullable=True),
    "pre_eval.former_threshold_wan": Number("事前评估原金额门槛(万元)", 0, 10**9, nullable=True),
    "monitoring.stated_rounds": Whole("监控次数(未写明日期时)", 0, 12, nullable=True),
    "monitoring.unspendable_years": Whole("预计无法支出的年限", 0, 10, nullable=True),
    "programme.completion_year": Whole("体系建成目标年", 2018, 2100, nullable=True),
    "whole_dept.pilot_year": Whole("部门整体绩效试点年", 2010, 2100, nullable=True),
    "indicators.system_deadline": Text("指标体系完成期限", nullable=True),
}
