/** What the gateway has not yet taken: in order, in memory, one client_id for all attempts so nothing is said twice. */
const LADDER_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];

/** A random UUID; crypto.randomUUID is missing on plain http other than localhost. */
const newId = () => {
  const url = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(url);
  return url.slice(-36);
};

export class Outbox {
  items = [];
  #busy = false;
  #timer = 0;
  #tries = 0;

  /** `post(item)` makes one attempt (see api.sendMessage); `onChange(item)` hears every change. */
  constructor({ post, onChange }) {
    this.post = post;
    this.onChange = onChange;
  }

  add({ text, choice }) {
    const item = { client_id: newId(), text, choice, at: new Date().toISOString(), state: "sending" };
    this.items.push(item);
    this.onChange(item);
    this.wake();
    return item;
  }

  /** Try now: the patient tapped, or the line is back. */
  wake() {
    clearTimeout(this.#timer);
    this.#run();
  }

  /** The stream has shown this message: it is recorded, whatever became of our answer. */
  settle(client_id) {
    this.items = this.items.filter((item) => item.client_id !== client_id);
  }

  drop(item) {
    this.settle(item.client_id);
    this.onChange(item);
  }

  get unsent() {
    return this.items.some((item) => item.state === "sending" || item.state === "waiting");
  }

  async #run() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let item; (item = this.#next()); ) if (!(await this.#attempt(item))) break;
    } finally {
      this.#busy = false;
    }
  }

  #next() {
    return this.items.find((item) => item.state === "sending" || item.state === "waiting");
  }

  async #attempt(item) {
    this.#set(item, "sending");
    const result = await this.post(item);
    if (!this.items.includes(item)) return true;
    if (result.kind === "sent" || result.kind === "refused") {
      this.#tries = 0;
      Object.assign(item, { seq: result.seq, why: result.why });
      this.#set(item, result.kind);
      return true;
    }
    this.#set(item, "waiting");
    const wait = result.wait * 1000 || LADDER_MS[Math.min(this.#tries++, LADDER_MS.length - 1)];
    this.#timer = setTimeout(() => this.wake(), wait * (0.9 + Math.random() * 0.2));
    return false;
  }

  #set(item, state) {
    if (item.state === state) return;
    item.state = state;
    this.onChange(item);
  }
}
