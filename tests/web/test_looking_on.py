"""Who only looks on at an instance: he may urge from its page, and is told there that it was done."""

import re
from uuid import uuid4

import pytest

from host.composition import Bihuan
from tests.web.desk import Desk, desk_on

TOKEN = re.compile(r'name="form_token" value="(\w+)"')


@pytest.fixture
def desk(bihuan: Bihuan) -> Desk:
    return desk_on(bihuan)


def test_the_bureau_urges_the_unit_from_the_page_of_the_instance(desk: Desk) -> None:
    client, address = desk.client("zhao"), f"/tasks/{desk.task_id}/urge?back=where"
    assert address in client.get(f"/instances/{desk.instance_id}").text

    page = client.get(address).text
    form = {"text": "请尽快填报。", "form_token": TOKEN.findall(page)[0]}
    done, again = client.post(address, data=form), client.post(address, data=form)

    assert f'href="/instances/{desk.instance_id}"' in page
    assert done.location == f"/instances/{desk.instance_id}?did=urged"
    assert "已催办" in client.get(done.location).text
    assert again.status_code == 409 and "一小时内已催办过" in again.text


def test_nobody_urges_himself_nor_a_task_out_of_his_sight(desk: Desk) -> None:
    holder, stranger = desk.client("zhang"), desk.client("wang")
    token = TOKEN.findall(holder.get(f"/instances/{desk.instance_id}").text)[0]
    holder.post(f"/tasks/{desk.task_id}/claim", data={"form_token": token})

    assert "/urge?back=where" not in holder.get(f"/instances/{desk.instance_id}").text
    assert stranger.get(f"/tasks/{desk.task_id}/urge?back=where").status_code == 404
    assert holder.get(f"/tasks/{uuid4()}/urge?back=where").status_code == 404


def test_the_page_can_be_printed(desk: Desk) -> None:
    assert "data-print" in desk.client("zhang").get(f"/instances/{desk.instance_id}").text
