"""E-mail by SMTP. Up to the moment the message itself is handed over every failure is certain; after it, none is."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime

from anyio import CapacityLimiter, to_thread

from gateway.errors import SendFailed
from gateway.paging.alert import Alert, Unsure
from store.page_settings import Smtp

TIMEOUT_SECONDS = 6.0
AT_ONCE = 8  # conversations with the mail server; a slow one never holds up the record's own threads
PERMANENT = 500


class EmailWay:
    repeatable = False

    def __init__(self, smtp: Smtp) -> None:
        self._smtp = smtp
        self._limit: CapacityLimiter | None = None

    async def send(self, alert: Alert) -> str:
        self._limit = self._limit or CapacityLimiter(AT_ONCE)
        return await to_thread.run_sync(self._send, alert, limiter=self._limit, abandon_on_cancel=True)

    def _send(self, alert: Alert) -> str:
        message = self._message(alert)
        try:
            server = self._greet()
        except smtplib.SMTPResponseException as refused:
            raise _failed(refused.smtp_code) from refused
        except (smtplib.SMTPException, OSError) as unreachable:
            raise SendFailed("unreachable", retryable=True) from unreachable
        try:
            self._envelope(server, alert.address)
            _hand_over(server, message)
        finally:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
        return str(message["Message-ID"])

    def _greet(self) -> smtplib.SMTP:
        smtp, context = self._smtp, ssl.create_default_context()
        here = smtp.sender.rpartition("@")[2]
        server: smtplib.SMTP
        if smtp.tls:
            server = smtplib.SMTP_SSL(smtp.host, smtp.port, here, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(smtp.host, smtp.port, here, timeout=TIMEOUT_SECONDS)
        try:
            if smtp.starttls:
                server.starttls(context=context)
            if smtp.user:
                server.login(smtp.user, smtp.password)
        except BaseException:
            server.close()
            raise
        return server

    def _envelope(self, server: smtplib.SMTP, address: str) -> None:
        try:
            server.ehlo_or_helo_if_needed()
            for code, _ in (server.mail(self._smtp.sender), server.rcpt(address)):
                if code >= 300:
                    raise _failed(code)
        except (smtplib.SMTPException, OSError) as broken:
            raise SendFailed("unreachable", retryable=True) from broken

    def _message(self, alert: Alert) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._smtp.sender, alert.address, alert.subject
        message["Date"] = format_datetime(alert.created_at)
        message["Message-ID"] = f"<{alert.key}@{self._smtp.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"], message["Importance"], message["X-Priority"] = "auto-generated", "high", "1"
        message.set_content(f"{alert.text}\n\n({alert.mark})\n")
        return message


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        code, _ = server.data(message.as_bytes(policy=SMTP_POLICY))
    except smtplib.SMTPDataError as refused:
        raise _failed(refused.smtp_code) from refused
    except (smtplib.SMTPException, OSError) as broken:
        raise Unsure("the line broke while the mail server was taking it") from broken
    if code >= 300:
        raise _failed(code)


def _failed(code: int) -> SendFailed:
    return SendFailed(f"smtp {code}", retryable=code < PERMANENT)
