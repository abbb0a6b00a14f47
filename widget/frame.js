/** The patient's conversation: joins the outbox, the stream, the timeline and the view. */
import { openSession, readRange, sendMessage, tellSeen } from "/widget/api.js";
import { composer } from "/widget/composer.js";
import { leave, onShiftThrice } from "/widget/exit.js";
import { setHelp, setNear } from "/widget/lines.js";
import { Outbox } from "/widget/outbox.js";
import { follow } from "/widget/stream.js";
import { rows, Timeline } from "/widget/timeline.js";
import { author, draw, make } from "/widget/view.js";
import { loadWords, say } from "/widget/words.js";

const PAGE = 60;
const REST_MS = 60_000;
const at = (id) => document.getElementById(id);
const log = at("log");
const state = { owner: "bot", typing: false, crisis: false };
let timeline = new Timeline(0);
let patient = null;
let line = null;
let caughtUp = 0;
const embedded = new URLSearchParams(location.search).has("panel");

const outbox = new Outbox({ post: deliver, onChange: changed });

// what is said aloud: one polite region, each text once
function announce(text) {
  const spoken = make("p", "", text);
  at("say").append(spoken);
  setTimeout(() => spoken.remove(), 20_000);
}

function announceMessage(one) {
  if (one.author === "patient") return;
  announce(say("say", { author: author(one), text: one.text }));
  if (one.choices?.length) announce(say("say_choices", { choices: one.choices.map((choice) => choice.label).join(", ") }));
}

// what is seen
const nearEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 90;
const toEnd = () => (log.scrollTop = log.scrollHeight);

function show({ follow: stay = nearEnd() } = {}) {
  draw(at("list"), rows({ timeline, items: outbox.items, ...state }), {
    onChoice: (choice) => sendOut({ text: choice.label, choice: choice.id }),
    onRetry: () => outbox.wake(),
    onEdit: takeBack,
    onShown: (li) => watcher.observe(li),
    onFocusLost: () => log.focus({ preventScroll: true }),
  });
  at("earlier").hidden = timeline.start <= 0;
  if (stay) toEnd();
  else at("down").hidden = false;
}

function showState() {
  const name = timeline.clinician;
  const human = name ? say("status_human", { name }) : say("status_human_unnamed");
  at("status").textContent = state.owner === "human" ? human : say(`status_${state.owner}`);
  document.body.dataset.owner = state.owner;
  setNear(state.crisis);
}

/** What has really been on the patient's screen is reported back, also from a closed panel that opens later. */
let seen = 0;
let seenTimer = 0;
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting || document.visibilityState !== "visible") continue;
    watcher.unobserve(target);
    if (Number(target.dataset.seq) <= seen) continue;
    seen = Number(target.dataset.seq);
    clearTimeout(seenTimer);
    seenTimer = setTimeout(() => tellSeen(seen).then(tellUnread), 600);
  }
}, { root: log, threshold: 0.2 });

function tellUnread() {
  const count = timeline.messages.filter((one) => one.author !== "patient" && one.seq > seen).length;
  if (parent !== window) parent.postMessage({ afterglow: "unread", count }, "*");
}

// the line
let bannerTimer = 0;
function banner(key, after = 0) {
  clearTimeout(bannerTimer);
  const set = () => {
    if (at("line").dataset.key === key) return;
    at("line").dataset.key = key;
    at("line").textContent = key && say(key);
  };
  bannerTimer = setTimeout(set, after);
}

function onLine(up, status = 0) {
  if (up) {
    outbox.wake();
    if (!at("line").dataset.key) return banner("");
    banner("line_back");
    return setTimeout(() => at("line").dataset.key === "line_back" && banner(""), 4000);
  }
  if (status === 401 || status === 403) return reconnectSession();
  if (!navigator.onLine) banner("line_offline");
  else if (!at("line").dataset.key) banner("line_down", 2500);
}

