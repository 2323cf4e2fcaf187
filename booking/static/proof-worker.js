// @ts-check
// Goes through the numbers below maxnumber until one hashes to the challenge; tells which, or null.

const AT_ONCE = 128;
const encoder = new TextEncoder();

/** @param {ArrayBuffer} hash @returns {string} */
function hex(hash) {
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {{ algorithm: string, challenge: string, salt: string, maxnumber: number }} task
 * @returns {Promise<number | null>}
 */
async function find({ algorithm, challenge, salt, maxnumber }) {
  for (let first = 0; first < maxnumber; first += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, offset) => first + offset);
    const hashes = await Promise.all(
      numbers.map((number) => crypto.subtle.digest(algorithm, encoder.encode(`${salt}${number}`))),
    );
    const found = hashes.findIndex((hash) => hex(hash) === challenge);
    if (found >= 0) return numbers[found];
  }
  return null;
}

addEventListener("message", async ({ data }) => postMessage(await find(data)));
