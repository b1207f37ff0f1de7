"""The pages on a small county."""

import pytest
from flask import Flask

from host.composition import Bihuan
from tests.web.serving import serve
from tests.web.small_county import settle


@pytest.fixture
def county(bihuan: Bihuan) -> Flask:
    """The application on a county that stands."""
    with bihuan.unit_of_work() as uow:
        settle(uow)
    return serve(bihuan)
