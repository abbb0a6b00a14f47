"""The door of the console."""

import pytest

from store.people import AuditEntry, Clinician, ClinicianWebSession
from tests.console.house import DANA, PASSWORD, Browser, Clock, House, open_house


def test_nobody_sees_a_page_without_logging_in(house: House) -> None:
    conversation = house.crisis("Maya", "I plan to do it on Sunday", "plan to do it")
    stranger = house.browser()
    for path in ("/console/", f"/console/conversations/{conversation}", "/console/patients", "/console/keys"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/login")
    assert stranger.get("/console/events").status_code == 401


def test_a_clinician_logs_in_and_out(house: House) -> None:
    dana = house.browser().entered()
    page = dana.get()
    assert page.status_code == 200
    assert "Dana Reyes" in page.text
    assert dana.post("/console/logout", {"csrf": dana.field(page.text, "csrf")}).status_code == 303
    assert dana.get().status_code == 303
    assert house.rows(ClinicianWebSession) == []


def test_the_cookie_is_out_of_reach_and_stays_at_home(house: House) -> None:
    cookie = house.browser().log_in().headers["set-cookie"].lower()
    assert "afterglow_clinician=" in cookie
    assert {"httponly", "path=/console", "samesite=strict"} <= {part.strip() for part in cookie.replace(",", ";").split(";")}
    assert "secure" not in cookie


def test_over_https_the_cookie_is_secure(tmp_path, clock: Clock) -> None:
    house = open_house(tmp_path, clock, PUBLIC_URL="https://afterglow.example")
    browser = house.browser()
    browser.client.base_url = "https://testserver"
    assert "; secure" in browser.log_in().headers["set-cookie"].lower()


def test_only_the_tokens_hash_is_kept(house: House) -> None:
    dana = house.browser().entered()
    [row] = house.rows(ClinicianWebSession)
    assert row.token_hash != dana.client.cookies["afterglow_clinician"]


def test_every_refusal_reads_the_same(house: House) -> None:
    browser = house.browser()
    wrong, unknown = browser.log_in(DANA, "not the password"), browser.log_in("nobody@clinic.example", PASSWORD)
    with house.store.write() as session:
        session.get_one(Clinician, house.clinicians[DANA]).active = False
    inactive = browser.log_in()
    assert [one.status_code for one in (wrong, unknown, inactive)] == [401, 401, 401]
    words = {one.text.split('role="alert">')[1].split("<")[0] for one in (wrong, unknown, inactive)}
    assert len(words) == 1


def test_after_five_wrong_passwords_the_right_one_does_not_help_for_a_growing_while(house: House, clock: Clock) -> None:
    browser = house.browser()
    for _ in range(5):
        assert browser.log_in(DANA, "wrong wrong wrong").status_code == 401
    assert browser.log_in().status_code == 401
    clock.forward(seconds=31)
    assert browser.log_in(DANA, "wrong wrong wrong").status_code == 401
    clock.forward(seconds=31)
    assert browser.log_in().status_code == 401, "the second wait is twice as long"
    clock.forward(seconds=30)
    assert browser.log_in().status_code == 303
    [row] = [one for one in house.rows(Clinician) if one.email == DANA]
    assert row.failed_logins == 0


def test_a_colleague_is_not_locked_out_by_anothers_failures(house: House) -> None:
    for _ in range(6):
        house.browser().log_in(DANA, "wrong wrong wrong")
    assert house.browser().log_in("omar@clinic.example").status_code == 303


def test_a_login_form_from_elsewhere_is_refused(house: House) -> None:
    browser = house.browser()
    form = {"csrf": "made up", "email": DANA, "password": PASSWORD}
    assert browser.post("/console/login", form).status_code == 403
    seal = browser.field(browser.get("/console/login").text, "csrf")
    foreign = browser.client.post("/console/login", data={**form, "csrf": seal}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    stolen = house.browser().post("/console/login", {**form, "csrf": seal})
    assert stolen.status_code == 403, "the form belongs to the browser it was shown in"


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_form_from_another_site_changes_nothing(house: House, dana: Browser, origin: str) -> None:
    conversation = house.crisis("Maya", "I plan to do it on Sunday", "plan to do it")
    csrf = dana.field(dana.card(conversation), "csrf")
    answer = dana.post(f"/console/conversations/{conversation}/acknowledge", {"csrf": csrf}, Origin=origin)
    assert answer.status_code == 403
    assert house.conversation(conversation).owner_version == 1


def test_a_form_without_the_browsers_own_token_is_refused(house: House, dana: Browser) -> None:
    conversation = house.crisis("Maya", "I plan to do it on Sunday", "plan to do it")
    other = house.browser().entered("omar@clinic.example")
    theirs = other.field(other.card(conversation), "csrf")
    for token in ("", "x", theirs):
        assert dana.post(f"/console/conversations/{conversation}/take-over", {"csrf": token}).status_code == 403
    header = dana.field(dana.card(conversation), "csrf")
    assert dana.post("/console/active", {}, **{"X-CSRF-Token": header}).status_code == 204


def test_an_idle_browser_is_logged_out_and_an_active_one_is_not(house: House, clock: Clock, dana: Browser) -> None:
    for _ in range(4):
        clock.forward(minutes=14)
        assert dana.get().status_code == 200
    clock.forward(minutes=15, seconds=1)
    answer = dana.get()
    assert answer.headers["location"] == "/console/login?ended=1"
    assert "Alerts do not reach this screen" in dana.get("/console/login?ended=1").text


def test_a_page_that_refreshes_itself_is_not_an_active_person(house: House, clock: Clock, dana: Browser) -> None:
    for _ in range(2):
        clock.forward(minutes=7)
        assert dana.get("/console/", **{"X-Afterglow-Live": "1"}).status_code == 200
    clock.forward(minutes=2)
    assert dana.get("/console/", **{"X-Afterglow-Live": "1"}).status_code == 401


def test_after_twelve_hours_the_day_is_over_however_busy_it_was(house: House, clock: Clock, dana: Browser) -> None:
    for _ in range(12 * 6 - 1):
        clock.forward(minutes=10)
        assert dana.get("/console/keys").status_code == 200
    clock.forward(minutes=10)
    assert dana.get("/console/keys").status_code == 303


def test_logins_and_refusals_are_on_record_without_the_password(house: House) -> None:
    house.browser().log_in(DANA, "a secret I typed")
    house.browser().entered()
    entries = [(one.action, one.detail) for one in house.rows(AuditEntry)]
    assert entries == [("login_refused", ""), ("login", "")]


def test_nothing_foreign_may_run_load_or_frame_the_console(house: House, dana: Browser) -> None:
    for answer in (dana.get(), dana.get("/console/login"), dana.get("/console/static/console.js"), dana.get("/console/nowhere")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
    assert dana.get().headers["cache-control"] == "no-store"
