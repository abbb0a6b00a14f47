// The line to the server: it says that something changed; what changed is read from the page itself.
import { alarm, prepareSound } from "./alarm.js";
import { refresh } from "./refresh.js";

const SILENCE = 12_000; // the server says something every four seconds: see BEAT in console/events.py
const LIVE = { "X-Afterglow-Live": "1" };
const known = new Set(document.body.dataset.known.split(" "));
const line = document.getElementById("line");
const idle = document.getElementById("idle");

export function follow() {
  stayAwake();
  open();
  prepareSound();
}

function open() {
  const watched = document.body.dataset.watch;
  const source = new EventSource(`/console/events${watched ? `?conversation=${watched}` : ""}`);
  const on = {
    open: () => say("Live"),
    error: () => lost(source),
    changed: (event) => changed(JSON.parse(event.data)),
    idle: () => { idle.hidden = false; },
    awake: () => { idle.hidden = true; },
    ended: () => leave(source),
    beat: () => {},
  };
  for (const [name, act] of Object.entries(on)) source.addEventListener(name, act);
  watch(source, Object.keys(on).filter((name) => name !== "error"));
}

// A line can die without a word (a sleeping laptop, a proxy): whoever hears nothing for long is cut off.
function watch(source, names) {
  let heard = Date.now();
  for (const name of names) source.addEventListener(name, () => { heard = Date.now(); });
  const timer = setInterval(() => {
    if (source.readyState === EventSource.CLOSED) return clearInterval(timer);
    if (Date.now() - heard < SILENCE) return;
    clearInterval(timer);
    source.close();
    lost(source);
  }, 1000);
}

function changed({ calls, waiting }) {
  const fresh = calls.filter((call) => !known.has(call));
  known.clear();
  calls.forEach((call) => known.add(call));
  document.title = waiting ? `(${waiting}) Afterglow` : "Afterglow";
  refresh();
  if (fresh.length) {
    const level = Math.max(...fresh.map((call) => Number(call.split(".")[1])));
    alarm(level);
    const words = level ? `${fresh.length} new: ${waiting} waiting for a person.` : "A patient has written to you.";
    document.getElementById("news").textContent = words;
  }
}

// A line that breaks is said plainly: silence must never look like calm.
async function lost(source) {
  say("Not connected: alerts do not reach this screen", true);
  if (source.readyState === EventSource.CONNECTING) return; // the browser tries again by itself
  const answer = await fetch("/console/keys", { headers: LIVE }).catch(() => null);
  if (answer?.status === 401) leave(source);
  else setTimeout(open, 2000);
}

function leave(source) {
  source.close();
  location.assign("/console/login?ended=1");
}

function say(words, down = false) {
  if (line.textContent !== words) line.textContent = words;
  line.toggleAttribute("data-down", down);
}

// Reading and typing count as being here, though nothing is sent by them.
function stayAwake() {
  let last = Date.now();
  const note = () => {
    if (idle.hidden && Date.now() - last < 30_000) return;
    last = Date.now();
    idle.hidden = true;
    fetch("/console/active", { method: "POST", headers: { "X-CSRF-Token": document.body.dataset.csrf } }).catch(() => {});
  };
  for (const act of ["keydown", "pointerdown", "wheel"]) addEventListener(act, note, { passive: true });
}
