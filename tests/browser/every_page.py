"""Every address a reader can open on the county of `make run`: who opens it, and how its things come to be."""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

import pyotp
from openpyxl import load_workbook
from playwright.sync_api import APIResponse, Page

from host.demo.accounts import ADMINISTRATORS, PASSWORD
from host.settings import Settings
from host.web.application import create_app
from ledger.budgeting import sheet as projects_sheet
from ledger.roster import sheets
from tests.browser.calling import call, moment

Ways = Mapping[str, tuple[str, str]]
WAYS: Ways = {
    "sign_in": ("nobody", "/sign-in"),
    "show_code": ("factor", "/sign-in/code"),
    "home": ("section", "/"),
    "inbox": ("section", "/inbox?task={held}"),
    "batch": ("unit_head", "/inbox/batch"),
    "transfer_task": ("section", "/tasks/{held}/transfer"),
    "delegate_task": ("section", "/tasks/{held}/delegate"),
    "give_task_back": ("section", "/tasks/{lent}/give-back"),
    "return_task": ("section", "/tasks/{held}/return"),
    "add_signers": ("section", "/tasks/{asked}/signers"),
    "sign_task": ("performance", "/tasks/{asked}/sign"),
    "urge_task": ("preparer", "/tasks/{sent}/urge"),
    "ask_extension": ("preparer", "/tasks/{form}/extension"),
    "put_off_task": ("section", "/tasks/{held}/put-off"),
    "copy_task": ("section", "/tasks/{held}/copy"),
    "form": ("preparer", "/tasks/{form}/form"),
    "answers": ("unit_head", "/tasks/{short}/answers"),
    "beside": ("finance", "/beside"),
    "where": ("section", "/instances/{instance}"),
    "project_list": ("section", "/projects"),
    "project": ("section", "/projects/{project}"),
    "search": ("section", "/search?q=养护"),
    "heats": ("section", "/year/heat"),
    "heat": ("section", "/year/heat/self_evaluation"),
    "definition_heat": ("process", "/studio/processes/self_evaluation/heat"),
    "this_year": ("section", "/year"),
    "year": ("unit_head", "/year/2021"),
    "year_rows": ("section", "/year/2021/rows?stage=self_evaluation&state=open"),
    "year_overdue": ("section", "/year/2021/overdue"),
    "paper": ("preparer", "/tasks/{done}/paper"),
    "filed": ("section", "{filed}"),
    "changes": ("section", "/tasks/{again}/changes"),
    "receipt": ("preparer", "/tasks/{done}/receipt"),
    "manual": ("unit_head", "/help"),
    "manual_chapter": ("section", "/help/reviewer"),
    "keys": ("section", "/keys"),
    "me": ("section", "/me"),
    "change_password": ("section", "/me/password"),
    "factor": ("section", "/me/factor"),
    "my_telling": ("preparer", "/me/telling"),
    "robots": ("admin", "/manage/robots"),
    "letters": ("admin", "/manage/letters"),
    "messages": ("preparer", "/messages?view=all"),
    "substitutes": ("section", "/substitutes"),
    "organisations": ("admin", "/manage/organisations?id={bureau}"),
    "person": ("admin", "/manage/people/{person}"),
    "accounts": ("admin", "/manage/accounts"),
    "account": ("admin", "/manage/accounts/{account}"),
    "import_directory": ("admin", "/manage/import"),
    "directory_import": ("admin", "{import}"),
    "systems": ("admin", "/manage/systems"),
    "receiver": ("admin", "/manage/systems/receivers/{receiver}"),
    "delivery": ("admin", "{delivery}"),
    "health": ("process", "/manage/health"),
    "jobs": ("admin", "/manage/jobs"),
    "source": ("admin", "/manage/systems/sources/{source}"),
    "quarantine": ("admin", "/manage/systems/quarantine"),
    "call": ("admin", "{call}"),
    "holidays": ("performance", "/manage/calendar"),
    "budgets": ("performance", "/manage/projects"),
    "projects_import": ("performance", "{projects}"),
    "years": ("performance", "/manage/years"),
    "plan_year": ("performance", "/manage/years/new"),
    "newer_pack": ("performance", "/manage/years/2021/pack"),
    "stage": ("performance", "{stage}"),
    "incidents": ("process", "/manage/incidents"),
    "definitions": ("process", "/studio/decisions"),
    "definition": ("process", "/studio/processes/self_evaluation"),
    "audit": ("audit", "/manage/audit"),
    "policy": ("performance", "/studio/policy"),
    "figures": ("section", "/reports/figures/grades"),
    "figures_rows": ("section", "/reports/figures/scores/rows"),
    "annual_report": ("section", "/reports/annual"),
    "annual_lists": ("section", "/reports/annual/lists"),
    "annual_problems": ("section", "/reports/annual/problems"),
    "annual_figure": ("section", "/reports/annual/figures/self_eval.fin_avg"),
    "congress": ("section", "/reports/congress"),
    "lateness": ("section", "/reports/lateness"),
    "public_place": ("nobody", "/public/shawan/"),
    "public_kind": ("nobody", "/public/shawan/2021/targets/"),
    "public_department": ("nobody", "{public_department}"),
    "public_project": ("nobody", "{public_project}"),
    "rest": ("section", "/api/v1/"),
}
"""Endpoint → who opens it, and its address."""
MORE = (
    ("section", "/inbox?view=sent"),
    ("budget", "/inbox"),
    ("finance", "/tasks/{form}/form"),
    ("unit_head", "/tasks/{short}/form"),
    ("preparer", "/inbox?view=done&q=自评"),
    ("preparer", "/instances/{ended}"),
    ("process", "/"),
    ("section", "/no/such/page"),
    ("nobody", "/public/shawan/2020/results/"),
    ("nobody", "/public/shawan/en/2020/results/"),
    ("section", "/reports/figures/scores?by=fund"),
    ("section", "/reports/figures/workload"),
    ("department", "/reports/figures/first-pass"),
)
"""Other states of these pages that look differently."""
OWN_WORDS = {"/studio/policy", "/help", "/help/reviewer"}
"""Pages that are the bureau's own words all over, or the manual's, which is in Chinese."""
REFUSED = {"/no/such/page"}
FILES = {
    "diagram",
    "attachment",
    "sheet",
    "form_now",
    "directory_template",
    "projects_template",
    "calendar",
    "definition_file",
    "figures_file",
    "figures_rows_file",
    "live",
    "ready",
    "metrics",
    "annual_report_docx",
    "annual_report_xlsx",
    "annual_figure_file",
    "congress_file",
}
"""Addresses that give a file or data, no page."""
ELSEWHERE = {
    "public_places": "leads to the only place there is",
    "set_up": "only before the first account; the demonstration has accounts",
    "sign_in_oidc": "leads to a service that the demonstration has not",
    "back_from_oidc": "comes from a service that the demonstration has not",
    "link_oidc": "leads to a service that the demonstration has not",
}


