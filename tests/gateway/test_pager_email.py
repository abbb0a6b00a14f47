"""The mail server is spoken to as it should be: logged in, over a line it can prove to be its own, or not at all."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.errors import SendFailed
from gateway.paging.alert import Alert
from gateway.paging.email import EmailWay
from store.errors import SettingsError
from store.page_settings import Smtp, read_page_settings
from tests.gateway.house import free_port
from tests.gateway.pager_house import Mailbox, awaited

ALERT = Alert("a" * 32, "page.0.email.ana", "page", "ana@clinic.example", "https://here.example/console", datetime.now(UTC))


@contextmanager
def server(port: int, **options: object) -> Iterator[Mailbox]:
    box = Mailbox()
    running = Controller(box, hostname="127.0.0.1", port=port, **options)  # type: ignore[arg-type]
    running.start()
    try:
        yield box
    finally:
        running.stop()


def smtp(port: int, password: str = "right") -> Smtp:
    return Smtp("127.0.0.1", port, "afterglow", password, tls=False, sender="alerts@clinic.example")


def send(to: Smtp) -> str:
    return awaited(lambda: EmailWay(to).send(ALERT))


def check(_server: SMTP, _session: object, _envelope: object, _mechanism: str, given: object) -> AuthResult:
    return AuthResult(success=given.password == b"right", handled=False)  # type: ignore[attr-defined]


def test_it_logs_in_and_a_wrong_password_is_no_reason_to_try_again() -> None:
    port = free_port()
    with server(port, authenticator=check, auth_require_tls=False) as box:
        send(smtp(port))
        with pytest.raises(SendFailed) as refused:
            send(smtp(port, "wrong"))
    assert len(box.to("ana")) == 1
    assert (refused.value.code, refused.value.retryable) == ("smtp 535", False)


def test_a_server_that_cannot_prove_who_it_is_gets_nothing(tmp_path: Path) -> None:
    port = free_port()
    unproved = Smtp("127.0.0.1", port, "", "", tls=True, sender="alerts@clinic.example")
    with server(port, ssl_context=_self_signed(tmp_path)) as box, pytest.raises(SendFailed):
        send(unproved)
    assert box.mails == []


def test_where_nobody_listens_it_is_worth_trying_again() -> None:
    with pytest.raises(SendFailed) as refused:
        send(smtp(free_port()))
    assert refused.value.retryable


def _self_signed(folder: Path) -> ssl.SSLContext:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "certificate").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate", folder / "key")
    return context


def test_off_this_machine_nothing_is_said_before_the_line_is_encrypted() -> None:
    assert Smtp("mail.clinic.example", 587, "u", "p", tls=False, sender="a@b.example").starttls
    assert not Smtp("mail.clinic.example", 465, "u", "p", tls=True, sender="a@b.example").starttls


@pytest.mark.parametrize(
    "wrong",
    [
        {"SMTP_URL": "mail.clinic.example", "SMTP_FROM": "a@b.example"}, {"SMTP_URL": "smtp://mail.clinic.example"},
        {"PAGE_WEBHOOK_URL": "http://events.example/v2", "PAGE_WEBHOOK_SECRET": "x" * 16},
        {"PAGE_WEBHOOK_URL": "https://events.example/v2", "PAGE_WEBHOOK_SECRET": "short"},
    ],
)  # fmt: skip
def test_a_wrong_setting_is_refused_at_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        read_page_settings(lambda name, default: wrong.get(name, default))


def test_no_password_or_secret_is_ever_shown() -> None:
    env = {
        "SMTP_URL": "smtps://u:hidden@mail.clinic.example", "SMTP_FROM": "a@b.example", "PAGE_WEBHOOK_URL": "https://x.example/hidden",
        "PAGE_WEBHOOK_SECRET": "hidden-hidden-hidden", "PAGE_WEBHOOK_ROUTING_KEY": "hidden",
    }  # fmt: skip
    assert "hidden" not in repr(read_page_settings(lambda name, default: env.get(name, default)))
