"""The simulated phone as a test speaks of it."""

from playwright.sync_api import Page, expect


class Phone:
    def __init__(self, page: Page, address: str, name: str) -> None:
        self.page = page
        page.goto(f"{address}/sms/simulator")
        page.locator("#known button").filter(has_text=name).click()
        expect(page.locator("#body")).to_be_enabled()

    def text(self, body: str) -> None:
        self.page.locator("#body").fill(body)
        self.page.locator("#body").press("Enter")
        expect(self.page.locator("#texts li.in").filter(has_text=body).last).to_be_visible()

    def expect_text(self, words: str, timeout: float = 20_000) -> None:
        expect(self.page.locator("#texts li.out").filter(has_text=words).last).to_be_visible(timeout=timeout)
