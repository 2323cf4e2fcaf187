// @ts-check
// For pages that another site shows in a frame: tells the page around it how high this one is, keeps
// the language in the address (cookies of a frame are often refused), and opens what leads elsewhere
// in a window of its own. On its own a page needs none of it.

const LANGUAGE = "aufruf:";
const language = document.documentElement.lang;
const around = /** @type {HTMLElement | null} */ (document.querySelector("[data-framed]"));
const prefixes = (around?.dataset.framed ?? "").split(" ");

/** @param {URL} address */
const isFramed = (address) =>
  address.origin === location.origin
  && prefixes.some((prefix) => `${address.pathname}/`.startsWith(`${prefix}/`));

/** @param {HTMLAnchorElement} link */
function lead(link) {
  const address = new URL(link.href);
  if (!isFramed(address)) {
    if (address.protocol.startsWith("http")) link.target = "_blank";
  } else if (!address.searchParams.has("lang")) {
    address.searchParams.set("lang", language);
    link.href = address.href;
  }
}

/** @param {HTMLFormElement} form */
function leadForm(form) {
  if (form.method === "get") {
    if (form.elements.namedItem("lang")) return;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "lang", value: language });
    form.append(field);
    return;
  }
  for (const sender of [form, ...form.querySelectorAll("[formaction]")]) {
    const name = sender === form ? "action" : "formaction";
    const address = new URL(sender.getAttribute(name) ?? location.href, location.href);
    address.searchParams.set("lang", language);
    sender.setAttribute(name, address.href);
  }
}

function keepLanguage() {
  for (const link of document.querySelectorAll("a[href]")) {
    if (link instanceof HTMLAnchorElement) lead(link);
  }
  for (const form of document.forms) leadForm(form);
}

/**
 * The answer to a form has an address without the language. The frame's own name outlives pages and
 * needs no cookie: it remembers which was asked for. Says whether the page is being asked for anew.
 */
function asksAgain() {
  const here = new URL(location.href);
  const remembered = window.name.startsWith(LANGUAGE) ? window.name.slice(LANGUAGE.length) : "";
  if (here.searchParams.has("lang") || !remembered || remembered === language) {
    window.name = LANGUAGE + language;
    return false;
  }
  window.name = "";  // once: a language that is not offered must not ask for ever
  here.searchParams.set("lang", remembered);
  location.replace(here);
  return true;
}

function tellHeight() {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  // A number of pixels is no secret, and a frame cannot know who is around it.
  parent.postMessage({ type: "aufruf:height", height }, "*");
}

if (parent !== window && !asksAgain()) {
  document.documentElement.classList.add("is-framed");
  keepLanguage();
  // Lists that are exchanged while one types bring links of their own.
  new MutationObserver(keepLanguage).observe(document.body, { childList: true, subtree: true });
  new ResizeObserver(tellHeight).observe(document.body);
  tellHeight();
}
