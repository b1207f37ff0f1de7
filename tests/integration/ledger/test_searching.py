"""Full-text search: cut into pairs of letters alike here and in the database; what is found holds the words."""

import pytest
from sqlalchemy import text

from engine.uow import UnitOfWork
from ledger.searching import excerpt, query_of, words_of

SAID = "农村公路养护工程(二期)项目 SW2022-0412,含桥梁50%的\\加固'费"


@pytest.mark.parametrize(
    "asked",
    ["公路", "公路养护", "养", "期", "费", "二期", "0412", "sw2022-0412", "桥梁 公路", "50%", "\\加固'费"],
)
def test_what_the_text_holds_is_found(uow: UnitOfWork, asked: str) -> None:
    assert found(uow, asked)


@pytest.mark.parametrize("asked", ["养路", "水利", "公路 水利", "程二", "0413", "利"])
def test_what_it_does_not_hold_is_not(uow: UnitOfWork, asked: str) -> None:
    assert not found(uow, asked)


def found(uow: UnitOfWork, asked: str) -> bool:
    values = {"said": SAID, "asked": query_of(words_of(asked))}
    return bool(uow.session.scalar(text("select app.bigrams(:said) @@ cast(:asked as tsquery)"), values))


def test_texts_are_taken_from_any_depth_of_a_form(uow: UnitOfWork) -> None:
    said = uow.session.scalar(
        text("""select app.text_of('{"a": "甲", "rows": [{"b": "乙", "n": 3}, {"b": null}]}')""")
    )
    assert said == "甲 乙"


def test_an_excerpt_shows_the_word_with_a_little_around_it() -> None:
    before, word, after = excerpt("前" * 50 + "桥梁" + "后" * 50, ["桥梁"])

    assert (before[0], word, after[-1]) == ("…", "桥梁", "…") and len(before) == len(after) == 33
