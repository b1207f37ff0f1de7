"""What the public reads: what was approved for disclosure and nothing else, without signing in, kept by caches."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import delete, update

from engine.model.instances import ProcessInstance
from host.composition import Bihuan
from host.web.public.export import export
from ledger.disclosing import telling
from ledger.model.filings_result import Disclosure
from ledger.model.filings_self_evaluation import SelfEvaluation
from ledger.policies_in_force import places
from tests.integration.engine.committee import statements
from tests.integration.engine.stage import UNIT
from tests.web.disclosed_county import APPROVED_AT, disclose, disclose_one
from tests.web.results_county import FILED, settle_results
from tests.web.serving import serve
from tests.web.small_county import OTHER_UNIT, sign_in

HERE = "/public/riverside"
MOST_STATEMENTS = 9
NEVER = ("人101", "人102", "13912345678", "已核对", "opinion")


@pytest.fixture
def disclosing(county: Flask, bihuan: Bihuan) -> Flask:
    """The county with its disclosure switched on, one department's packages approved."""
    with bihuan.unit_of_work() as uow:
        settle_results(uow)
        uow.session.execute(delete(Disclosure))
        uow.session.execute(update(SelfEvaluation).values(recorded_at=FILED))
        disclose_one(uow)
    bihuan.settings = replace(bihuan.settings, public=("riverside",))
    return serve(bihuan)


@pytest.fixture
def citizen(disclosing: Flask) -> FlaskClient:
    return disclosing.test_client()


def test_a_citizen_reads_sums_departments_and_five_answers(citizen: FlaskClient) -> None:
    assert citizen.get("/public/").headers["Location"].endswith(f"{HERE}/")
    results = citizen.get(f"{HERE}/2021/results/").text
    department = citizen.get(f"{HERE}/2021/results/D01").text
    project = citizen.get(f"{HERE}/2021/projects/N1").text

    assert "2 个项目" in results and "180.00" in results and "农业农村局" in results
    assert "渠道维修" in department
    for question in ("花了多少钱？", "办成了什么？", "群众满意吗？", "哪里没做好？", "谁评的？"):
        assert question in project
    assert "用了 90.00%" in project and "96%（目标 ≥90%）" in project and "汛期停工" in project
    assert "2 项指标，1 项全部完成" in project and "94.00" in project


def test_what_was_not_approved_is_nowhere(citizen: FlaskClient) -> None:
    for kind in ("results", "targets"):
        assert "水利局" not in citizen.get(f"{HERE}/2021/{kind}/").text
        assert citizen.get(f"{HERE}/2021/{kind}/D02").status_code == 404
        assert "水库加固" not in citizen.get(f"{HERE}/2021/{kind}/?q=水库").text
        said = citizen.get(f"/api/v1/public/riverside/2021/{kind}").json
        assert said and {one["code"] for one in said["projects"]} == {"N1", "N2"}
    assert citizen.get(f"{HERE}/2021/projects/S2").status_code == 404


@pytest.mark.parametrize(
    "draft",
    [
        {"status": "running"},
        {"status": "terminated"},
        {"conclusion": None},
        {"conclusion": "退回"},
        {"secrecy": False},
        {"secrecy": None},
        {"at": FILED - timedelta(days=1)},
    ],
)
def test_a_package_in_any_other_state_shows_nothing(
    citizen: FlaskClient, bihuan: Bihuan, draft: dict[str, object]
) -> None:
    with bihuan.unit_of_work() as uow:
        uow.session.execute(delete(Disclosure).where(Disclosure.organisation_id == OTHER_UNIT))
        disclose(uow, OTHER_UNIT, "result", **draft)  # type: ignore[arg-type]

    assert citizen.get(f"{HERE}/2021/results/D02").status_code == 404


