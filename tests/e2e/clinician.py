"""The console as a test speaks of it."""

from playwright.sync_api import Page, expect


class Clinician:
    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def log_in(self, email: str, password: str) -> "Clinician":
        self.page.goto(f"{self.address}/console")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()
        expect(self.page.get_by_role("heading", name="Waiting for a person")).to_be_visible()
        return self

    def entry(self, name: str):  # type: ignore[no-untyped-def]
        return self.page.locator("[data-row]").filter(has_text=name)

    def open(self, name: str) -> None:
        self.entry(name).get_by_role("link", name="Open").click()
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible()

    def write(self, text: str) -> None:
        self.page.get_by_label("Write to the patient").fill(text)
        self.page.get_by_role("button", name="Send", exact=True).click()
        expect(self.page.locator(".said.clinician").filter(has_text=text)).to_be_visible()

    def close_flag(self, disposition: str, note: str) -> None:
        self.page.locator("details.close > summary").first.click()
        self.page.get_by_label("Disposition").select_option(label=disposition)
        self.page.locator("details.close textarea[name=note]").fill(note)
        self.page.locator("details.close").get_by_role("button", name="Close", exact=True).click()
