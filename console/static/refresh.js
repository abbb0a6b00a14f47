// Reads the page again and puts its live regions in place of the old ones. Nobody's words or place on the page are lost.
import { stampComposer } from "./composer.js";
import { keepChosen } from "./keys.js";

let running = false;
let again = false;

export function refresh() {
  if (running) { again = true; return; }
  running = true;
  // an XMLHttpRequest hands over a parsed document without scripts; innerHTML and DOMParser are closed by Trusted Types
  const request = new XMLHttpRequest();
  request.open("GET", document.body.dataset.url || location.href);
  request.setRequestHeader("X-Afterglow-Live", "1");
  request.responseType = "document";
  request.addEventListener("loadend", () => {
    running = false;
    if (request.status === 401) return void location.assign("/console/login?ended=1");
    if (request.status === 200 && request.response) replaceRegions(request.response);
    if (again) { again = false; refresh(); }
  });
  request.send();
}

function replaceRegions(page) {
  const log = document.getElementById("log");
  const atEnd = log && log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  for (const region of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(region.id);
    if (fresh && !region.isEqualNode(fresh) && !busy(region)) replace(region, document.adoptNode(fresh));
  }
  stampComposer();
  keepChosen();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function replace(region, fresh) {
  for (const details of region.querySelectorAll("details[open]")) {
    const same = details.id && fresh.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = true;
  }
  const focused = region.contains(document.activeElement) && path(document.activeElement);
  region.replaceWith(fresh);
  if (focused) find(focused)?.focus({ preventScroll: true });
}

// A field that somebody is in, or has filled in, is not taken away.
function busy(region) {
  return [...region.querySelectorAll("input:not([type=hidden]), textarea, select")].some((field) =>
    field === document.activeElement
    || (field.matches("select") ? field.selectedIndex > 0 : field.value !== field.defaultValue));
}

function path(element) {
  const home = element.closest("[id]");
  const kin = [...home.querySelectorAll("a, button, summary, [tabindex]")];
  return { id: home.id, place: kin.indexOf(element) };
}

function find({ id, place }) {
  const home = document.getElementById(id);
  return place < 0 ? home : home?.querySelectorAll("a, button, summary, [tabindex]")[place] ?? home;
}
