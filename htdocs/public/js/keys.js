// keys.js: what a key does on this page: it presses the element that bears it as data-key. Never while
// one types, with a modifier, in a dialog, or held down.

/** Words about an ignored key stay for so long; the mark on a used one. */
const WORDS_MS = 2500;
const FLASH_MS = 180;

/** True where the key has a meaning of its own for what has the focus. */
function isForFocus(event) {
  const at = event.target;
  if (event.key.startsWith("Arrow")) return at.closest('[role="slider"], input[type="radio"]');
  return event.key === " " && at.closest("button, a, summary, input");
}

function isTyping(at) {
  return at.closest('input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable], dialog');
}

function isForPage(event) {
  return !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
}

/** Every element with a key that works now; verdicts come first, their letters are staff's. */
export function keyElements() {
  const all = [...document.querySelectorAll("[data-verdict] [data-key]"), ...document.querySelectorAll("[data-key]")];
  return all.filter((e) => e.dataset.key && !e.closest("[hidden]") && !e.disabled);
}

function elementOf(key) {
  return keyElements().find((e) => e.dataset.key === key);
}

/** The key as it stands on its cap. */
export function capOf(key) {
  return { " ": "␣", arrowleft: "←", arrowright: "→", arrowup: "↑", arrowdown: "↓", escape: "Esc" }[key] ?? key.toUpperCase();
}

function flash(element) {
  const shown = element.closest("label") ?? element;
  shown.classList.add("flash");
  setTimeout(() => shown.classList.remove("flash"), FLASH_MS);
}

let wordsEnd = 0;

/** Says in the queue bar that a key did nothing, and why. */
export function sayIgnored(key, why) {
  let line = document.querySelector("[data-ignored]");
  if (!line) {
    line = document.createElement("span");
    line.className = "ignored";
    line.dataset.ignored = "";
    line.setAttribute("role", "status");
    document.querySelector(".queue-bar h1")?.after(line);
  }
  line.textContent = `${capOf(key)} ignored: ${why}`;
  clearTimeout(wordsEnd);
  wordsEnd = setTimeout(() => document.querySelector("[data-ignored]")?.remove(), WORDS_MS);
}

/**
 * Keys of the page go to `press(element, event)`; Escape, which nothing bears, to `escape()`.
 *
 * A key that is held down counts once; where it would store something, that is said.
 */
export function bindKeys({ press, escape }) {
  document.addEventListener("keydown", (event) => {
    if (!isForPage(event)) return;
    if (event.key === "Escape") {
      escape();
      return;
    }
    const key = event.key.toLowerCase();
    const element = isForFocus(event) ? null : elementOf(key);
    if (!element) return;
    event.preventDefault();
    if (event.repeat) {
      if (element.closest("[data-verdict]")) sayIgnored(key, "held down, it counts once.");
      return;
    }
    flash(element);
    press(element, event);
  });
}
