"""Projects for programs: the list, one project's life, the search."""

from typing import Any

from host.web.context import acting_now, system
from host.web.rest import project_schemas as schemas
from host.web.rest.interface import api, problems
from ledger import searching
from ledger.searching import Found
from ledger.yearmap import projects
from ledger.yearmap.projects import Life, Wanted


@api.route("/projects")
@problems
@api.arguments(schemas.ProjectsQuery, location="query")
@api.response(200, schemas.ProjectsPage)
def list_projects(asked: dict[str, Any]) -> dict[str, Any]:
    """项目,可按年度、单位、资金、环节和名称筛选"""
    page, offices, wanted = asked.pop("page"), acting_now().scope.organisations, Wanted(**asked)
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        found = [one for one, _ in projects.rows(uow, wanted, offices, page)]
        return {"total": projects.total(uow, wanted, offices), "items": found}


@api.route("/projects/<int:project_id>")
@problems
@api.response(200, schemas.ProjectLife)
def read_project(project_id: int) -> Life:
    """一个项目的各年度环节、在谁手里、交过的表、得分、退回和意见"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        return projects.life(uow, project_id)


@api.route("/search")
@problems
@api.arguments(schemas.SearchQuery, location="query")
@api.response(200, schemas.SearchHits)
def search(asked: dict[str, Any]) -> Found:
    """在项目、表单内容、退回和意见里找字"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        return searching.find(uow, asked["kind"], asked["q"], page=asked["page"])
