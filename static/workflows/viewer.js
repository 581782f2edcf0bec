// The list of materials says which file the viewer shows. Without this script the links still open in the viewer.
for (const list of document.querySelectorAll("[data-viewer-links]")) {
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[target='material-viewer']");
    if (!link) {
      return;
    }
    for (const other of list.querySelectorAll("[aria-current]")) {
      other.removeAttribute("aria-current");
    }
    link.setAttribute("aria-current", "true");
    document.querySelector("[data-viewer-name]").textContent = link.textContent.trim();
    document.querySelector("[data-viewer-open]").href = link.href;
  });
}
