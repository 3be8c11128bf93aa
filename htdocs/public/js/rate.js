// rate.js: the candidate page: verdict keys, and the animation's frames.

import { attachFigures, closeLarge, picturesSettled } from "./figure.js";

/** A verdict counts only for pictures that were painted (or failed) for this long. */
const LOOK_MS = 200;

/** An answer that takes longer is spoken of; words about an ignored key stay for so long. */
const WAIT_MS = 600;
const WORDS_MS = 2500;

const form = document.querySelector("[data-verdict]");
let readyAt = Infinity;
let sent = false;
let noted = 0; // a rating that waits for its classification
let byArrow = false; // the last choice was made by walking through the classifications

picturesSettled().then(() => {
  requestAnimationFrame(() => { readyAt = performance.now() + LOOK_MS; });
});

function isLooked() {
  return performance.now() >= readyAt;
}

/** Words above the verdict bar; an empty text takes them away. */
function say(text) {
  let box = document.getElementById("verdict-error");
  if (!text) {
    box?.remove();
    return;
  }
  if (!box) {
    box = document.createElement("div");
    box.id = "verdict-error";
    box.className = "note warn prompt-box";
    box.setAttribute("role", "status");
    form.prepend(box);
  }
  box.textContent = text;
}

function sayBriefly(text) {
  say(text);
  setTimeout(() => {
    if (document.getElementById("verdict-error")?.textContent === text) say("");
  }, WORDS_MS);
}

function chosenClass() {
  return form.querySelector('input[name="classification"]:checked');
}

function needsClass() {
  return form.dataset.required === "true" && !chosenClass();
}

/** Asks for the classification that a rating lacks; nothing is stored meanwhile. */
function ask(rating) {
  noted = rating;
  form.classList.add("asks");
  form.querySelector(".label-class").textContent = "Choose one";
  say(`${rating} noted, nothing stored yet. Choose a classification and it is sent; Esc forgets the ${rating}.`);
}

function forget() {
  noted = 0;
  form.classList.remove("asks");
  form.querySelector(".label-class").textContent = "Classification";
  say("");
}

function send(button, how) {
  if (sent) return;
  form.elements.how.value = how;
  form.requestSubmit(button);
}

function rateButton(rating) {
  return form.querySelector(`.rate[value="${rating}"]`);
}

function flash(element) {
  element.classList.add("flash");
  setTimeout(() => element.classList.remove("flash"), 180);
}

/** A key's own element on this page, if it has one; verdicts come first, their letters are staff's. */
function elementOf(key) {
  const all = [...form.querySelectorAll("[data-key]"), ...document.querySelectorAll("[data-key]")];
  return all.find((e) => e.dataset.key === key);
}

function pressRating(button) {
  if (!isLooked()) {
    sayBriefly(`${button.value} ignored: pictures not painted yet.`);
  } else if (needsClass()) {
    ask(button.value);
  } else {
    send(button, "key");
  }
}

function pressClass(input) {
  input.checked = true;
  if (noted) send(rateButton(noted), "key");
}

function press(element) {
  if (element.matches(".rate")) pressRating(element);
  else if (element.matches('[name="classification"]')) pressClass(element);
  else element.click();
}

/** True where the key has a meaning of its own for what has the focus. */
function isForFocus(event) {
  const at = event.target;
  if (event.key.startsWith("Arrow")) return at.closest('[role="slider"], input[type="radio"]');
  return event.key === " " && at.closest("button, a, summary, input");
}

/** Keys never act while one types, with a modifier, or held down. */
function isForPage(event) {
  const typing = event.target.closest('input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable]');
  return !typing && !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
}

document.addEventListener("keydown", (event) => {
  byArrow = event.key.startsWith("Arrow");
  if (!isForPage(event)) return;
  if (event.key === "Escape") {
    if (!closeLarge() && noted) forget();
    return;
  }
  const element = isForFocus(event) ? null : elementOf(event.key.toLowerCase());
  if (!element || element.closest("[hidden]")) return;
  event.preventDefault();
  flash(element.closest("label") ?? element);
  press(element);
});

// Enter sends a form by its first button: here that one does nothing (without scripts it only loads
// the page again), so that no rating is given by accident.
form.addEventListener("submit", (event) => {
  const rating = event.submitter?.matches(".rate") ? event.submitter.value : "";
  if (sent || !rating) {
    event.preventDefault();
  } else if (needsClass()) {
    event.preventDefault();
    ask(rating);
  } else {
    sent = true;
    setTimeout(() => say(`Sending ${rating}. No answer yet.`), WAIT_MS);
  }
});

// A click leaves no focus behind on a classification: there an arrow key would choose the next one
// in place of skipping. (A click made by the keyboard has no detail.)
form.addEventListener("click", (event) => {
  if (event.target.name === "classification" && event.detail > 0) event.target.blur();
});
addEventListener("pointerdown", () => { byArrow = false; });

// The browser's own message about a missing choice would hide ours.
form.noValidate = true;

form.addEventListener("change", (event) => {
  if (event.target.name !== "classification" || !noted) return;
  if (byArrow) say(`${event.target.closest("label").querySelector(".cls").textContent} chosen. Press ${noted} to send it.`);
  else send(rateButton(noted), "page");
});

// A page that comes back from the history has the request key of a verdict that is stored: under it
// another verdict would count as the first one sent again. A fresh page has a key of its own, and
// shows what stands now.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

attachFigures();
