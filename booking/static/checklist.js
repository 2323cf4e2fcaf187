// @ts-check
// The list of what to bring: remembers the ticks in this browser and counts them.

for (const list of document.querySelectorAll("[data-checklist]")) {
  if (!(list instanceof HTMLElement)) continue;
  const key = `checklist:${list.dataset.checklist}`;
  const boxes = [...list.querySelectorAll("input")];
  const counter = document.querySelector("[data-ticked]");
  const ticked = () => boxes.flatMap((box, number) => (box.checked ? [number] : []));
  const show = () => {
    if (!(counter instanceof HTMLElement)) return;
    counter.hidden = false;
    counter.textContent = counter.dataset.ticked?.replace("#", String(ticked().length)) ?? "";
  };
  for (const number of (localStorage.getItem(key) ?? "").split(",")) {
    const box = number === "" ? undefined : boxes[Number(number)];
    if (box) box.checked = true;
  }
  list.addEventListener("change", () => {
    localStorage.setItem(key, ticked().join(","));
    show();
  });
  show();
}
