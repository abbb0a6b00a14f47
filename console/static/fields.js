// Small helps with forms. Every one of them can be done by typing.
export function prepareFields() {
  addEventListener("click", (event) => {
    const { hours, fill } = event.target.dataset ?? {};
    if (hours) setDate(event.target, Number(hours));
    else if (fill) fillIn(event.target, fill);
  });
  prepareWords();
}

// A date so many hours from now, in the clinic's own time, as the field wants it.
function setDate(button, hours) {
  const field = button.form.elements[button.dataset.for];
  const at = new Date(Date.now() + hours * 3_600_000);
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en-CA", {
    timeZone: document.body.dataset.zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  }).formatToParts(at).map((part) => [part.type, part.value]));
  field.value = `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
  field.focus();
}

function fillIn(button, text) {
  const field = document.getElementById(button.dataset.into);
  field.value = text;
  field.focus();
}

// Labelling: the words a clinician selects with the mouse or the keyboard go into the field, with their exact place.
function prepareWords() {
  const form = document.getElementById("labelling");
  if (!form) return;
  const take = document.getElementById("take-words");
  take.hidden = false;
  take.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
  take.addEventListener("click", () => {
    const words = getSelection().toString().trim();
    const start = form.dataset.message.indexOf(words);
    if (!words || start < 0) return;
    form.elements.words.value = words;
    form.elements.start.value = start;
  });
}
