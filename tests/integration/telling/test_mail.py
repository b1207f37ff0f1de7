"""Letters by mail: what is in them, over which connection, and what becomes of those that are not taken."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.clock import VirtualClock
from engine.model.tasks import UserTask
from host.composition import Bihuan
from host.telling import contacts, letters, sending
from host.telling.channels import mail
from host.telling.sending import Postman
from host.workers.jobs import pack_some, sweep
from tests.integration.telling.mailbox import HOST, LOGIN, PASSWORD, Mailbox
from tests.integration.telling.scene import ADDRESS, HEAD, PREPARER, come, made, post, reachable, rows, told
from tests.integration.webhooks.authority import Authority

pytestmark = pytest.mark.usefixtures("county")


def test_a_reminder_reaches_the_address_as_text_and_html_with_the_way_to_the_task(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan)
    task = made(bihuan)
    come(bihuan, clock, task, -10)

    assert sweep(bihuan.unit_of_work)["letters"]
    post(bihuan, postman)

    [letter] = mailbox.got
    assert letter["Subject"] == f"提醒：“{task.name}”10 天后到期"
    assert (letter["To"], letter["Auto-Submitted"]) == (f"人{PREPARER} <{ADDRESS}>", "auto-generated")
    link = f"https://bihuan.example.test/inbox?task={task.id}"
    for kind in ("plain", "html"):
        part = letter.get_body((kind,))
        assert part and link in part.get_content() and "2021-03-31" in part.get_content()
    assert not sweep(bihuan.unit_of_work)["letters"]
    assert rows(bihuan, "select status, attempts from app.letter") == [("delivered", 1)]


def test_everything_that_is_due_at_once_is_one_letter(
    bihuan: Bihuan, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan)
    reachable(bihuan, HEAD, "head@example.test")
    told(bihuan, count=12)
    told(bihuan, person_id=HEAD)

    post(bihuan, postman)

    assert sorted(str(one["Subject"]) for one in mailbox.got) == ["您有 12 条消息", "赵六退回，请办“”"]


def test_only_the_kinds_that_were_asked_for_go_out(
    bihuan: Bihuan, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan, kinds=["return"])
    told(bihuan, "urge")
    told(bihuan, "return")

    post(bihuan, postman)

    assert len(mailbox.got) == 1
    assert len(rows(bihuan, "select * from app.message")) == 2


def test_what_is_done_by_then_is_not_sent_and_says_why(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan, digest_hour=20)
    task = made(bihuan)
    come(bihuan, clock, task, -10)
    with bihuan.unit_of_work() as uow:
        uow.session.execute(update(UserTask).where(UserTask.id == task.id).values(status="completed"))
    clock.set(clock.now() + timedelta(days=1))

    post(bihuan, postman)

    assert not mailbox.got
    assert rows(bihuan, "select status, reason from app.delivery") == [("skipped", "task_completed")]


def test_a_letter_that_waits_for_a_server_drops_what_is_done_meanwhile(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan)
    task = made(bihuan)
    come(bihuan, clock, task, -10)
    mailbox.busy = True
    post(bihuan, postman)
    with bihuan.unit_of_work() as uow:
        uow.session.execute(update(UserTask).where(UserTask.id == task.id).values(status="completed"))
    mailbox.busy = False
    clock.set(clock.now() + timedelta(hours=1))

    post(bihuan, postman)

    assert not mailbox.got
    assert rows(bihuan, "select status, attempts from app.letter") == [("dropped", 2)]


def test_a_refused_address_bounces_and_nothing_goes_there_until_it_is_confirmed_anew(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan)
    reachable(bihuan, HEAD, "head@example.test")
    mailbox.refuses = {ADDRESS}
    told(bihuan)
    told(bihuan, person_id=HEAD)
    post(bihuan, postman)

    assert [one["To"] for one in mailbox.got] == [f"人{HEAD} <head@example.test>"], (
        "the others are not held up"
    )
    assert rows(bihuan, "select status, told from app.letter order by status") == [
        ("delivered", "已交给邮件服务器"),
        ("refused", "550 no such user here"),
    ]
    told(bihuan)
    post(bihuan, postman)
    assert len(rows(bihuan, "select * from app.delivery")) == 2
    bounced = "select m.person_id from app.message m join app.notification n on n.id = m.notification_id"
    assert rows(bihuan, f"{bounced} where n.kind = 'bounced'") == [(PREPARER,)], "told in the pages"

    mailbox.refuses = set()
    with bihuan.unit_of_work() as uow:
        _, code = contacts.ask_code(uow, PREPARER, ADDRESS)
    with bihuan.unit_of_work() as uow:
        assert contacts.confirm(uow, PREPARER, code)
    told(bihuan)
    post(bihuan, postman)
    assert len(mailbox.got) == 2


def test_a_server_that_does_not_like_us_makes_no_address_bounce(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan)
    mailbox.refuses, mailbox.refusal = {ADDRESS}, "550 5.7.1 relaying denied"
    told(bihuan)
    post(bihuan, postman)
    assert rows(bihuan, "select status, told from app.letter") == [("planned", mailbox.refusal)]

    mailbox.refuses = set()
    clock.set(clock.now() + timedelta(minutes=2))
    post(bihuan, postman)

    assert len(mailbox.got) == 1


def test_a_server_that_is_gone_for_a_day_gets_everything_once_by_id(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    people = [PREPARER, HEAD]
    for one in people:
        reachable(bihuan, one, f"p{one}@example.test")
    mailbox.close()
    back = clock.now() + timedelta(hours=24)
    while clock.now() < back:
        if clock.now().hour % 6 == 0 and clock.now().minute == 0:
            for one in people:
                told(bihuan, person_id=one)
        post(bihuan, postman)
        clock.set(clock.now() + timedelta(minutes=10))
    planned = rows(bihuan, "select id from app.letter")

    mailbox.open()
    for _ in range(26 * 6):
        post(bihuan, postman)
        clock.set(clock.now() + timedelta(minutes=10))

    assert len(planned) == 8
    assert sorted(mailbox.ids) == sorted(f"<{row.id}@example.test>" for row in planned)
    assert {row.status for row in rows(bihuan, "select status from app.letter")} == {"delivered"}


def test_nobody_waits_for_ever_and_the_dead_can_be_sent_again_under_the_same_id(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan)
    told(bihuan)
    mailbox.busy, began = True, clock.now()
    while not rows(bihuan, "select id from app.letter where status = 'dead'"):
        post(bihuan, postman)
        clock.set(clock.now() + timedelta(minutes=30))
        assert clock.now() - began < timedelta(hours=90)
    assert clock.now() - began > timedelta(hours=60)

    mailbox.busy = False
    [dead] = rows(bihuan, "select id from app.letter")
    with bihuan.unit_of_work() as uow:
        assert letters.replay(uow, [dead.id], by=uow.actor) == 1
    post(bihuan, postman)
    assert mailbox.ids == [f"<{dead.id}@example.test>"]


def test_a_postman_that_dies_between_sending_and_keeping_sends_again_with_the_same_id(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan)
    told(bihuan)
    pack_some(bihuan.unit_of_work)
    with bihuan.unit_of_work() as uow:
        claimed, _ = letters.claim(uow)
    sending.send(postman, claimed, clock.now())

    post(bihuan, postman)
    assert len(mailbox.ids) == 1, "leased"
    clock.set(clock.now() + letters.LEASE + timedelta(seconds=1))
    post(bihuan, postman)
    assert len(mailbox.ids) == 2
    assert len(set(mailbox.ids)) == 1


def test_a_slow_server_gets_what_it_can_take_within_the_lease_and_the_rest_later(
    bihuan: Bihuan,
    clock: VirtualClock,
    mailbox: Mailbox,
    postman: Postman,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reachable(bihuan)
    told(bihuan)
    assert letters.LEASE.total_seconds() > mail.LONGEST_BATCH + 5 * mail.PATIENCE
    monkeypatch.setattr(mail, "LONGEST_BATCH", -1)
    post(bihuan, postman)
    [row] = rows(bihuan, "select told, status from app.letter")
    assert "稍后再发" in row.told and row.status == "planned" and not mailbox.got

    monkeypatch.undo()
    clock.set(clock.now() + timedelta(minutes=2))
    post(bihuan, postman)

    assert len(mailbox.got) == 1


def test_tls_from_the_first_byte_works_too(bihuan: Bihuan, authority: Authority, postman: Postman) -> None:
    mailbox = Mailbox(authority.certificate(HOST), implicit=True)
    mailbox.open()
    assert postman.mailer
    reachable(bihuan)
    told(bihuan)
    try:
        post(bihuan, replace(postman, mailer=replace(postman.mailer, port=mailbox.port, security="tls")))
    finally:
        mailbox.close()

    assert len(mailbox.got) == 1


def test_a_server_that_wants_a_password_gets_it_and_a_wrong_one_says_so(
    bihuan: Bihuan, authority: Authority, postman: Postman
) -> None:
    mailbox = Mailbox(authority.certificate(HOST), signing_in=True)
    mailbox.open()
    assert postman.mailer
    mailer = replace(postman.mailer, port=mailbox.port, login=LOGIN, password=PASSWORD)
    reachable(bihuan)
    told(bihuan)
    try:
        post(bihuan, replace(postman, mailer=replace(mailer, password="wrong")))
        [row] = rows(bihuan, "select told, status from app.letter")
        assert "BIHUAN_SMTP_PASSWORD" in row.told and row.status == "planned"
        with bihuan.unit_of_work() as uow:
            uow.session.execute(update(letters.LETTER).values(next_attempt_at=uow.now()))
        post(bihuan, replace(postman, mailer=mailer))
    finally:
        mailbox.close()

    assert len(mailbox.got) == 1
    assert set(mailbox.logins) == {LOGIN}


def test_another_hosts_certificate_and_an_inner_network_are_refused_before_a_letter_leaves(
    bihuan: Bihuan, authority: Authority, mailbox: Mailbox, postman: Postman
) -> None:
    assert postman.mailer
    stranger = Mailbox(authority.certificate("mail.elsewhere.test"))
    stranger.open()
    reachable(bihuan)
    told(bihuan)
    try:
        post(bihuan, replace(postman, mailer=replace(postman.mailer, port=stranger.port)))
    finally:
        stranger.close()
    [row] = rows(bihuan, "select told from app.letter")
    assert "SSLCertVerificationError" in row.told

    with bihuan.unit_of_work() as uow:
        uow.session.execute(update(letters.LETTER).values(next_attempt_at=uow.now()))
    post(bihuan, replace(postman, mailer=replace(postman.mailer, allowed=())))
    [row] = rows(bihuan, "select told from app.letter")
    assert "BIHUAN_WEBHOOK_NETWORKS" in row.told
    assert not mailbox.got and not stranger.got


def test_a_letter_whose_every_attempt_killed_its_worker_is_given_up(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan)
    told(bihuan)
    pack_some(bihuan.unit_of_work)
    for _ in range(len(letters.PAUSES) + 1):
        with bihuan.unit_of_work() as uow:
            assert letters.claim(uow)[1] == 1
        clock.set(clock.now() + letters.LEASE + timedelta(seconds=1))

    post(bihuan, postman)

    assert not mailbox.got
    [row] = rows(bihuan, "select status, told from app.letter")
    assert row.status == "dead" and "进程反复退出" in row.told
