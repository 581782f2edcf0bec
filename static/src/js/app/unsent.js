// Which entries the server does not have yet. Alone in its file, because every page of the site reads it (account.js).

const UNSENT = ["waiting", "refused"];

export function isUnsent(item) {
  return UNSENT.includes(item.state);
}

export function unsent(items) {
  return items.filter(isUnsent).length;
}
