// @ts-check
// The form of a text that belongs to a number, by the rules of the page's language (CLDR).

/** @param {string} forms the plural forms as JSON, by their names @param {number} n @returns {string} */
export function counted(forms, n) {
  /** @type {Record<string, string>} */
  const said = JSON.parse(forms);
  const form = new Intl.PluralRules(document.documentElement.lang).select(n);
  return (said[form] ?? said.other ?? "").replaceAll("{n}", String(n));
}
