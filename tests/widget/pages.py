"""The patient's screens as a test speaks of them. They work against the stand-in and against the real gateway alike."""

from playwright.sync_api import FrameLocator, Locator, Page, expect


class Talk:
    """The conversation, wherever it is shown: on its own, in the patient page, in somebody's panel."""

    def __init__(self, root: Page | FrameLocator) -> None:
        self.root = root
        self.field = root.get_by_label("Your message", exact=True)
        self.log = root.locator("#log")
        self.messages = root.locator("#list .message")
        self.status = root.locator("#status")
        self.line = root.locator("#line")
        self.spoken = root.locator("#say")
        self.help_button = root.get_by_role("button", name="Get help now")
        self.help = root.get_by_role("dialog", name="Get help now")
        self.exit_button = root.get_by_role("button", name="Leave quickly")
        self.send_button = root.get_by_role("button", name="Send", exact=True)
        self.near = root.locator("#near")
        self.earlier = root.get_by_role("button", name="Show earlier messages")

    def ready(self) -> "Talk":
        expect(self.field).to_have_attribute("placeholder", "Write a message")
        return self

    def say(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def choose(self, label: str) -> None:
        self.root.locator(".answers").get_by_role("button", name=label, exact=True).click()

    def choice(self, label: str) -> Locator:
        return self.root.locator(".answers").get_by_role("button", name=label, exact=True)

    def own(self, text: str) -> Locator:
        return self.root.locator("#list .message.patient").filter(has_text=text)

    def heard(self, text: str, by: str = "bot") -> Locator:
        return self.root.locator(f"#list .message.{by}").filter(has_text=text)

    def expect_heard(self, text: str, by: str = "bot", timeout: float = 10_000) -> None:
        expect(self.heard(text, by).last).to_be_visible(timeout=timeout)

    def texts(self) -> list[str]:
        return self.root.locator("#list .bubble").all_inner_texts()


class PatientPage:
    """The page at /, with the conversation in its frame."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.talk = Talk(page.frame_locator("iframe"))
        self.demo_bar = page.locator("#demo")

    def open(self) -> "PatientPage":
        self.page.goto(self.address)
        self.talk.ready()
        return self

    def become(self, person: str) -> None:
        """Chooses another demo patient by name."""
        choice = self.page.get_by_label("Demo clinic: you are")
        label = choice.locator("option").filter(has_text=person).inner_text()
        with self.page.expect_response("**/widget/frame*"):
            choice.select_option(label=label)
        self.talk.ready()


class Phone:
    """The SMS simulator page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.texts = page.locator("#texts li")
        self.count = page.locator("#count")
        self.field = page.get_by_label("Text message", exact=True)

    def open(self) -> "Phone":
        self.page.goto(f"{self.address}/sms/simulator")
        return self

    def use(self, number: str) -> None:
        self.page.get_by_label("This phone’s number").fill(number)
        self.page.get_by_role("button", name="Use it").click()
        expect(self.field).to_be_enabled()

    def pick(self, person: str) -> None:
        self.page.locator("#known button").filter(has_text=person).click()
        expect(self.field).to_be_enabled()

    def send(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def expect_text(self, text: str, direction: str = "out", timeout: float = 10_000) -> None:
        expect(self.page.locator(f"#texts li.{direction}").filter(has_text=text).last).to_be_visible(timeout=timeout)


def open_talk(page: Page, address: str, query: str = "") -> Talk:
    """The framed page on its own."""
    page.goto(f"{address}/widget/frame{query}")
    return Talk(page).ready()
