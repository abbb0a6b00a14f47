/** The page around the conversation: the explanation, the demo clinic's bar, the quick exit. */
import { openSession } from "/widget/api.js";
import { blank, exitPage, onShiftThrice } from "/widget/exit.js";

const frame = document.querySelector("iframe");
const about = document.getElementById("about");
const wide = matchMedia("(min-width: 60rem) and (min-height: 36rem)");

function leave() {
  blank();
  location.replace(exitPage());
}

function showAbout() {
  about.open = wide.matches;
}

/** Who one is in the demo clinic, and how to be someone else. Real patients never see this. */
function showDemo(session) {
  if (!session.demo) return;
  const me = session.patients.find((one) => one.name === session.patient.name);
  const choose = document.getElementById("demo-switch");
  choose.replaceChildren(...session.patients.map((one) => new Option(`${one.name}, ${one.about}`, one.id, false, one === me)));
  document.getElementById("demo").hidden = false;
}

async function become(id) {
  showDemo(await openSession({ demo_patient: id }));
  frame.contentWindow.location.reload();
  new BroadcastChannel("afterglow").postMessage("switched");
}

addEventListener("message", ({ source, origin, data }) => {
  if (source === frame.contentWindow && origin === location.origin && data?.afterglow === "exit") leave();
});
onShiftThrice(leave);
wide.addEventListener("change", showAbout);
showAbout();
document.getElementById("demo-switch").addEventListener("change", (event) => become(event.target.value));
openSession().then(showDemo).catch(() => {});
