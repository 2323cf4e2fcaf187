// @ts-check
// Numbers of paper by keyboard: Enter enters from the list of services too, where browsers open it.

for (const list of document.querySelectorAll("[data-enters]")) {
  if (!(list instanceof HTMLSelectElement)) continue;
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.repeat || !list.value) return;
    event.preventDefault();
    list.form?.requestSubmit();
  });
}
