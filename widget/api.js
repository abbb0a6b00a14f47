/** The four things the browser may ask of the gateway. The cookie is HttpOnly: this code never sees who the patient is. */
import { events, openEvents } from "/widget/stream.js";

const HEADERS = { "Content-Type": "application/json", "X-Afterglow": "1" };

function post(path, body) {
  const options = { method: "POST", headers: HEADERS, body: JSON.stringify(body), cache: "no-store", keepalive: true };
  return fetch(path, { ...options, signal: AbortSignal.timeout(15_000) });
}

/** The web session; throws with `.status` when the gateway says no. */
export async function openSession(body = {}) {
  const answer = await post("/web/session", body);
  if (!answer.ok) throw Object.assign(new Error("session"), { status: answer.status });
  return answer.json();
}

/** One attempt to hand over a message: sent, later (try again), stranger (no session) or refused (never as it is). */
export async function sendMessage({ client_id, text, choice }) {
  let answer;
  try {
    answer = await post("/web/messages", choice ? { client_id, choice } : { client_id, text });
  } catch {
    return { kind: "later" };
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return { kind: "sent", seq: body.seq };
  if (answer.status === 401) return { kind: "stranger" };
  if (answer.status === 429 || answer.status === 408 || answer.status >= 500) {
    return { kind: "later", wait: Number(answer.headers.get("Retry-After")) || 0 };
  }
  return { kind: "refused", why: body.error };
}

export function tellSeen(seq) {
  return post("/web/seen", { seq }).catch(() => {});
}

/** Messages after `after` up to `until`, read from the same stream as everything else. */
export async function readRange(after, until) {
  const control = new AbortController();
  const found = [];
  for await (const event of events(await openEvents("/web/events", after, control.signal))) {
    if (event.event !== "message") continue;
    found.push(JSON.parse(event.data));
    if (found.at(-1).seq >= until) break;
  }
  control.abort();
  return found;
}
