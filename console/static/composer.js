// Writing to the patient: what was said while somebody writes is pointed out, and never silently counted as read.
const form = () => document.getElementById("composer");

export function prepareComposer() {
  const log = document.getElementById("log");
  if (log && !location.hash) log.scrollTop = log.scrollHeight;
  const composer = form();
  if (!composer) return;
  composer.text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) composer.requestSubmit();
  });
  document.getElementById("read").addEventListener("click", () => { stamp(); composer.text.focus(); });
  document.getElementById("canned").addEventListener("click", (event) => {
    const text = event.target.dataset?.text;
    if (text) insert(composer.text, text);
  });
}

// After a refresh: an empty composer is up to date; with a draft in it, something new must be read first.
export function stampComposer() {
  const composer = form();
  const transcript = document.getElementById("transcript");
  if (!composer || !transcript) return;
  const unread = Number(transcript.dataset.news || 0) > Number(composer.last_seq.value);
  if (composer.text.value.trim() && unread) document.getElementById("stale").hidden = false;
  else stamp();
}

function stamp() {
  const { last, owner } = document.getElementById("transcript").dataset;
  form().last_seq.value = last;
  form().owner_version.value = owner;
  document.getElementById("stale").hidden = true;
}

function insert(field, text) {
  const gap = field.value && !/\s$/.test(field.value) ? " " : "";
  field.setRangeText(gap + text, field.selectionEnd, field.selectionEnd, "end");
  field.focus();
}
