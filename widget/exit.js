/** Quick exit: blank first, then a neutral page in this one's place. Shift three times works too; Escape never does. */
const SHIFT_MS = 1500;

export function blank() {
  document.title = "Weather";
  document.body.replaceChildren();
}

export function exitPage() {
  return document.querySelector("meta[name=afterglow-exit]")?.content || "/widget/weather.html";
}

export function leave(url = exitPage()) {
  blank();
  window.onbeforeunload = null;
  if (window.top === window) return location.replace(url);
  parent.postMessage({ afterglow: "exit" }, "*");
  setTimeout(() => window.top.location.replace(new URL(url, location.href).href), 250);
}

/** Calls `go` on the third Shift in a row. */
export function onShiftThrice(go) {
  let times = [];
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift") return;
    times = [...times.slice(-2), Date.now()];
    if (times.length === 3 && times[2] - times[0] < SHIFT_MS) go();
  });
  addEventListener("keydown", (event) => event.key !== "Shift" && (times = []));
}
