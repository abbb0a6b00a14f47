/** Server-sent events over fetch: unlike EventSource it notices silence, says why it failed, resumes where we say. */
const QUIET_MS = 40_000;
const LADDER_MS = [300, 1000, 2000, 4000, 8000, 15_000];

/** Yields {id, event, data} from a response; `onBytes` hears every chunk, comments included. */
export async function* events(response, onBytes = () => {}) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let now = { data: [] };
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    onBytes();
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop();
    for (const raw of lines) {
      const line = raw.replace(/\r$/, "");
      if (line === "") {
        if (now.data.length) yield { id: now.id, event: now.event ?? "message", data: now.data.join("\n") };
        now = { data: [] };
        continue;
      }
      const [, field, text] = /^([^:]*):? ?(.*)$/.exec(line);
      if (field === "data") now.data.push(text);
      else if (field === "id" || field === "event") now[field] = text;
    }
  }
}

export async function openEvents(url, after, signal) {
  const mark = url.includes("?") ? "&" : "?";
  const headers = { Accept: "text/event-stream", "Last-Event-ID": String(after) };
  const response = await fetch(`${url}${mark}after=${after}`, { headers, signal, cache: "no-store" });
  if (!response.ok) throw Object.assign(new Error("refused"), { status: response.status });
  return response;
}

/**
 * Follows `url` for ever. `cursor()` names the last message held without a gap; `onEvent` returns false when it sees
 * a gap, and the line is opened again from the cursor; `onLine(up, status)` hears about the connection.
 */
export function follow({ url, cursor, onEvent, onLine }) {
  let tries = 0;
  let timer = 0;
  let current = null;
  let heard = 0;
  let stopped = false;

  async function listen(control) {
    const watch = setInterval(() => Date.now() - heard > QUIET_MS && control.abort(), 2000);
    try {
      heard = Date.now();
      const response = await openEvents(url, cursor(), control.signal);
      onLine(true);
      for await (const event of events(response, () => (heard = Date.now()))) {
        if (onEvent(event) === false) return;
        tries = 0;
      }
    } finally {
      clearInterval(watch);
      control.abort();
    }
  }

  async function connect() {
    clearTimeout(timer);
    const control = (current = new AbortController());
    let status = 0;
    try {
      await listen(control);
    } catch (error) {
      status = error.status ?? 0;
    }
    if (control !== current || stopped) return;
    onLine(false, status);
    timer = setTimeout(connect, LADDER_MS[Math.min(tries++, LADDER_MS.length - 1)] * (0.8 + Math.random() * 0.4));
  }

  function wake(always = false) {
    if (stopped || (!always && current && !current.signal.aborted && Date.now() - heard < 20_000)) return;
    const old = current;
    connect();
    old?.abort();
  }

  /** A tab nobody looks at gives its connection back; wake() takes it up again. */
  function rest() {
    clearTimeout(timer);
    const old = current;
    current = null;
    old?.abort();
  }

  function stop() {
    stopped = true;
    rest();
  }

  connect();
  return { wake, rest, stop };
}