async function reconnectSession() {
  try {
    enter(await openSession());
  } catch (error) {
    banner(error.status === 401 || error.status === 403 ? "line_no_session" : "line_down");
  }
}

// what comes in
function onEvent({ event, data }) {
  const body = JSON.parse(data);
  if (event === "state") {
    Object.assign(state, body);
    show();
    showState();
    return true;
  }
  if (event !== "message") return true;
  if (body.client_id) outbox.settle(body.client_id);
  const verdict = timeline.accept(body);
  if (verdict === "gap") return false;
  if (verdict === "new" && body.seq > caughtUp) announceMessage(body);
  show({ follow: nearEnd() || body.seq <= caughtUp });
  if (body.author === "clinician") showState();
  tellUnread();
  return true;
}

// what goes out
function changed(item) {
  show({ follow: true });
  if (item.state === "waiting" && !item.told) announce(say("say_failed"));
  item.told ||= item.state === "waiting";
}

async function deliver(item) {
  const result = await sendMessage(item);
  if (result.kind !== "stranger") return result;
  await reconnectSession();
  return { kind: "later" };
}

function takeBack({ client_id, text }) {
  outbox.drop({ client_id });
  write.put(text);
}

function sendOut(body) {
  outbox.add(body);
  toEnd();
}

// beginning
/** Another patient's session (the demo was switched in another tab) must never receive what was written here. */
function enter(session) {
  if (patient !== null && session.patient?.name !== patient) return location.reload();
  patient = session.patient?.name ?? "";
  setHelp(session.help);
  write.limit(session.limits?.text ?? 4000);
  if (line) return;
  caughtUp = session.last_seq ?? 0;
  timeline = new Timeline(Math.max(0, caughtUp - PAGE));
  line = follow({ url: "/web/events", cursor: () => timeline.last, onEvent, onLine });
}

async function begin(wait = 500) {
  if (line) return;
  try {
    enter(await openSession());
  } catch (error) {
    if (error.status === 401 || error.status === 403) return banner("line_no_session");
    onLine(false);
    setTimeout(begin, wait, Math.min(wait * 2, 10_000));
  }
}

async function earlier() {
  const height = log.scrollHeight;
  const until = timeline.start;
  timeline.prepend(await readRange(Math.max(0, until - PAGE), until).catch(() => []));
  show({ follow: false });
  at("down").hidden = true;
  log.scrollTop += log.scrollHeight - height;
  if (at("earlier").hidden) log.focus({ preventScroll: true });
}

let restTimer = 0;
function lookedAt() {
  clearTimeout(restTimer);
  if (document.visibilityState === "visible") line?.wake();
  else restTimer = setTimeout(() => line?.rest(), REST_MS);
}

function listen() {
  at("earlier").addEventListener("click", earlier);
  at("down").addEventListener("click", toEnd);
  log.addEventListener("scroll", () => nearEnd() && (at("down").hidden = true), { passive: true });
  at("exit").addEventListener("click", () => leave());
  onShiftThrice(() => leave());
  addEventListener("online", () => line?.wake(true));
  addEventListener("offline", () => onLine(false));
  addEventListener("pageshow", () => line?.wake());
  document.addEventListener("visibilitychange", lookedAt);
  window.onbeforeunload = (event) => {
    if (outbox.unsent) event.preventDefault();
  };
  new BroadcastChannel("afterglow").addEventListener("message", () => location.reload());
  if (parent !== window) parent.postMessage({ afterglow: "ready" }, "*");
  at("close").hidden = !embedded;
  const close = () => parent.postMessage({ afterglow: "close" }, "*");
  at("close").addEventListener("click", close);
  addEventListener("keydown", (event) => embedded && event.key === "Escape" && !at("help").open && close());
}

const write = composer({ onSend: (text) => sendOut({ text }) });
listen();
await loadWords().catch(() => {});
write.words();
showState();
show();
begin();
