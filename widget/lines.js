/** Turns the session's help numbers ("988", "HOME to 741741", "+1 555 010 0100") into links one can tap. */
import { say } from "/widget/words.js";

const NUMBER = /\+?\d(?:[\d ().-]*\d)?/;

function link(href, text) {
  const a = document.createElement("a");
  a.href = href;
  a.textContent = text;
  return a;
}

function taps(key, value) {
  const number = NUMBER.exec(value)?.[0];
  if (!number) return [document.createTextNode(value)];
  const bare = number.replace(/[^\d+]/g, "");
  const word = /\b([A-Z]{2,})\b(?= to )/.exec(value)?.[1];
  if (word) return [link(`sms:${bare}?&body=${word}`, say("help_text_word", { word, number }))];
  if (key === "text_line") return [link(`sms:${bare}`, say("help_text", { number }))];
  const call = link(`tel:${bare}`, say("help_call", { number }));
  return key === "crisis_line" && bare.length <= 4 ? [call, link(`sms:${bare}`, say("help_text", { number }))] : [call];
}

/** Replaces the page's own numbers by the clinic's, line by line; a missing one keeps what stands there. */
export function setHelp(help = {}) {
  for (const item of document.querySelectorAll("#help-lines li")) {
    const value = help[item.dataset.key];
    if (!value) continue;
    item.querySelector(".taps").replaceChildren(...taps(item.dataset.key, String(value)));
    item.hidden = false;
  }
}

/** The strip above the composer while things are serious: the first two ways out of the dialog, without opening it. */
export function setNear(crisis) {
  const strip = document.getElementById("near");
  const links = document.querySelectorAll("[data-key=crisis_line] a, [data-key=emergency] a");
  if (crisis) strip.querySelector(".taps").replaceChildren(...[...links].map((a) => a.cloneNode(true)));
  strip.hidden = !crisis;
}

/** Short numbers inside a message become calls; everything else stays plain text. */
export function withNumbers(text) {
  return text.split(/\b(988|911|1-8\d\d-\d{3}-\d{4})\b/).map((part, index) =>
    index % 2 ? link(`tel:${part.replaceAll("-", "")}`, part) : document.createTextNode(part));
}
