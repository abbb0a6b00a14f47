/** What is said aloud and what the line says: each text once. */
import { author, make } from "/widget/view.js";
import { say } from "/widget/words.js";

export function announce(text) {
  const spoken = make("p", "", text);
  document.getElementById("say").append(spoken);
  setTimeout(() => spoken.remove(), 20_000);
}

export function announceMessage(one) {
  if (one.author === "patient") return;
  announce(say("say", { author: author(one), text: one.text }));
  if (one.choices?.length) announce(say("say_choices", { choices: one.choices.map((choice) => choice.label).join(", ") }));
}

const line = document.getElementById("line");
let timer = 0;

/** Shows the words of `key` above the conversation after a while; "" clears them. */
export function banner(key, after = 0) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (line.dataset.key === key) return;
    line.dataset.key = key;
    line.textContent = key && say(key);
    if (key === "line_back") banner("", 4000);
  }, after);
}

export const bannerUp = () => Boolean(line.dataset.key);
