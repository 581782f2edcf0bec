// A verdict is also heard and felt: one high tone for what holds, two for what holds in part, a long low one for what does not.

const TONES = {
  valid: [[1320, 0.12]],
  partly_valid: [[880, 0.12], [660, 0.2]],
  not_valid: [[220, 0.5]],
  forged: [[220, 0.3], [220, 0.5]],
  unknown: [[330, 0.4]],
};
const SHAKES = { valid: [80], partly_valid: [80, 60, 80], not_valid: [400], forged: [300, 100, 500], unknown: [250] };
const GAP = 0.06;
const QUIET = "scan-quiet";
let audio = null;

export function isQuiet() {
  return localStorage.getItem(QUIET) === "yes";
}

export function setQuiet(quiet) {
  localStorage.setItem(QUIET, quiet ? "yes" : "no");
}

// Browsers let a page sound only after somebody has touched it.
export function allowSound() {
  audio ??= "AudioContext" in window ? new AudioContext() : null;
  audio?.resume().catch(() => null);
}

export function signal(verdict) {
  if (isQuiet()) {
    return;
  }
  navigator.vibrate?.(SHAKES[verdict]);
  if (audio?.state !== "running") {
    return;
  }
  let at = audio.currentTime;
  for (const [pitch, length] of TONES[verdict]) {
    const tone = new OscillatorNode(audio, { frequency: pitch });
    const loudness = new GainNode(audio, { gain: 0.2 });
    tone.connect(loudness).connect(audio.destination);
    tone.start(at);
    tone.stop(at + length);
    at += length + GAP;
  }
}
