// What every page runs: GOV.UK Frontend's components, and a few habits of our own. Pages work without it.
import { initAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
bring(document);

// GOV.UK's file button glues its words together ("No file selectedSelect files"): a blank between them lets readers and
// voice control say what is seen.
function bring(scope) {
  initAll({ scope });
  for (const status of scope.querySelectorAll(".govuk-file-upload-button__status")) {
    status.after(" ");
  }
}

// What htmx has put in comes to life too.
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) {
    bring(event.target);
  }
});

// <button type="button" data-print>: prints the page.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) {
    window.print();
  }
});

// <input data-hotkey="/">: the key leads to the field; never while an input method is composing or somebody is typing.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.isComposing || event.keyCode === 229 || typing || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const field = [...document.querySelectorAll("[data-hotkey]")].find((one) => one.dataset.hotkey === event.key);
  if (field) {
    event.preventDefault();
    field.focus();
  }
});

// <form data-guard>: leaving with changes that were not saved asks first.
const guarded = document.querySelector("form[data-guard]");
if (guarded) {
  let changed = false;
  guarded.addEventListener("input", () => { changed = true; });
  guarded.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (changed) {
      event.preventDefault();
    }
  });
}
