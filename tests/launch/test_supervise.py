"""What dies is started again, later each time; what was asked to stop stays down; a wrong setting ends the trying."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launch.backoff import Backoff
from launch.errors import SETTINGS_ERROR, LaunchError
from launch.processes import Service
from launch.supervise import Supervisor

SLEEPER = "import time; print('awake', flush=True); time.sleep(600)"


class Events:
    def __init__(self) -> None:
        self.seen: list[str] = []
        self.changed = threading.Condition()

    def __call__(self, name: str, text: str) -> None:
        with self.changed:
            self.seen.append(f"{name}: {text}")
            self.changed.notify_all()

    def wait_for(self, words: str, times: int = 1, seconds: float = 20) -> list[str]:
        with self.changed:
            assert self.changed.wait_for(lambda: sum(words in one for one in self.seen) >= times, seconds), self.seen
        return [one for one in self.seen if words in one]


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def supervisor(tmp_path: Path, events: Events) -> Iterator[Supervisor]:
    with Supervisor(tmp_path, event=events, backoff=Backoff(first=0.05, longest=0.4)) as running:
        yield running


def service(code: str, name: str = "thing") -> Service:
    return Service(name, [sys.executable, "-c", code], {}, Path("/"))


def gone(pid: int, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while Path(f"/proc/{pid}").exists():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def until(true: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


def test_a_killed_service_is_started_again(supervisor: Supervisor, events: Events) -> None:
    supervisor.start(service(SLEEPER))
    events.wait_for("started")
    first = supervisor.pid("thing")
    supervisor.kill("thing")
    events.wait_for("started", times=2)
    assert supervisor.pid("thing") != first
    assert "killed by SIGKILL" in events.wait_for("starting it again")[0]


def test_the_pause_before_a_new_start_grows_to_a_limit(supervisor: Supervisor, events: Events) -> None:
    supervisor.start(service("print('no'); raise SystemExit(3)"))
    told = events.wait_for("starting it again", times=5)
    assert [line.rpartition(" in ")[2] for line in told[:5]] == ["0.05 s", "0.1 s", "0.2 s", "0.4 s", "0.4 s"]
    assert "exit code 3: no" in told[0]


def test_a_service_that_lived_for_a_minute_begins_the_count_anew() -> None:
    backoff = Backoff()
    assert backoff.failures_after(7, lived=61) == 1
    assert [backoff.delay(n) for n in (1, 2, 3, 99)] == [0.5, 1.0, 2.0, 30.0]


def test_a_wrong_setting_is_not_tried_again(supervisor: Supervisor, events: Events) -> None:
    supervisor.start(service(f"print('PORT must be a number'); raise SystemExit({SETTINGS_ERROR})"))
    with pytest.raises(LaunchError, match="^PORT must be a number$") as fault:
        supervisor.start(Service("other", [sys.executable, "-c", SLEEPER], {}, Path("/"), "http://127.0.0.1:9/never"))
        supervisor.wait_ready("other", 20)
    assert fault.value.code == SETTINGS_ERROR
    time.sleep(0.3)
    assert len([one for one in events.seen if one == "thing: started"]) <= 1


def test_what_was_stopped_stays_down_until_it_is_started(supervisor: Supervisor, events: Events) -> None:
    supervisor.start(service(SLEEPER))
    events.wait_for("started")
    pid = supervisor.pid("thing")
    supervisor.stop("thing")
    assert pid
    assert gone(pid)
    time.sleep(0.4)
    assert supervisor.pid("thing") is None
    supervisor.start(service(SLEEPER))
    assert until(lambda: supervisor.pid("thing") is not None)


def test_one_that_does_not_listen_to_term_is_killed(supervisor: Supervisor, events: Events) -> None:
    supervisor.start(service("import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"))
    events.wait_for("started")
    pid = supervisor.pid("thing")
    assert until(lambda: supervisor.tail("thing") == ["deaf"])
    supervisor.stop("thing", within=0.2)
    assert pid
    assert gone(pid)


def test_helpers_of_a_service_go_with_it(supervisor: Supervisor) -> None:
    supervisor.start(service("import subprocess, time; print(subprocess.Popen(['sleep', '600']).pid, flush=True); time.sleep(600)"))
    assert until(lambda: bool(supervisor.tail("thing")) if supervisor.pid("thing") else False)
    helper = int(supervisor.tail("thing")[0])
    supervisor.kill("thing")
    assert gone(helper)


def test_its_words_go_to_its_log_and_to_whoever_follows(tmp_path: Path) -> None:
    heard: list[tuple[str, str]] = []
    with Supervisor(tmp_path, follow=lambda name, line: heard.append((name, line))) as supervisor:
        supervisor.start(service(SLEEPER))
        assert until(lambda: ("thing", "awake") in heard)
    assert (tmp_path / "thing.log").read_text() == "awake\n"


def test_the_end_takes_everything_along_the_last_started_first(tmp_path: Path, events: Events) -> None:
    with Supervisor(tmp_path, event=events) as supervisor:
        supervisor.start(service(SLEEPER, "first"))
        supervisor.start(service(SLEEPER, "second"))
        events.wait_for("started", times=2)
        pids = [supervisor.pid("first"), supervisor.pid("second")]
    assert all(pid and gone(pid) for pid in pids)
    assert [one for one in events.seen if "stopped" in one] == ["second: stopped", "first: stopped"]


def test_no_child_outlives_a_launcher_that_was_killed(tmp_path: Path) -> None:
    import subprocess

    code = (
        "import sys, time\nfrom pathlib import Path\nfrom launch.processes import Service\nfrom launch.supervise import Supervisor\n"
        f"with Supervisor(Path({str(tmp_path)!r})) as s:\n"
        f"    s.start(Service('thing', [sys.executable, '-c', {SLEEPER!r}], {{}}, Path('/')))\n"
        "    while not s.tail('thing') if s.pid('thing') else True: time.sleep(0.02)\n"
        "    print(s.pid('thing'), flush=True)\n    time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    child = int(parent.stdout.readline())
    assert Path(f"/proc/{child}").exists()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert gone(child)