def test_what_changed_after_the_approval_waits_for_another(citizen: FlaskClient, bihuan: Bihuan) -> None:
    later = APPROVED_AT + timedelta(days=1)
    with bihuan.unit_of_work() as uow:
        again = update(SelfEvaluation).where(SelfEvaluation.project_id == 1)
        uow.session.execute(again.values(recorded_at=later))

    assert "渠道维修" not in citizen.get(f"{HERE}/2021/results/D01").text
    with bihuan.unit_of_work() as uow:
        disclose(uow, UNIT, "result", at=later)
    assert "渠道维修" in citizen.get(f"{HERE}/2021/results/D01").text


def test_a_review_that_was_taken_back_takes_the_pages_back(citizen: FlaskClient, bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        uow.session.execute(update(ProcessInstance).values(status="running"))

    assert citizen.get(f"{HERE}/2021/results/").status_code == 404
    assert "还没有公开的内容" in citizen.get(f"{HERE}/").text


def test_no_person_is_named_and_no_number_of_one_is_said(citizen: FlaskClient) -> None:
    pages = [f"{HERE}/", f"{HERE}/2021/results/", f"{HERE}/2021/targets/D01", f"{HERE}/2021/projects/N1"]
    pages.append("/api/v1/public/riverside/2021/results")
    for page in pages:
        text = citizen.get(page).text
        assert not [one for one in NEVER if one in text], page
    assert "（已隐去）" in citizen.get(f"{HERE}/2021/projects/N1").text
    assert telling.without_persons("身份证 11010519491231002X，a.b@c.cn，共 12345 人") == (
        "身份证 （已隐去），（已隐去），共 12345 人"
    )


def test_a_place_that_is_not_switched_on_has_no_page(
    county: Flask, disclosing: Flask, bihuan: Bihuan
) -> None:
    bihuan.settings = replace(bihuan.settings, public=())
    client = serve(bihuan).test_client()

    for page in ("/", "/2021/results/", "/2021/results/D01", "/2021/projects/N1"):
        assert client.get(HERE + page).status_code == 404, page
    assert client.get("/api/v1/public/riverside/2021/results").status_code == 404
    assert "riverside" not in client.get("/public/").text


def test_caches_keep_a_page_and_ask_after_it(citizen: FlaskClient) -> None:
    first = citizen.get(f"{HERE}/2021/results/")
    packed = citizen.get(f"{HERE}/2021/results/", headers={"Accept-Encoding": "gzip"})

    assert first.headers["Cache-Control"] == "public, max-age=300" and "Set-Cookie" not in first.headers
    assert not {"Accept-Language", "HX-Request"} & set(re.split(r",\s*", first.headers.get("Vary", "")))
    for tag in (first.headers["ETag"], packed.headers["ETag"]):
        again = citizen.get(f"{HERE}/2021/results/", headers={"If-None-Match": tag})
        assert again.status_code == 304 and not again.data
    assert citizen.get(f"{HERE}/1999/results/").headers["Cache-Control"] == "no-store"


def test_pages_take_a_bounded_number_of_statements(citizen: FlaskClient, bihuan: Bihuan) -> None:
    for page in ("/", "/2021/results/?q=渠", "/2021/targets/", "/2021/results/D01", "/2021/projects/N1"):
        with statements(bihuan, scopes=True) as said:
            assert citizen.get(HERE + page).status_code == 200
        assert len(said) <= MOST_STATEMENTS, "\n".join(said)


def test_the_address_says_the_language_and_each_page_leads_to_itself_in_the_other(
    citizen: FlaskClient,
) -> None:
    english = {"Accept-Language": "en"}
    for page in ("/", "/2021/results/", "/2021/results/?q=渠", "/2021/results/D01", "/2021/projects/N1"):
        here = citizen.get(HERE + page, headers=english).text
        there = re.search(r'lang="en" hreflang="en"[^>]*>English<|href="([^"]+)" lang="en"', here)
        assert '<html lang="zh-CN">' in here and there and there[1]
        said = citizen.get(there[1].replace("&amp;", "&")).text
        assert '<html lang="en">' in said and 'hreflang="zh-CN">中文<' in said
        back = re.search(r'<link rel="alternate" hreflang="zh-CN" href="([^"]+)"', said)
        assert back and citizen.get(back[1].replace("&amp;", "&")).text == here
        links = re.findall(r'href="(/public/[^"]+)"', said)
        assert len([one for one in links if f"{HERE}/en/" not in one]) == 2, "the alternate and the switch"
    assert '<span lang="zh-CN">' in said
    assert citizen.get(f"{HERE}/en/1999/results/").status_code == 404
    assert citizen.get("/public/", headers=english).headers["Location"].endswith(f"{HERE}/en/")


def test_an_export_in_two_languages_leads_from_each_page_to_its_other(
    disclosing: Flask, bihuan: Bihuan, tmp_path: Path
) -> None:
    folder = tmp_path / "portal"
    with bihuan.unit_of_work() as uow:
        assert export(disclosing, uow.session, places(uow.session)[0], folder, ["zh", "en"]) == 14

    for page in sorted(folder.rglob("*.html")):
        text, english = page.read_text(encoding="utf-8"), "en" in page.relative_to(folder).parts
        assert f'<html lang="{"en" if english else "zh-CN"}">' in text
        for link in re.findall(r'href="(?!data:)([^"#]+)"', text):
            assert (page.parent / link).resolve().is_file(), (page, link)
        other = re.search(rf'hreflang="{"zh-CN" if english else "en"}" href="([^"]+)"', text)
        assert other and (page.parent / other[1]).resolve() != page.resolve()


def test_an_export_links_to_itself_and_nowhere_else(
    disclosing: Flask, bihuan: Bihuan, tmp_path: Path
) -> None:
    folder = tmp_path / "portal"
    with bihuan.unit_of_work() as uow:
        number = export(disclosing, uow.session, places(uow.session)[0], folder)
        assert export(disclosing, uow.session, places(uow.session)[0], folder) == number
    pages = sorted(folder.rglob("*.html"))

    assert len(pages) == number == 7
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text and "<form" not in text and "style=" not in text
        for link in re.findall(r'href="(?!data:)([^"#]+)"', text):
            assert (page.parent / link).resolve().is_file(), (page, link)


def test_an_export_replaces_nothing_that_is_not_its_own(
    disclosing: Flask, bihuan: Bihuan, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("kept")
    with bihuan.unit_of_work() as uow, pytest.raises(Exception, match="别的文件"):
        export(disclosing, uow.session, places(uow.session)[0], tmp_path)

    assert (tmp_path / "mine.txt").read_text() == "kept"


def test_the_congress_gets_what_is_approved_and_who_is_missing(disclosing: Flask) -> None:
    client = disclosing.test_client()
    sign_in(client, "performance")
    page = client.get("/reports/congress?year=2021").text
    assert "还有 1 个部门没有审核同意" in page and "水利局" in page

    for kind, cells in (("targets", ["N1", "渠道维修"]), ("results", ["N1", "渠道维修"])):
        first, second = (client.get(f"/reports/congress/{kind}.zip?year=2021") for _ in range(2))
        assert first.data == second.data
        with ZipFile(BytesIO(first.data)) as packed:
            [document, sheet] = sorted(packed.namelist())
            assert document.endswith(".docx")
            book = load_workbook(BytesIO(packed.read(sheet)))
        rows = [[cell.value for cell in row] for row in book["项目"].rows]
        assert len(rows) == 3 and rows[1][:2] == cells
        kinds = {cell.data_type for row in book["项目"].iter_rows() for cell in row}
        assert kinds == {"s"}
    package = client.get("/api/v1/congress-package?year=2021&kind=results")
    assert package.content_type == "application/zip" and package.data.startswith(b"PK")
    assert client.get("/reports/congress/results.zip?year=1999").status_code == 404
    assert client.get("/reports/congress/x.zip?year=2021").status_code == 404
