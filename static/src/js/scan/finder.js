// The first screen: the camera's picture, a picture from the album, or a typed number; and how old the status list is.

import { slot, filledIn, when, words } from "../app/dom.js";
import { notice } from "../app/frame.js";
import { Camera, isAllowed } from "./camera.js";
import { readPicture } from "./reader.js";
import { allowSound, isQuiet, setQuiet } from "./signals.js";

export async function finder(app) {
  const node = filledIn("screen-finder", { asOf: asOf(app) });
  const camera = new Camera(node.querySelector("video"));
  const start = () => look(app, node, camera);
  node.querySelector("[data-start]").addEventListener("click", () => {
    allowSound();
    start();
  });
  node.querySelector("[data-torch]").addEventListener("click", (event) => switchTorch(camera, event.currentTarget));
  sound(node.querySelector("[data-sound]"));
  node.querySelector("[type=file]").addEventListener("change", (event) => readFile(app, event.target));
  node.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    allowSound();
    typed(app, event.target);
  });
  return {
    node,
    title: words("scan"),
    ready: async () => (await isAllowed()) && start(),
    leave: () => camera.stop(),
    renew: () => slot(node, "asOf").replaceChildren(asOf(app)),
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
