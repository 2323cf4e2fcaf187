// @ts-check
/// <reference lib="webworker" />
// The service worker of screens: keeps the page and its files, so that a start without a line shows
// the last state instead of nothing. The server puts KEEP before this text (display/keeping.py).

/** @type {{ version: string, files: string[] }} all files of a page, under one version */
const keep = /** @type {any} */ (globalThis).KEEP;
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));

const FILES = "aufruf-files-";
const PAGES = "aufruf-screen-page";
const SLIDES = "aufruf-screen-slides";
const COLOURS = "aufruf-screen-colours";
const CLIPS = "aufruf-speech"; // filled by the page (clips.js)
const HERE = FILES + keep.version;
// A server that takes the connection and says nothing counts as away.
const PATIENCE = 8000;
// A page says by the address of its scripts which files it needs.
const VERSION_OF_PAGE = /\/display\/files\/([0-9a-f]+)\//;
// The town's own colours: no file of the version, and another address with other colours.
const COLOURS_OF_PAGE = /"(\/static\/towns\/[^"]+)"/;

worker.addEventListener("install", (event) => event.waitUntil(keepFiles()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = event.request.method === "GET" && url.origin === location.origin;
  if (!ours || url.pathname === "/display/service-worker.js") return;
  if (event.request.mode === "navigate") event.respondWith(page(event, url));
  else if (isFixed(url) || isPicture(url)) event.respondWith(file(event.request));
  else if (isSlides(url)) event.respondWith(slides(event));
});
worker.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keepNow(event.data.keep, event.ports[0]));
});

/** All files of this version, or none: then the browser tries again later. */
async function keepFiles() {
  const answers = await Promise.all(keep.files.map((address) => fetch(address)));
  // A server that was renewed meanwhile gives other files under this version.
  if (!answers.every((one) => one.ok && one.headers.get("Cache-Control")?.includes("immutable"))) {
    throw new Error("not all files of this version are there");
  }
  const cache = await caches.open(HERE);
  await Promise.all(answers.map((answer, nth) => cache.put(keep.files[nth], answer)));
  await worker.skipWaiting();
}

/** Whether an address always gives the same file. @param {URL} url */
function isFixed({ pathname, searchParams }) {
  return pathname.startsWith("/display/files/") || pathname.startsWith("/static/fonts/")
    || (pathname.startsWith("/static/") && searchParams.has("v"));
}

/** @param {URL} url */
const isScreen = (url) => /^\/display\/[^/]+$/.test(url.pathname);
/** @param {URL} url */
const isSlides = (url) => /^\/display\/[^/]+\/slides$/.test(url.pathname);
/** @param {URL} url */
const isPicture = (url) => /^\/display\/[^/]+\/slides\/[^/]+$/.test(url.pathname);

/**
 * The page from the server; the kept one when it is away or broken. Whoever is refused keeps none.
 * @param {FetchEvent} event
 * @param {URL} url
 */
async function page(event, url) {
  const answer = await inTime(fetch(event.request)).catch(() => null);
  if (answer === null || answer.status >= 500) return await keptPage(url) ?? answer ?? Response.error();
  if (isScreen(url)) {
    const copy = answer.clone();
    event.waitUntil(answer.ok ? keepPage(url.pathname, copy) : forget());
  }
  return answer;
}

/** The page of this screen; from where new screens begin, on to the one this device was last. @param {URL} url */
async function keptPage(url) {
  const cache = await caches.open(PAGES);
  const own = await cache.match(url.pathname);
  if (own || isScreen(url)) return own;
  const [last] = await cache.keys();
  return last && Response.redirect(last.url);
}

/** Keeps this page and no other, and drops the files that neither it nor the next one needs. @param {string} path @param {Response} answer */
async function keepPage(path, answer) {
  if (!answer.headers.get("Content-Type")?.startsWith("text/html")) return;
  const text = await answer.clone().text();
  await keepColours(COLOURS_OF_PAGE.exec(text)?.[1]);
  const cache = await caches.open(PAGES);
  for (const old of await cache.keys()) if (new URL(old.url).pathname !== path) await cache.delete(old);
  await cache.put(path, answer);
  const needed = [HERE, FILES + VERSION_OF_PAGE.exec(text)?.[1], PAGES, SLIDES];
  for (const name of await caches.keys()) {
    if (name.startsWith(FILES) && !needed.includes(name)) await caches.delete(name);
  }
}

/** The device is no screen any more: nothing of one stays but files that everybody may have. */
async function forget() {
  await Promise.all([PAGES, SLIDES, COLOURS, CLIPS].map((name) => caches.delete(name)));
}

/** Those of this page and no others; without them a page is still better than none. @param {string} [address] */
async function keepColours(address) {
  const cache = await caches.open(COLOURS);
  const wanted = address && new URL(address, location.href).href;
  for (const old of await cache.keys()) if (old.url !== wanted) await cache.delete(old);
  if (wanted && !await cache.match(wanted)) await cache.add(wanted).catch(() => null);
}

/** For a page that was there before the worker. @param {string} path @param {MessagePort} told */
async function keepNow(path, told) {
  const answer = await fetch(path, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok && !answer.redirected) await keepPage(path, answer);
  const cache = await caches.open(PAGES);
  told?.postMessage({ kept: Boolean(await cache.match(path)) });
}

/** @param {Request} request */
async function file(request) {
  return await caches.match(request) ?? fetch(request);
}

/** What is shown today: from the server, else as it was. @param {FetchEvent} event */
async function slides(event) {
  const cache = await caches.open(SLIDES);
  const answer = await inTime(fetch(event.request)).catch(() => null);
  if (answer?.ok) event.waitUntil(keepSlides(cache, event.request, answer.clone()));
  return answer?.ok ? answer : await cache.match(event.request) ?? answer ?? Response.error();
}

/** The list and its pictures, which never change; no others. @param {Cache} cache @param {Request} request @param {Response} answer */
async function keepSlides(cache, request, answer) {
  /** @type {{ slides: { picture: { src: string } | null }[] }} */
  const said = await answer.clone().json();
  await cache.put(request, answer);
  const needed = said.slides.map(({ picture }) => picture && new URL(picture.src, location.href).href);
  for (const old of await cache.keys()) {
    if (old.url !== request.url && !needed.includes(old.url)) await cache.delete(old);
  }
  for (const src of needed) if (src && !await cache.match(src)) await cache.add(src).catch(() => null);
}

/** @param {Promise<Response>} asked @returns {Promise<Response>} */
function inTime(asked) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("no answer in time")), PATIENCE);
    asked.then(resolve, reject);
  });
}
