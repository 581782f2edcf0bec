// What every page runs: GOV.UK Frontend's components, and a few habits of our own. Pages work without it.
import { initAll } from "./govuk-frontend.min.js";
import { guardForms } from "./app/account.js";

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

// <article data-print-now>: what is there to be printed is printed at once; the button is for another time.
// data-roll="80mm": the paper is a roll of this width, so the page is as long as what stands on it.
if (document.querySelector("[data-print-now]")) {
  window.addEventListener("load", () => {
    const roll = document.querySelector("[data-roll]");
    if (roll) {
      const sheet = new CSSStyleSheet();
      const { height } = roll.getBoundingClientRect();
      sheet.replaceSync(`@media print { @page { size: ${roll.dataset.roll} ${Math.ceil(height * 25.4 / 96) + 10}mm; margin: 4mm; } }`);
      document.adoptedStyleSheets.push(sheet);
    }
    window.print();
  });
}

// <input data-hotkey="/">: the key leads to the field; never while an input method is composing or somebody is typing.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const bursts = event.timeStamp - burst.at < FAST; // a scanner's address has the key in it
  if (event.isComposing || event.keyCode === 229 || typing || bursts || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const field = [...document.querySelectorAll("[data-hotkey]")].find((one) => one.dataset.hotkey === event.key);
  if (field) {
    event.preventDefault();
    field.focus();
  }
});

// aria-keyshortcuts="F8": the key, shown in the button, presses it or leads to the field, wherever the focus is. Function keys
// only, so that nothing typed is ever taken for one; never while an input method is composing.
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) {
    return;
  }
  if (!/^F\d{1,2}$/.test(event.key)) {
    return;
  }
  const meant = [...document.querySelectorAll("[aria-keyshortcuts]")].filter((one) => one.getAttribute("aria-keyshortcuts") === event.key);
  const one = meant.find((some) => some.checkVisibility());
  if (!one) {
    return;
  }
  event.preventDefault();
  if (one.matches("input, textarea, select")) {
    one.focus();
    one.select?.();
  } else {
    one.click();
  }
});

// <input data-scan>: a scanner or reader types fast and ends with Enter. What bursts in while nobody is typing goes there and is
// sent; hands are slower than this.
const FAST = 50;
const SHORTEST = 6;
let burst = { text: "", at: 0 };
document.addEventListener("keydown", (event) => {
  const scan = document.querySelector("input[data-scan]");
  if (!scan || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select, [contenteditable]")) {
    return;
  }
  const goesOn = event.timeStamp - burst.at < FAST;
  if (event.key === "Enter" && goesOn && burst.text.length >= SHORTEST) {
    event.preventDefault();
    scan.value = burst.text;
    scan.form.requestSubmit();
  } else if (event.key.length === 1) {
    burst = { text: goesOn ? burst.text + event.key : event.key, at: event.timeStamp };
  }
});

// <form data-enter-next>: Enter in a line goes on to the next field, and from the last one to the button; an input method keeps
// its Enter.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest("form[data-enter-next]");
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || !form || !event.target.matches("input:not([type=file]), select")) {
    return;
  }
  event.preventDefault();
  const stops = [...form.querySelectorAll("input:not([type=hidden]), select, textarea, button")].filter(
    (one) => !one.disabled && one.checkVisibility() && (one.type !== "radio" || one.checked || !form.querySelector(`[name="${CSS.escape(one.name)}"]:checked`)),
  );
  const own = event.target.name;
  stops.slice(stops.indexOf(event.target) + 1).find((one) => one.type !== "radio" || one.name !== own)?.focus();
});

// <form data-first="1">: the counter's next field has the focus, so that a clerk types on without the Tab key.
const first = document.querySelector("form[data-first=\"1\"]");
if (first && !location.hash && document.activeElement === document.body && !document.querySelector(".govuk-error-summary")) {
  const lines = [...first.querySelectorAll("input:not([type=hidden], [type=file]), select, textarea")].filter((one) => !one.disabled && one.checkVisibility());
  const open = (one) => (["radio", "checkbox"].includes(one.type) ? !first.querySelector(`[name="${CSS.escape(one.name)}"]:checked`) : !one.value);
  lines.find(open)?.focus();
}

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

// Nobody signs out while work from the field is unsent on this device.
guardForms();
