/** A phone for when no Twilio account is set: what one types here reaches the gateway as a text message would. */
import { segments } from "/widget/simulator/segments.js";
import { follow } from "/widget/stream.js";

const at = (id) => document.getElementById(id);
const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const texts = at("texts");
const BAD = ["failed", "undelivered"];
let mine = null;
let line = null;
let last = 0;

function make(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text ?? "";
  return node;
}

function size(body) {
  const { encoding, units, parts } = segments(body);
  return `${units} characters · ${encoding} · ${parts} ${parts === 1 ? "segment" : "segments"}`;
}

/** Shows a text, or the new delivery status of one already shown. */
function show({ seq, direction, body, at: when, status }) {
  let item = texts.querySelector(`[data-seq="${seq}"]`);
  if (!item) {
    item = document.createElement("li");
    item.dataset.seq = seq;
    item.append(make("p", "bubble", body), make("p", "meta"));
    item.firstChild.dir = "auto";
    texts.append(item);
    texts.scrollTop = texts.scrollHeight;
    if (direction === "out") at("say").replaceChildren(make("p", "", body));
  }
  item.className = `${direction === "in" ? "in" : "out"} ${BAD.includes(status) ? "bad" : ""}`;
  item.title = size(body);
  item.lastChild.textContent = [clock.format(new Date(when)), status, `${segments(body).parts} seg.`].filter(Boolean).join(" · ");
  last = Math.max(last, seq);
}

function use(phone, name) {
  mine = phone.replace(/[ ()-]/g, "");
  line?.stop();
  last = 0;
  texts.replaceChildren();
  at("phone").value = phone;
  at("me").textContent = name ? `${name}’s phone · ${phone}` : phone;
  at("body").disabled = at("send").disabled = false;
  for (const button of at("known").children) button.setAttribute("aria-pressed", String(button.value === mine));
  line = follow({
    url: `/sms/simulator/events?phone=${encodeURIComponent(mine)}`,
    cursor: () => last,
    onEvent: ({ event, data }) => (event === "message" ? show(JSON.parse(data)) : undefined, true),
    onLine: (up) => (at("line").textContent = up ? "" : "No service. Connecting again…"),
  });
  at("body").focus();
}

async function send() {
  const body = at("body").value;
  if (!body.trim() || !mine) return;
  at("body").value = "";
  typed();
  const options = { method: "POST", headers: { "Content-Type": "application/json", "X-Afterglow": "1" } };
  const answer = await fetch("/sms/simulator/messages", { ...options, body: JSON.stringify({ from: mine, body }) }).catch(() => null);
  if (answer?.ok) return;
  at("line").textContent = "Not sent. Please try again.";
  at("body").value = body;
  typed();
}

function typed() {
  const field = at("body");
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
  at("count").textContent = size(field.value);
}

async function listPhones() {
  const answer = await fetch("/sms/simulator/phones");
  const phones = await answer.json();
  at("phones").replaceChildren(...phones.map(({ phone, name }) => new Option(name, phone)));
  at("known").replaceChildren(...phones.map(({ phone, name }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.value = phone;
    button.append(make("strong", "", name), make("span", "", phone));
    button.addEventListener("click", () => use(phone, name));
    return button;
  }));
}

at("who").addEventListener("submit", (event) => {
  event.preventDefault();
  use(at("phone").value.trim(), "");
});
at("write").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
at("body").addEventListener("input", typed);
at("body").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
});
typed();
listPhones().catch(() => (at("line").textContent = "The gateway does not answer."));
