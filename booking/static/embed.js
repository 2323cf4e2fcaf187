// @ts-check
// For a town's homepage: puts the booking pages into a frame where this script stands and fits the
// frame's height. A plain script, because homepages include those; what its attributes mean stands
// in docs/homepage.md. It reads nothing of the page around it and sets no cookie.
(() => {
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement)) return;
  const { town, service, office, language, title } = script.dataset;
  const address = new URL(town ? `/termin/${encodeURIComponent(town)}` : "/termin", script.src);
  for (const each of service?.split(/[\s,]+/).filter(Boolean) ?? []) {
    address.searchParams.append("service", each);
  }
  if (office) address.searchParams.set("office", office);
  const spoken = language || document.documentElement.lang.split("-")[0];
  if (spoken) address.searchParams.set("lang", spoken);

  const frame = document.createElement("iframe");
  frame.src = address.href;
  frame.title = title || "Termin buchen";
  frame.width = "100%";
  frame.height = "900";
  frame.style.border = "0";
  let first = true;

  addEventListener("message", (event) => {
    if (event.origin !== address.origin || event.source !== frame.contentWindow) return;
    const { type, height } = Object(event.data);
    if (type !== "aufruf:height" || !Number.isFinite(height)) return;
    frame.height = String(Math.min(Math.max(Math.ceil(height), 200), 20_000));
  });
  // A new page begins at its top, which may have scrolled away.
  frame.addEventListener("load", () => {
    if (!first && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
    first = false;
  });
  script.after(frame);
})();
