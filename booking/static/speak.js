// @ts-check
// Reads a reference aloud, slowly, where the browser has a voice; in German, as on the phone.

const SLOWLY = 0.8;

/** @param {HTMLButtonElement} button */
function speak(button) {
  const utterance = new SpeechSynthesisUtterance(button.dataset.speak ?? "");
  utterance.lang = "de-DE";
  utterance.rate = SLOWLY;
  speechSynthesis.cancel();
  speechSynthesis.speak(utterance);
}

function showButtons() {
  const canSpeak = speechSynthesis.getVoices().some((voice) => voice.lang.startsWith("de"));
  for (const button of document.querySelectorAll("button[data-speak]")) {
    if (button instanceof HTMLButtonElement) button.hidden = !canSpeak;
  }
}

if ("speechSynthesis" in globalThis) {
  for (const button of document.querySelectorAll("button[data-speak]")) {
    if (button instanceof HTMLButtonElement) button.addEventListener("click", () => speak(button));
  }
  // Voices may come later than the page.
  speechSynthesis.addEventListener?.("voiceschanged", showButtons);
  showButtons();
}
