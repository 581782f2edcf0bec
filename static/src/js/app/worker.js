// The service worker of an app: keeps its shell (one page, scripts, styles, icons) so that it opens without a signal.
//
// Whoever serves this puts SHELL = {name, version, page, files} before it: a new build is a new version and so a new worker, which
// waits until the page lets it (`update`), because a page with unsent work goes on with what it has. No answer with anybody's
// data is ever cached here; data is in IndexedDB.
/* global SHELL */

const CACHE = `${SHELL.name}-${SHELL.version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(fill());
});

async function fill() {
  const cache = await caches.open(CACHE);
  const wanted = [SHELL.page, ...SHELL.files];
  await Promise.all(
    wanted.map(async (url) => {
      const answer = await fetch(new Request(url, { cache: "reload", credentials: "same-origin" }));
      // A sign-in page in the place of the shell would stay there for good.
      if (!answer.ok || answer.redirected) {
        throw new Error(`${url}: ${answer.status}`);
      }
      await cache.put(url, answer);
    }),
  );
  if (!self.registration.active) {
    await self.skipWaiting();
  }
}

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy());
});

async function tidy() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(`${SHELL.name}-`) && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("message", (event) => {
  if (event.data === "update") {
    self.skipWaiting();
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) {
    return;
  }
  if (pathname === SHELL.page || SHELL.files.includes(pathname)) {
    event.respondWith(kept(pathname, request));
  }
});

async function kept(pathname, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(pathname)) ?? fetch(request);
}
