// @ts-check
// An appointment by phone or video begins while its page is open: it looks again then, and every ten
// seconds until it has begun.

const AGAIN_SECONDS = 10;
const begins = document.querySelector("[data-begins]");
if (begins instanceof HTMLElement) {
  const { begins: start = "", now = "" } = begins.dataset;
  const left = Date.parse(start) - Date.parse(now);
  setTimeout(() => location.reload(), Math.max(left, 0) + AGAIN_SECONDS * 1000);
}
