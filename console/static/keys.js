// The whole console by keyboard. Keys are read only while nobody is typing.
let chosen = null;

export function listenToKeys() {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.getElementById("help").open) return;
    if (event.key === "Escape" && typing(event.target)) return void event.target.blur();
    if (typing(event.target)) return;
    if (act(event.key, event.target)) event.preventDefault();
  });
}

// After a refresh the same row stays chosen.
export function keepChosen() {
  const row = chosen && document.getElementById(chosen);
  if (row) row.classList.add("chosen");
}

function act(key, target) {
  if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
  if (key === "Enter" && chosen && !target.closest("a, button, summary")) return open();
  return go(key) || press(key);
}

// The menu says which key leads where.
function go(key) {
  if (key === "?") return help();
  const place = /^[a-z?]$/.test(key) && document.querySelector(`[data-go="${key}"]`);
  if (place) location.assign(place.href);
  return Boolean(place);
}

function help() {
  const dialog = document.getElementById("help");
  if (!dialog.open) dialog.showModal();
  return true;
}

function step(way) {
  const rows = [...document.querySelectorAll("[data-row]:not([hidden])")];
  if (!rows.length) return false;
  const now = rows.findIndex((row) => row.id === chosen);
  const row = rows[now < 0 ? (way > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, now + way))];
  for (const other of document.querySelectorAll(".chosen")) other.classList.remove("chosen");
  row.classList.add("chosen");
  chosen = row.id;
  row.querySelector("[data-open]")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function open() {
  document.getElementById(chosen)?.querySelector("[data-open]")?.click();
  return true;
}

// Presses what carries the key, in the chosen row first.
function press(key) {
  if (!/^[a-z]$/.test(key)) return false;
  const row = chosen && document.getElementById(chosen);
  const lists = document.querySelector("[data-row]");
  const found = (row || (lists ? null : document))?.querySelector(`[data-key="${key}"]`);
  if (!found) return false;
  if (found.matches("input, textarea, select")) found.focus();
  else if (found.matches("summary")) reveal(found);
  else found.click();
  return true;
}

function reveal(summary) {
  summary.parentElement.open = true;
  summary.parentElement.querySelector("select, input:not([type=hidden]), textarea")?.focus();
}

function typing(target) {
  return target instanceof Element && target.matches("input, textarea, select");
}

// The rest of the menu closes like a menu: by Escape, or by looking elsewhere.
export function prepareMenu() {
  const menu = document.getElementById("more");
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  addEventListener("pointerdown", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("focusout", (event) => { if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false; });
}
