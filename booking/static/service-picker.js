// @ts-check
// A select that is also found by typing: "perso" finds the identity card. The select stays in the form
// and keeps the value; arrows choose, Enter and Tab take what is marked, Escape closes.

/** As names are compared: accents and the spellings of umlauts are forgiven. @param {string} text */
function fold(text) {
  const plain = text.toLowerCase().replaceAll("ß", "ss").normalize("NFD").replaceAll(/\p{M}/gu, "");
  return plain.replaceAll(/([aou])e/g, "$1");
}

/** Options that have every word typed, those that begin with it first.
 * @param {HTMLSelectElement} select @param {string} typed */
function fitting(select, typed) {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  const all = [...select.options].filter((option) => option.value);
  const found = all.filter((option) => {
    const said = fold(`${option.text} ${option.dataset.words ?? ""}`);
    return words.every((word) => said.includes(word));
  });
  const begins = (/** @type {HTMLOptionElement} */ option) =>
    fold(`${option.text} ${option.dataset.words ?? ""}`).split(/\s+/).some((one) => words.length > 0 && one.startsWith(words[0]));
  return [...found.filter(begins), ...found.filter((option) => !begins(option))];
}

/** Puts a field with a list in the place of a select. @param {HTMLSelectElement} select */
function makePicker(select) {
  const box = document.createElement("div");
  const field = document.createElement("input");
  const list = document.createElement("ul");
  const label = select.labels[0];
  box.className = "picker";
  field.className = select.className;
  field.id = `${select.id}-typed`;
  field.placeholder = select.options[0].text;
  field.autocomplete = "off";
  list.id = `${select.id}-list`;
  list.hidden = true;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  list.setAttribute("role", "listbox");
  if (label) {
    label.htmlFor = field.id;
    list.setAttribute("aria-label", label.textContent ?? "");
  }
  // Somebody quick may be in another field already.
  const nowhere = document.activeElement === null || document.activeElement === document.body;
  const hadFocus = document.activeElement === select || (select.autofocus && nowhere);
  select.hidden = true;
  select.before(box);
  box.append(field, list);
  /** @type {HTMLOptionElement[]} */
  let shown = [];
  let marked = 0;

  const name = () => (select.value ? select.selectedOptions[0].text : "");
  const close = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const mark = (/** @type {number} */ at) => {
    marked = at;
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === at)));
    const item = list.children[at];
    if (shown.length > 0) field.setAttribute("aria-activedescendant", item.id);
    item?.scrollIntoView({ block: "nearest" });
  };
  const open = () => {
    shown = fitting(select, field.value === name() ? "" : field.value);
    list.replaceChildren(
      ...shown.map((option, number) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${number}`;
        item.setAttribute("role", "option");
        item.textContent = option.text;
        item.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          take(option);
        });
        return item;
      }),
    );
    if (shown.length === 0) {
      const item = document.createElement("li");
      item.className = "is-none";
      item.setAttribute("role", "option");
      item.setAttribute("aria-disabled", "true");
      item.textContent = select.dataset.none ?? "";
      list.append(item);
    }
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    mark(Math.max(0, shown.findIndex((option) => option.value === select.value)));
  };
  const take = (/** @type {HTMLOptionElement | undefined} */ option) => {
    const value = option ? option.value : "";
    const changed = value !== select.value;
    select.value = value;
    field.value = name();
    close();
    if (changed) select.dispatchEvent(new Event("change", { bubbles: true }));
  };

  field.value = name();
  field.addEventListener("input", open);
  field.addEventListener("click", open);
  field.addEventListener("blur", () => {
    if (!list.hidden) take(field.value.trim() ? shown[marked] : undefined);
    else if (field.value !== name()) take(field.value.trim() ? select.selectedOptions[0] : undefined);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) open();
      else if (shown.length > 0) mark((marked + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % shown.length);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      take(shown[marked]);
    } else if (event.key === "Escape" && !list.hidden) {
      field.value = name();
      close();
    }
  });
  if (hadFocus) {
    field.focus();
    field.select(); // who typed before this script came goes on, in the place of what the select guessed
  }
}

for (const select of document.querySelectorAll("select[data-service-picker]")) {
  if (select instanceof HTMLSelectElement) makePicker(select);
}
