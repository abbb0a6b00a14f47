// A sound for a new flag. Browsers allow sound only after the person has touched the console; that holds on from page to page,
// but not in every browser: until there is sound a button says so, and any key or click starts it.
let context = null;
let rang = 0;

export function prepareSound() {
  if (!window.AudioContext) return;
  context = new AudioContext();
  const show = () => { document.getElementById("sound").hidden = context.state === "running"; };
  context.addEventListener("statechange", show);
  for (const act of ["pointerdown", "keydown", "click"]) addEventListener(act, wake);
  setTimeout(show, 500); // it may be about to start by itself
}

// A phone call or a sleeping laptop may stop it again.
function wake() {
  if (context.state !== "running") context.resume();
}

// Level 0 is a patient who wrote in a talk that is this clinician's own.
export function alarm(level) {
  if (context?.state !== "running") {
    document.getElementById("sound").hidden = false;
    return;
  }
  const tones = level >= 4 ? [880, 660, 880, 660, 880] : level >= 2 ? [660, 880] : level ? [520] : [440];
  const [first] = tones.map((pitch, place) => tone(pitch, context.currentTime + place * 0.22));
  first.addEventListener("ended", () => { document.documentElement.dataset.rang = String(++rang); }); // it was really played
}

function tone(pitch, at) {
  const swing = context.createOscillator();
  const volume = context.createGain();
  swing.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
  volume.gain.linearRampToValueAtTime(0, at + 0.19);
  swing.connect(volume).connect(context.destination);
  swing.start(at);
  swing.stop(at + 0.2);
  return swing;
}
