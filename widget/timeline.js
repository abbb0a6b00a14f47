/** What the patient sees, in order: messages without a gap, then what is still on its way. No DOM in here. */
const PAUSE_MS = 10 * 60_000;

export class Timeline {
  messages = [];

  /** Holds nothing yet; the first message expected is `after` + 1. */
  constructor(after) {
    this.start = after;
  }

  get last() {
    return this.messages.at(-1)?.seq ?? this.start;
  }

  /** "new", "known" (seen before, perhaps changed) or "gap" (something in between is missing). */
  accept(message) {
    const at = this.messages.findIndex((one) => one.seq === message.seq);
    if (at >= 0) this.messages[at] = message;
    if (message.seq <= this.last) return "known";
    if (message.seq > this.last + 1) return "gap";
    this.messages.push(message);
    return "new";
  }

  /** Puts older messages in front. */
  prepend(older) {
    const fresh = older.filter((one) => one.seq <= this.start);
    if (!fresh.length) return;
    this.messages = [...fresh, ...this.messages];
    this.start = fresh[0].seq - 1;
  }

  get clinician() {
    return this.messages.findLast((one) => one.author === "clinician" && one.name)?.name ?? null;
  }
}

/** The question the patient can still tap an answer to: {seq, choices, after, chosen, open} or null. */
export function question(messages, items) {
  const at = messages.findLastIndex((one) => one.choices?.length);
  if (at < 0) return null;
  const { seq, choices, answered } = messages[at];
  const rest = messages.slice(at + 1);
  const spoke = rest.findIndex((one) => one.author === "patient");
  const waiting = items.find((one) => one.state !== "refused");
  if (spoke >= 0 && rest.slice(spoke).some((one) => one.author !== "patient")) return null;
  if (spoke < 0 && !waiting && answered) return null;
  const before = spoke < 0 ? rest : rest.slice(0, spoke);
  const after = (before.at(-1) ?? messages[at]).seq;
  return { seq, choices, after, chosen: waiting?.choice ?? null, open: spoke < 0 && !waiting };
}

const day = (at) => new Date(at).toDateString();

/** The rows to show: {kind: day|message|choices|typing, key, …}. */
export function rows({ timeline, items, owner, typing }) {
  const open = owner === "human" ? null : question(timeline.messages, items);
  const mine = items.map((item) => ({ ...item, author: "patient", channel: "web", pending: true }));
  const out = [];
  let previous = null;
  for (const one of [...timeline.messages, ...mine]) {
    if (!previous || day(previous.at) !== day(one.at)) out.push({ kind: "day", key: `d${day(one.at)}${one.seq ?? ""}`, at: one.at });
    const head = !previous || out.at(-1).kind === "day" || previous.author !== one.author || previous.name !== one.name
      || previous.channel !== one.channel || new Date(one.at) - new Date(previous.at) > PAUSE_MS;
    out.push({ kind: "message", key: one.client_id ?? `m${one.seq}`, message: one, head });
    if (open && one.seq === open.after && !one.pending) out.push({ kind: "choices", key: `c${open.seq}`, ...open });
    previous = one;
  }
  const last = out.findLast((row) => row.kind === "message" && row.message.author === "patient");
  if (last && last === out.findLast((row) => row.kind === "message")) last.newest = true;
  if (typing) out.push({ kind: "typing", key: "typing", owner });
  return out;
}
