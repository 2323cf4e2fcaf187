// @ts-check
// Where a long German word may be parted, for browsers without a dictionary of their own: a soft
// hyphen between syllables, so that a word that has to be parted shows a hyphen.

// Shorter words are never parted; nor are two letters left alone at either end.
const LONG = 14;
const WORD = new RegExp(`\\p{L}{${LONG},}`, "gu");
const VOWEL = "aeiouyäöü";
// Between vowels the last consonant begins a syllable; these are spoken as one.
const AS_ONE = /(?:sch|ch|ck|ph|th|qu|pf[lr]|[bfgkp]l|[bdfgkpt]r|[^aeiouyäöü])$/u;
// Where words are joined, as far as offices write them: an s behind the one, or the other begins with
// a vowel, which by the rule above would take a letter of the one before: Zulassungs-angelegenheit.
const ENDS = /(?:ung|heit|keit|schaft|ion|tät)s$/u;
const BEGINS = /^(?:ab[ghs]|amt|änder|angeb|angeleg|anlag|anmeld|annahm|antr|arb|auf[gnst]|aus[gkw]|einr|erklär|erlaub|ersatz|etik|inform|öffn|ordn|über|unter)/u;
const SOFT = "\u00ad";

/** @param {string} text @returns {string} long words that bring no soft hyphen of their own get some */
export function softened(text) {
  return text.includes(SOFT) ? text : text.replace(WORD, (word) => syllables(word).join(SOFT));
}

/** @param {string} word @returns {string[]} never fewer than three letters at either end */
export function syllables(word) {
  const lower = word.toLowerCase();
  const found = [];
  let start = 0;
  for (const run of lower.matchAll(/[^aeiouyäöü]+(?=[aeiouyäöü])/gu)) {
    const place = run.index + kept(lower, run.index, run[0]);
    if (place - start < (start ? 2 : 3) || word.length - place < 3 || !hasVowel(lower.slice(start, place))) continue;
    found.push(word.slice(start, place));
    start = place;
  }
  return [...found, word.slice(start)];
}

/** @param {string} word @param {number} from @param {string} run of consonants @returns {number} how many of them belong to the syllable before */
function kept(word, from, run) {
  const joined = [...run].findIndex((_, nth) => ENDS.test(word.slice(0, from + nth + 1)));
  if (joined >= 0) return joined + 1;
  if (BEGINS.test(word.slice(from + run.length))) return run.length;
  return run.length - (AS_ONE.exec(run)?.[0].length ?? 1);
}

/** @param {string} part */
function hasVowel(part) {
  return [...part].some((letter) => VOWEL.includes(letter));
}
