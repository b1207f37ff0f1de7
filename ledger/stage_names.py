"""The stages of a year in plain words, in the order of the year."""

from collections.abc import Mapping
from typing import Final

STAGES: Final[Mapping[str, str]] = {
    "pre_evaluation": "事前评估",
    "target": "绩效目标",
    "whole_target": "整体目标",
    "track_target": "专项目标",
    "approval": "预算批复",
    "target_disclosure": "目标公开",
    "monitoring": "运行监控",
    "whole_monitoring": "整体监控",
    "track_monitoring": "专项监控",
    "self_evaluation": "项目自评",
    "whole_self_evaluation": "整体自评",
    "track_self_evaluation": "专项自评",
    "dept_evaluation": "部门评价",
    "key_evaluation": "财政评价",
    "result_application": "结果应用",
    "result_disclosure": "结果公开",
}