def readable() -> set[str]:
    """Return every endpoint of the pages that answers GET."""
    unstarted = SimpleNamespace(settings=Settings.read({}))
    rules = create_app(cast(Any, unstarted), secret="none").url_map.iter_rules()
    found = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    return {one for one in found if one != "static" and not one.startswith(("api.", "api-docs."))}


class Stage:
    """Puts the county into the state in which every page has something to show.

    ids: what the ways name; names: of people and offices.
    """

    def __init__(self, enter: Callable[[str], Page]) -> None:
        self.enter = enter
        self.ids: dict[str, str] = {}
        self.names = {name for _, name, _ in ADMINISTRATORS} | {"完成", "件", "分", "周"}  # units and values

    def post(self, page: Page, address: str, /, **sent: Any) -> APIResponse:
        """Post a form as a page does."""
        token = page.locator("meta[name=form-token]").get_attribute("content") or ""
        return page.request.post(address, headers={"X-Form-Token": token}, multipart={"sent": "", **sent})

    def rows(self, page: Page, query: str) -> list[str]:
        """Return the ids of the tasks of a list."""
        page.goto(f"/inbox?{query}")
        addresses = page.locator(".bh-task").evaluate_all("all => all.map(one => one.href)")
        return [match[1] for one in addresses if (match := re.search(r"task=([\w-]+)", one))]

    def instance(self, page: Page, task: str) -> str:
        """Return the instance of a task."""
        page.goto(f"/inbox?task={task}")
        address = page.locator("a[href*='/instances/']").first.get_attribute("href") or ""
        return address.rpartition("/")[2]

    def set(self) -> None:
        """Let the people of the demonstration do what the pages need."""
        self._hire()
        self._review()
        self._fill_in()
        self._sign()
        self._ask_for_codes()
        self._import()
        self._tell()
        self._visit()
        self._hear()
        self._choose_stage()
        self._publish_pack()

    def _publish_pack(self) -> None:
        """Publish a newer policy pack: of what it changes the year that goes on keeps a part and takes over the rest."""
        admin = self.enter("process")
        text = admin.request.get("/studio/policies/shawan/file").text()
        for old, new in (
            ('["中", 70, 80], ["差", 0, 70]', '["中", 65, 80], ["差", 0, 65]'),
            ("year_offset = 1, month = 2, day = 15", "year_offset = 1, month = 2, day = 18"),
            ("year_offset = 1, month = 6, day = 15", "year_offset = 1, month = 6, day = 20"),
        ):
            assert old in text, old
            text = text.replace(old, new)
        content = b64encode(text.encode()).decode()
        assert self.post(admin, "/studio/policies/publish", content=content, seen="0").ok

    def _choose_stage(self) -> None:
        """Bring a project of a year to come in, and find a stage that is going on."""
        lead = self.enter("performance")
        book, kept = load_workbook(BytesIO(projects_sheet.template())), BytesIO()
        book["项目"].append(("Z9-1", "导入的项目", "Z9", 12.5))
        book.save(kept)
        self.names.add("导入的项目")
        file = {"name": "projects.xlsx", "mimeType": "application/octet-stream", "buffer": kept.getvalue()}
        made = self.post(lead, "/manage/projects", file=file, sure="yes", year="2040")
        assert made.ok and re.search(r"/imports/\d+$", made.url), made.text()[-900:]
        self.ids["projects"] = "/manage" + made.url.partition("/manage")[2]
        lead.goto(self.ids["projects"])
        lead.get_by_text("已导入").first.wait_for()
        lead.goto("/manage/years")
        going_on = lead.locator("tr", has_text="进行中").locator("a[href*='/manage/stages/']").first
        self.ids["stage"] = going_on.get_attribute("href") or ""

    def _hire(self) -> None:
        """Give the reviewer a colleague, so that a task can be lent to him."""
        section, admin = self.enter("section"), self.enter("admin")
        section.goto("/manage/organisations")
        bureau = section.locator("a[href*='/manage/organisations?id=']", has_text="财政局").first
        self.ids["bureau"] = (bureau.get_attribute("href") or "").rpartition("=")[2]
        admin.goto("/manage/accounts?q=section")
        account = admin.locator("main td a[href*='/manage/accounts/']").first.get_attribute("href") or ""
        self.ids["account"] = account.rpartition("/")[2]
        made = self.post(admin, "/manage/people", id=self.ids["bureau"], name="林曦", role="section")
        assert made.ok, made.text()[:500]
        admin.goto(f"/manage/organisations?id={self.ids['bureau']}")
        person = admin.get_by_role("link", name="林曦").first.get_attribute("href") or ""
        self.ids["person"] = person.rpartition("/")[2]
        self._read_names(admin)

    def _read_names(self, admin: Page) -> None:
        """Read the register: people and their offices, who may stand in for somebody."""
        admin.goto(f"/manage/people/{self.ids['person']}")
        rows = admin.locator("select[name=substitute] option").all_text_contents()
        offices = admin.locator("select[name=organisation] option").all_text_contents()
        self.names |= {
            one.strip() for row in (*rows, *offices) for one in (row, *row.rstrip("）").split("（"))
        }
        self.names |= {"林曦", "沈禾"}

    def _review(self) -> None:
        """Claim three tasks: one stays in hand, one is lent, on one somebody is asked to sign."""
        section = self.enter("section")
        names = ("held", "lent", "asked")
        for name, task in zip(names, self.rows(section, "view=group"), strict=False):
            self.ids[name] = task
            assert self.post(section, f"/tasks/{task}/claim").ok
        self.ids["again"] = (self.rows(section, "state=returned") or [self.ids["held"]])[0]
        self.ids["instance"] = self.instance(section, self.ids["held"])
        self.ids["filed"] = section.locator("a[href*='/filed/']").first.get_attribute("href") or ""
        section.goto("/projects?stage=self_evaluation")
        project = section.locator("main td a[href*='/projects/']").first.get_attribute("href") or ""
        self.ids["project"] = project.rpartition("/")[2]
        assert self.post(section, f"/tasks/{self.ids['lent']}/delegate", to=self.ids["person"]).ok
        office = self.enter("performance").locator(".bh-me .bh-hide-s").evaluate("one => one.firstChild.data")
        section.goto(f"/tasks/{self.ids['asked']}/signers?who={office}")
        signer = section.locator("input[name=to]").first.get_attribute("value") or ""
        assert self.post(section, f"/tasks/{self.ids['asked']}/signers", to=signer, where="before").ok

    def _fill_in(self) -> None:
        """Claim a form, put a file beside it, look at one that was filed."""
        preparer = self.enter("preparer")
        form = self.ids["form"] = self.rows(preparer, "view=group&q=填报自评表")[0]
        assert self.post(preparer, f"/tasks/{form}/claim").ok
        paper = {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"}
        put = self.post(preparer, f"/tasks/{form}/attachments", file=paper)
        assert put.ok, put.text()[-900:]
        done = self.ids["done"] = self.rows(preparer, "view=done&q=自评")[0]
        self.ids["ended"] = self.instance(preparer, done)
        sent = self.rows(preparer, "view=sent")
        self.ids["sent"] = next(one for one in sent if self._may_be_urged(preparer, one))

    def _may_be_urged(self, page: Page, task: str) -> bool:
        page.goto(f"/inbox?view=sent&task={task}")
        return page.locator(".bh-acts a[href*='/urge']").count() > 0

    def _sign(self) -> None:
        """Claim three signatures of the same kind; one is ready to be handed in."""
        head = self.enter("unit_head")
        for task in self.rows(head, "view=group")[:3]:
            self.ids["short"] = task
            assert self.post(head, f"/tasks/{task}/claim").ok
        head.goto(f"/tasks/{self.ids['short']}/form")
        for choice in head.locator("form#form select:visible").all():
            choice.select_option(index=1)
        head.get_by_role("button", name="检查并提交").first.click()
        head.wait_for_url("**/answers")

    def _ask_for_codes(self) -> None:
        """Turn the second factor of somebody on, and stop where its code is asked for."""
        expert = self.enter("expert")
        expert.goto("/me/factor")
        secret = expert.locator("input[name=secret]").get_attribute("value") or ""
        code = pyotp.TOTP(secret).now()
        assert self.post(expert, "/me/factor", secret=secret, code=code, password=PASSWORD).ok
        stopped = self.enter("factor")
        stopped.goto("/sign-in")
        stopped.fill("#login", "expert")
        stopped.fill("#password", PASSWORD)
        stopped.keyboard.press("Enter")
        stopped.wait_for_url("**/sign-in/code**")

    def _import(self) -> None:
        """Bring an office with one person in from a sheet, and wait for it."""
        book, kept = load_workbook(BytesIO(sheets.template())), BytesIO()
        book["单位"].append(("Z9", "导入的单位", "部门", ""))
        book["人员"].append(("Z9-1", "何导入", "Z9", "填报人", "2021-02-01", "", "hedaoru"))
        book.save(kept)
        self.names |= {"导入的单位", "何导入"}
        admin = self.enter("admin")
        file = {"name": "people.xlsx", "mimeType": "application/octet-stream", "buffer": kept.getvalue()}
        made = self.post(admin, "/manage/import", file=file, sure="yes")
        assert made.ok and re.search(r"/import/\d+$", made.url), made.text()[-900:]
        self.ids["import"] = "/manage" + made.url.partition("/manage")[2]
        admin.goto(self.ids["import"])
        admin.get_by_text("已导入").first.wait_for()

    def _tell(self) -> None:
        """Let another system be told, and wait for what became of a test."""
        admin = self.enter("admin")
        sent = {"name": "总线", "address": "https://bus.invalid/in", "type": "ledger.*"}
        made = self.post(admin, "/manage/systems/receivers", **sent)
        number = re.search(r"receivers/(\d+)/test", made.text())
        assert number, made.text()[:500]
        self.ids["receiver"] = number[1]
        self.names |= {"总线"}
        assert self.post(admin, f"/manage/systems/receivers/{number[1]}/test").ok
        admin.goto(f"/manage/systems/receivers/{number[1]}")
        self.ids["delivery"] = admin.locator("a[href*='/deliveries/']").first.get_attribute("href") or ""

    def _visit(self) -> None:
        """Find a department and a project as a citizen does."""
        nobody = self.enter("nobody")
        nobody.goto("/public/shawan/2020/results/")
        for name in ("public_department", "public_project"):
            nobody.locator("tbody th a").first.click()
            self.ids[name] = "/public/" + nobody.url.partition("/public/")[2]

    def _hear(self) -> None:
        """Let another system call about a project that nobody knows."""
        admin = self.enter("admin")
        admin.goto(self.ids["delivery"])
        at = moment(admin.locator("main").text_content())
        sent = {"name": "一体化系统", "call_type": "payment.progress"}
        made = self.post(admin, "/manage/systems/sources", **sent).text()
        found, key = re.search(r"/api/in/(\d+)", made), re.search(r"whsec_[\w+/=]+", made)
        assert found and key, made[:500]
        self.ids["source"] = found[1]
        self.names |= {"一体化系统"}
        rows = [{"project": "OLD-1", "executed_amount": 1}]
        data = {"year": at.year, "as_of": f"{at.year}-01-01", "rows": rows}
        answer = call(admin, found[0], key[0], at, "payment.progress", data)
        assert answer.status == 202, answer.text()
        admin.goto("/manage/systems/quarantine")
        while not admin.locator("a[href*='/calls/']").count():
            admin.wait_for_timeout(500)
            admin.reload()
        self.ids["call"] = admin.locator("a[href*='/calls/']").first.get_attribute("href") or ""

    def strike(self) -> None:
        """Turn the second factor off again: other tests sign in as its owner."""
        assert self.post(self.enter("expert"), "/me/factor/off", password=PASSWORD).ok
