// A sound for a new flag. Browsers allow sound only after the person has touched the page: until then a button says so.
let context = null;
let rang = 0;

export function prepareSound() {
  const button = document.getElementById("sound");
  const wake = () => {
    context ??= new AudioContext();
    if (context.state === "suspended") context.resume();
    button.hidden = true;
  };
  for (const act of ["pointerdown", "keydown"]) addEventListener(act, wake, { once: true });
  button.hidden = navigator.userActivation?.hasBeenActive ?? false;
}

export function alarm(level) {
  document.documentElement.dataset.rang = String(++rang);
  if (context?.state !== "running") {
    document.getElementById("sound").hidden = false;
    return;
  }
  const tones = level >= 4 ? [880, 660, 880, 660, 880] : level >= 2 ? [660, 880] : [520];
  tones.forEach((pitch, place) => tone(pitch, context.currentTime + place * 0.22));
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
}
