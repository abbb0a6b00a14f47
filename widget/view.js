/** Draws the rows. Texts only ever become text nodes. */
import { say } from "/widget/words.js";
import { withNumbers } from "/widget/lines.js";

export function make(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter(Boolean));
  return node;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" });

function dayName(at) {
  const midnight = (when) => new Date(when).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(Date.now()) - midnight(at)) / 86_400_000);
  return days === 0 ? say("today") : days === 1 ? say("yesterday") : longDay.format(new Date(at));
}

function initials(name) {
  return (name ?? "").split(/\s+/).map((part) => part[0]).filter(Boolean).slice(-2).join("");
}

/** Who speaks, in words: "Dr. Lee · your care team". */
export function author(one) {
  if (one.author === "clinician") return one.name ? `${one.name} · ${say("role_clinician")}` : say("author_clinician");
  if (one.author === "patient") return say("author_patient");
  return `${say("author_bot")} · ${say(one.author === "protocol" ? "role_protocol" : "role_bot")}`;
}

function heading(one) {
  const face = make("span", "face", one.author === "clinician" && initials(one.name));
  face.setAttribute("aria-hidden", "true");
  const time = make("time", "", clock.format(new Date(one.at)));
  time.dateTime = one.at;
  const via = one.channel === "sms" && make("span", "", say("by_sms"));
  if (one.author === "patient") return make("p", via ? "head" : "unseen", make("span", "unseen", author(one)), via, " ", time);
  return make("p", "head", face, make("strong", "", author(one)), via, time);
}

/** A photo's bubble would be empty: what came along is named, it was not kept. */
function drawMessage({ message }) {
  const own = message.author === "patient";
  const along = (message.media ?? []).map((kind) => make("em", "along", say(`sent_${kind}`)));
  const bubble = make("p", "bubble", ...(own ? [message.text] : withNumbers(message.text)), ...along);
  bubble.dir = "auto";
  return make("li", "", heading(message), bubble);
}

/** The line under an own message: how far it has got. */
function deliver(li, { message, newest }, { onRetry, onEdit }) {
  const state = message.pending ? message.state : newest ? "sent" : "";
  if (li.dataset.state === state) return;
  li.dataset.state = state;
  li.querySelector(".state")?.remove();
  if (!state) return;
  const why = state === "refused" && (say(`why_${message.why}`) || say("why_other"));
  const act = { waiting: onRetry, refused: () => onEdit(message) }[state];
  const line = make(act ? "button" : "p", "state", say(`state_${state}`, { why, time: clock.format(new Date(message.at)) }));
  if (act) line.type = "button";
  if (act) line.addEventListener("click", act);
  li.append(line);
}

function drawChoices({ choices }, onChoice) {
  const scale = choices.length === 11 && choices.every((one, index) => parseInt(one.label, 10) === index);
  const buttons = choices.map((one) => {
    const button = make("button", "choice", scale ? String(parseInt(one.label, 10)) : one.label);
    button.type = "button";
    button.dataset.id = one.id;
    if (scale) button.setAttribute("aria-label", one.label);
    button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && onChoice(one));
    return button;
  });
  const group = make("div", scale ? "scale" : "choices", ...buttons);
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", scale ? say("scale", { low: choices[0].label, high: choices[10].label }) : say("choices"));
  const ends = scale && /\D/.test(choices[0].label + choices[10].label);
  return make("li", "answers", group, ends && make("p", "ends", make("span", "", choices[0].label), make("span", "", choices[10].label)));
}

const DRAW = {
  day: ({ at }) => make("li", "day", make("h3", "", dayName(at))),
  message: drawMessage,
  choices: (row, { onChoice }) => drawChoices(row, onChoice),
  typing: () => {
    const dots = make("li", "typing", make("span"), make("span"), make("span"));
    dots.setAttribute("aria-hidden", "true");
    return dots;
  },
};

function update(li, row, does) {
  if (row.kind === "message") {
    const { author: by, name, channel } = row.message;
    li.className = `message ${by} ${row.head ? "first" : ""} ${channel === "sms" ? "sms" : ""}`;
    if (by === "patient") deliver(li, row, does);
    if (row.message.seq && !li.dataset.seq) {
      li.dataset.seq = row.message.seq;
      does.onShown(li);
    }
  }
  if (row.kind === "choices") {
    for (const button of li.querySelectorAll("button")) {
      button.setAttribute("aria-disabled", String(!row.open));
      if (row.chosen === button.dataset.id) button.setAttribute("aria-pressed", "true");
    }
  }
}

/** Keeps `list` showing exactly `rows`, touching only what changed, so that focus and reading position survive. */
export function draw(list, rows, does) {
  const have = new Map([...list.children].map((li) => [li.dataset.key, li]));
  let place = list.firstElementChild;
  for (const row of rows) {
    let li = have.get(row.key);
    have.delete(row.key);
    if (!li) {
      li = DRAW[row.kind](row, does);
      li.dataset.key = row.key;
    }
    update(li, row, does);
    if (li === place) place = place.nextElementSibling;
    else list.insertBefore(li, place);
  }
  for (const li of have.values()) {
    if (li.contains(document.activeElement)) does.onFocusLost();
    li.remove();
  }
}
