"""Real gateways for the tests of this room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.house import House, open_house, with_twilio
from tests.gateway.pager_house import Mailbox, mail_server
from tests.gateway.twilio import Texts, twilio_stand_in


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A gateway whose Rasa is not there: what it must do by itself."""
    with open_house(tmp_path) as house:
        yield house


@pytest.fixture
def texts() -> Iterator[Texts]:
    with twilio_stand_in() as texts:
        yield texts


@pytest.fixture
def phone_house(tmp_path: Path, texts: Texts) -> Iterator[House]:
    """The same with a Twilio account."""
    with open_house(tmp_path, **with_twilio(texts.url)) as house:
        yield house


@pytest.fixture(scope="module")
def post() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def mail(post: Mailbox) -> Mailbox:
    post.mails.clear()
    post.refuse, post.swallow = {}, 0
    return post
