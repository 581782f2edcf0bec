// The first screen: the camera's picture, a picture from the album, or a typed number; and how old the status list is.

import { slot, filledIn, when, words } from "../app/dom.js";
import { notice } from "../app/frame.js";
import { Camera, isAllowed } from "./camera.js";
import { readPicture } from "./reader.js";
import { allowSound, isQuiet, setQuiet } from "./signals.js";

export async function finder(app) {
  const node = filledIn("screen-finder", { asOf: asOf(app), why: Boolean(app.store) });
  const purpose = app.store ? purposeOf(app, node) : null;
  const isMeant = () => !purpose || purpose.isChosen();
  const camera = new Camera(node.querySelector("video"));
  const start = () => isMeant() && look(app, node, camera);
  node.querySelector("[data-start]").addEventListener("click", () => {
    allowSound();
    start();
  });
  node.querySelector("[data-torch]").addEventListener("click", (event) => switchTorch(camera, event.currentTarget));
  sound(node.querySelector("[data-sound]"));
  node.querySelector("[type=file]").addEventListener("change", (event) => isMeant() && readFile(app, event.target));
  node.querySelector(".sc-typed").addEventListener("submit", (event) => {
    event.preventDefault();
    allowSound();
    if (isMeant()) {
      typed(app, event.target);
    }
  });
  app.locate();
  return {
    node,
    title: words("scan"),
    ready: async () => (!purpose || app.purpose) && (await isAllowed()) && start(),
    leave: () => camera.stop(),
    renew: () => slot(node, "asOf").replaceChildren(asOf(app)),
  };
}

// What the scans are for; chosen once a day. `isChosen` says and shows whether it is.
function purposeOf(app, node) {
  const [select, note, error] = ["#purpose", "#purpose-note", "[data-error=purpose]"].map((one) => node.querySelector(one));
  const consent = node.querySelector("#tells-place");
  select.value = app.purpose?.purpose ?? "";
  note.value = app.purpose?.note ?? "";
  consent.checked = app.tellsPlace;
  const showNote = () => { note.parentElement.hidden = select.value !== "other"; };
  const isComplete = () => Boolean(select.value) && (select.value !== "other" || Boolean(note.value.trim()));
  const changed = () => {
    showNote();
    error.hidden = true;
    if (isComplete()) {
      app.choose(select.value, select.value === "other" ? note.value.trim() : "");
    }
  };
  showNote();
  select.addEventListener("change", changed);
  note.addEventListener("change", changed);
  consent.addEventListener("change", () => app.tellPlace(consent.checked));
  return {
    isChosen() {
      error.hidden = isComplete();
      if (!isComplete()) {
        (select.value ? note : select).focus();
      }
      return isComplete();
    },
  };
}

function asOf(app) {
  const age = app.held.age(new Date());
  return age ? words(age.isStale ? "list_stale_since" : "list_as_of", { at: when(age.asOf, "moment") }) : words("no_list");
}

async function look(app, node, camera) {
  const view = node.querySelector(".sc-view");
  view.dataset.state = "starting";
  if (!(await camera.start())) {
    view.dataset.state = "none";
    return;
  }
  view.dataset.state = "looking";
  node.querySelector("[data-torch]").hidden = !camera.hasTorch;
  const text = await camera.find();
  if (text) {
    await app.judge(text, "camera");
  }
}

async function switchTorch(camera, button) {
  const isOn = await camera.light(button.getAttribute("aria-pressed") !== "true");
  button.setAttribute("aria-pressed", String(isOn));
}

function sound(button) {
  button.setAttribute("aria-pressed", String(!isQuiet()));
  button.addEventListener("click", () => {
    setQuiet(!isQuiet());
    button.setAttribute("aria-pressed", String(!isQuiet()));
    allowSound();
  });
}

async function readFile(app, input) {
  const [file] = input.files;
  input.value = "";
  if (!file) {
    return;
  }
  allowSound();
  const text = await readPicture(file).catch(() => "");
  notice("no-code", !text);
  if (text) {
    await app.judge(text, "picture");
  }
}

async function typed(app, form) {
  const text = form.elements.namedItem("text").value.trim();
  form.querySelector("[data-error]").hidden = Boolean(text);
  if (text) {
    await app.judge(text, "typed");
  }
}
