/** The words of the screen. English stands in the page itself too, so nothing is blank while this loads. */
let words = {};

export async function loadWords(locale = "en") {
  const answer = await fetch(`/widget/words.${locale}.json`);
  if (answer.ok) words = await answer.json();
  for (const node of document.querySelectorAll("[data-w]")) node.textContent = say(node.dataset.w);
}

export function say(key, values = {}) {
  const text = words[key] ?? document.querySelector(`[data-w="${key}"]`)?.textContent ?? "";
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
