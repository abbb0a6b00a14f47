/** The field one writes in: Enter sends, Shift+Enter breaks the line, it grows with the text. */
import { say } from "/widget/words.js";

export function composer({ onSend }) {
  const form = document.getElementById("composer");
  const field = document.getElementById("text");
  const count = document.getElementById("count");
  let limit = 4000;

  function grow() {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
    const left = limit - field.value.length;
    count.hidden = left > limit / 10;
    count.textContent = left >= 0 ? say("left", { n: left }) : say("too_many", { n: -left });
    form.dataset.over = left < 0;
  }

  function send() {
    const text = field.value.trim();
    if (!text || text.length > limit) return field.focus();
    field.value = "";
    grow();
    onSend(text);
    field.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });

  return {
    put: (text) => {
      field.value = [field.value, text].filter(Boolean).join("\n");
      grow();
      field.focus();
    },
    limit: (most) => (limit = most),
    words: () => (field.placeholder = say("placeholder")),
  };
}
