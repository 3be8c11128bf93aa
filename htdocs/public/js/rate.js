// rate.js: the candidate page: verdict keys, and the animation's frames.

import { Player } from "./player.js";

/** A verdict counts only for pictures that were painted (or failed) for this long. */
const LOOK_MS = 200;

const form = document.querySelector("[data-verdict]");
const wells = [...document.querySelectorAll(".figure .well")];
let readyAt = Infinity;
let sent = false;
let noted = 0; // a rating that waits for its classification

/** Resolves when a picture is painted or has visibly failed. */
function settled(image) {
  if (image.complete) return Promise.resolve();
  return new Promise((done) => {
    image.addEventListener("load", done, { once: true });
    image.addEventListener("error", done, { once: true });
  });
}

Promise.all(wells.map((well) => settled(well.querySelector("img")))).then(() => {
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
    form.before(box);
  }
  box.textContent = text;
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
  say(`${rating} noted, nothing stored yet. Choose a classification and it is sent. Esc forgets the ${rating}.`);
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

/** A key's own element on this page, if it has one. */
function elementOf(key) {
  return [...document.querySelectorAll("[data-key]")].find((e) => e.dataset.key === key);
}

function pressRating(button) {
  if (!isLooked()) {
    say(`${button.value} ignored: pictures not painted yet.`);
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

/** Keys never act while one types, with a modifier, or held down. */
function isForPage(event) {
  const typing = event.target.closest('input:not([type="radio"]), textarea, select, [contenteditable]');
  return !typing && !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
}

document.addEventListener("keydown", (event) => {
  if (!isForPage(event)) return;
  if (event.key === "Escape" && noted) {
    forget();
    return;
  }
  const onSlider = event.target.closest('[role="slider"]') && event.key.startsWith("Arrow");
  const onButton = event.key === " " && event.target.closest("button, a, summary");
  const element = onSlider || onButton ? null : elementOf(event.key.toLowerCase());
  if (!element || element.hidden) return;
  event.preventDefault();
  flash(element.closest("label") ?? element);
  press(element);
});

form.addEventListener("submit", (event) => {
  const rating = event.submitter?.value;
  if (sent) {
    event.preventDefault();
  } else if (rating && needsClass()) {
    event.preventDefault();
    ask(rating);
  } else {
    sent = true;
  }
});

// The browser's own message about a missing choice would hide ours.
form.noValidate = true;

form.addEventListener("change", (event) => {
  if (event.target.name === "classification" && noted) send(rateButton(noted), "page");
});

// A page that comes back from the history may be sent again: with a key of its own it is a new
// verdict, with this one the server knows it as the same.
addEventListener("pageshow", () => { sent = false; });

Player.attach(document.querySelector("[data-player]"));
