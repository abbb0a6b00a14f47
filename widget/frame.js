/** The patient's conversation: joins the outbox, the stream, the timeline and the view. */
import { openSession, readRange, sendMessage, tellSeen } from "/widget/api.js";
import { composer } from "/widget/composer.js";
import { leave, onShiftThrice } from "/widget/exit.js";
import { setHelp, setNear } from "/widget/lines.js";
import { Outbox } from "/widget/outbox.js";
import { follow } from "/widget/stream.js";
import { rows, Timeline } from "/widget/timeline.js";
import { draw } from "/widget/view.js";
import { announce, announceMessage, banner, bannerUp } from "/widget/voice.js";
import { loadWords, say } from "/widget/words.js";

const PAGE = 60;
const REST_MS = 60_000;
const at = (id) => document.getElementById(id);
const log = at("log");
const state = { owner: "bot", typing: false, crisis: false };
const outbox = new Outbox({ post: deliver, onChange: changed });
const write = composer({ onSend: (text) => sendOut({ text }) });
let timeline = new Timeline(0);
let patient = null;
let line = null;
let caughtUp = 0;

// ---- what is seen
const nearEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 90;
const toEnd = () => (log.scrollTop = log.scrollHeight);

function show(stay = nearEnd()) {
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
  const { owner, crisis } = state;
  const name = timeline.clinician;
  at("status").textContent = say(owner === "human" && !name ? "status_human_unnamed" : `status_${owner}`, { name });
  document.body.dataset.owner = owner;
  setNear(crisis);
}

/** What has really been on the patient's screen is reported back; a closed panel shows nothing. */
let seen = 0;
let seenTimer = 0;
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    watcher.unobserve(target);
    if (Number(target.dataset.seq) <= seen) continue;
    seen = Number(target.dataset.seq);
    clearTimeout(seenTimer);
    seenTimer = setTimeout(() => tellSeen(seen).then(tellUnread), 600);
  }
}, { root: log, threshold: 0.2 });

/** The page around us may hear that something happened, never what. */
function tellParent(afterglow, count) {
  if (parent !== window) parent.postMessage({ afterglow, count }, "*");
}

function tellUnread() {
  tellParent("unread", timeline.messages.filter((one) => one.author !== "patient" && one.seq > seen).length);
}

// ---- what comes in
const stranger = (status) => status === 401 || status === 403;

function onLine(up, status) {
  if (up) {
    outbox.wake();
    banner(bannerUp() ? "line_back" : "");
  } else if (stranger(status)) join();
  else if (!navigator.onLine) banner("line_offline");
  else if (!bannerUp()) banner("line_down", 2500);
}

function onEvent({ event, data }) {
  const body = JSON.parse(data);
  if (event === "state") {
    const end = nearEnd();
    Object.assign(state, body);
    show(end);
    showState();
    if (end) toEnd(); // the strip with people to call has taken room from the talk
  } else if (event === "message") {
    if (body.client_id) outbox.settle(body.client_id);
    const verdict = timeline.accept(body);
    if (verdict === "gap") return false;
    if (verdict === "new" && body.seq > caughtUp) announceMessage(body);
    show(nearEnd() || body.seq <= caughtUp);
    if (body.author === "clinician") showState();
    tellUnread();
  }
  return true;
}

async function earlier() {
  const height = log.scrollHeight;
  const until = timeline.start;
  timeline.prepend(await readRange(Math.max(0, until - PAGE), until).catch(() => []));
  show(false);
  at("down").hidden = true;
  log.scrollTop += log.scrollHeight - height;
  if (at("earlier").hidden) log.focus({ preventScroll: true });
}

// ---- what goes out
function changed(item) {
  show(true);
  if (item.state === "waiting" && !item.told) announce(say("say_failed"));
  item.told ||= item.state === "waiting";
}

async function deliver(item) {
  const result = await sendMessage(item);
  if (result.kind !== "stranger") return result;
  await join();
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

// ---- beginning
/** Another patient's session (the demo was switched in another tab) must never receive what was written here. */
function enter({ patient: who = {}, help, limits, last_seq = 0 }) {
  const id = who.id ?? who.name ?? "";
  if (patient !== null && id !== patient) return location.reload();
  patient = id;
  setHelp(help);
  write.limit(limits?.text ?? 4000);
  if (line) return;
  caughtUp = last_seq;
  timeline = new Timeline(Math.max(0, caughtUp - PAGE));
  line = follow({ url: "/web/events", cursor: () => timeline.last, onEvent, onLine });
}

async function join(wait = 500) {
  try {
    enter(await openSession());
  } catch ({ status }) {
    if (stranger(status)) return banner("line_no_session");
    onLine(false);
    if (!line) setTimeout(join, wait, Math.min(wait * 2, 10_000));
  }
}

let restTimer = 0;
function lookedAt() {
  clearTimeout(restTimer);
  if (document.visibilityState === "visible") line?.wake();
  else restTimer = setTimeout(() => line?.rest(), REST_MS);
}

function listen() {
  const embedded = new URLSearchParams(location.search).has("panel");
  const close = () => tellParent("close");
  at("close").hidden = !embedded;
  for (const [id, act] of Object.entries({ earlier, down: toEnd, exit: () => leave(), close })) at(id).addEventListener("click", act);
  log.addEventListener("scroll", () => nearEnd() && (at("down").hidden = true), { passive: true });
  onShiftThrice(() => leave());
  addEventListener("online", () => line?.wake(true));
  addEventListener("offline", () => onLine(false));
  addEventListener("pageshow", () => line?.wake());
  addEventListener("keydown", ({ key }) => embedded && key === "Escape" && !at("help").open && close());
  document.addEventListener("visibilitychange", lookedAt);
  window.onbeforeunload = (event) => {
    if (outbox.unsent) event.preventDefault();
  };
  new BroadcastChannel("afterglow").onmessage = () => location.reload();
}

listen();
tellParent("ready");
await loadWords().catch(() => {});
write.words();
showState();
show();
join();
