"""What several rooms' tests share: one Rasa with its actions for the whole run."""

from collections.abc import Iterator

import pytest

from launch.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Real Rasa, real actions. The model is trained when there is none that fits the files."""
    with Stack(tmp_path_factory.mktemp("stack"), services=("rasa", "actions"), demo=False) as running:
        yield running


@pytest.fixture(scope="session")
def rasa_url(stack: Stack) -> str:
    return stack.rasa_url
