// Small helpers over the templates of an app's page. All texts stand in the page, which Django renders in the person's language.

const texts = {};
for (const one of document.getElementById("texts").content.querySelectorAll("[data-text]")) {
  texts[one.dataset.text] = one.textContent;
}

// A text of the page, its {names} filled.
export function words(name, values = {}) {
  return (texts[name] ?? name).replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
}

// A copy of a template with its slots filled: a text, a node or a list of nodes; nothing ("" or null) takes the slot away.
export function filledIn(id, slots = {}) {
  const copy = document.getElementById(id).content.firstElementChild.cloneNode(true);
  for (const [name, value] of Object.entries(slots)) {
    for (const place of slotsOf(copy, name)) {
      put(place, value);
    }
  }
  return copy;
}

function slotsOf(node, name) {
  const inside = [...node.querySelectorAll(`[data-slot="${name}"]`)];
  return node.dataset.slot === name ? [node, ...inside] : inside;
}

function put(place, value) {
  if (value === null || value === "" || value === false || (Array.isArray(value) && !value.length)) {
    place.remove();
  } else if (value !== true) {
    place.replaceChildren(...[value].flat());
  }
}

export function slot(node, name) {
  return node.querySelector(`[data-slot="${name}"]`);
}

// A tag: colour, icon and word of a template of that name.
export function tag(name) {
  return filledIn(`tag-${name}`);
}

// A text of the catalogue, which is Chinese, after what it means where somebody reads English: nodes for a slot.
export function meant({ meanings }, text) {
  if (!meanings?.[text]) {
    return [text];
  }
  const original = document.createElement("span");
  original.className = "ol-original";
  original.lang = "zh-Hans";
  original.textContent = text;
  return [`${meanings[text]} `, original];
}

const ZONE = "Asia/Shanghai";
const LANGUAGE = document.documentElement.lang;
const formats = {
  hour: { hour: "2-digit", minute: "2-digit", hour12: false },
  second: { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false },
  moment: { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false },
  stamp: { year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false },
  date: { year: "numeric", month: "long", day: "numeric" },
  day: { month: "long", day: "numeric", weekday: "long" },
};

// A moment as people read it, in one of the ways above, always in the district's time.
export function when(at, how) {
  return new Intl.DateTimeFormat(LANGUAGE, { ...formats[how], timeZone: ZONE }).format(new Date(at));
}

// The present day in the district, as 2026-03-04.
export function today() {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE }).format(new Date());
}
