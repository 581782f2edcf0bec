// The industry column: narrows the cards while one types. Without it the search button asks the server for the same.
const plain = (text) => text.normalize("NFKC").toLowerCase();

for (const form of document.querySelectorAll("[data-picker]")) {
  const search = form.querySelector("[data-picker-search]");
  const status = form.querySelector("[data-picker-status]");
  const cards = [...form.querySelectorAll("[data-picker-keys]")];

  const narrow = () => {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const card of cards) {
      const fits = words.every((word) => card.dataset.pickerKeys.includes(word));
      // What is chosen stays in sight: nobody should send a choice that they cannot see.
      card.hidden = !fits && !card.querySelector("input").checked;
      found += fits ? 1 : 0;
    }
    if (!words.length) status.textContent = "";
    else status.textContent = found ? status.dataset.some.replace("#", found) : status.dataset.none;
  };

  let composing = false;
  search.addEventListener("compositionstart", () => (composing = true));
  search.addEventListener("compositionend", () => {
    composing = false;
    narrow();
  });
  search.addEventListener("input", () => composing || narrow());
  search.addEventListener("keydown", (event) => {
    // Enter in the search box looks for an industry; it does not start the questions.
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      narrow();
    }
  });
}
