// @ts-check
// The month of the page of times as a date grid (ARIA Authoring Practices): arrow keys move by day
// and week, Home and End within the week, Page Up and Page Down turn the month. One day is in the
// order of tabs. Without this script the days are plain links in a table.

/** @param {HTMLTableElement} table */
function makeGrid(table) {
  const rows = [...table.querySelectorAll("tbody tr")];
  const days = /** @type {HTMLAnchorElement[]} */ ([...table.querySelectorAll("a[data-day]")]);
  if (days.length === 0) return;
  table.setAttribute("role", "grid");
  table.setAttribute("aria-describedby", table.dataset.hint ?? "");
  for (const cell of table.querySelectorAll("td")) {
    cell.setAttribute("role", "gridcell");
    const day = cell.querySelector("a");
    if (day) cell.setAttribute("aria-selected", String(day.hasAttribute("aria-current")));
  }
  const first = days.find((day) => day.hasAttribute("aria-current")) ?? days[0];
  for (const day of days) day.tabIndex = day === first ? 0 : -1;

  /** @param {HTMLAnchorElement | undefined} day */
  const go = (day) => {
    if (!day) return;
    for (const other of days) other.tabIndex = other === day ? 0 : -1;
    day.focus();
  };
  /** Turns the page to the month before or after. @param {"earlier" | "later"} way */
  const turn = (way) => {
    const link = table.parentElement?.querySelector(`a[data-${way}]`);
    if (link instanceof HTMLAnchorElement) link.click();
  };
  /** The next day that can be chosen, `step` days on; past the month the page turns.
   * @param {HTMLAnchorElement} from @param {number} step */
  const move = (from, step) => {
    const at = new Date(from.dataset.day ?? "");
    for (let tries = 0; tries < 31; tries += 1) {
      at.setUTCDate(at.getUTCDate() + step);
      const wanted = at.toISOString().slice(0, 10);
      const found = days.find((day) => day.dataset.day === wanted);
      if (found) return go(found);
    }
    turn(step < 0 ? "earlier" : "later");
  };
  const forward = getComputedStyle(table).direction === "rtl" ? -1 : 1;
  /** @type {Record<string, number>} */
  const steps = { ArrowLeft: -forward, ArrowRight: forward, ArrowUp: -7, ArrowDown: 7 };
  table.addEventListener("keydown", (event) => {
    const day = days.find((each) => each === event.target);
    if (!day || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const week = rows.find((row) => row.contains(day));
    const ofWeek = days.filter((each) => week?.contains(each));
    if (event.key in steps) move(day, steps[event.key]);
    else if (event.key === "Home") go(ofWeek[0]);
    else if (event.key === "End") go(ofWeek.at(-1));
    else if (event.key === "PageUp") turn("earlier");
    else if (event.key === "PageDown") turn("later");
    else return;
    event.preventDefault();
  });
}

const table = document.querySelector("table[data-month]");
if (table instanceof HTMLTableElement) makeGrid(table);
