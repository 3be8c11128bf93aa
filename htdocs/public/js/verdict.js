// verdict.js: the verdict bar: which rating waits for its classification, and when one counts.

import { sayIgnored } from "./keys.js";

/** A verdict counts only for pictures that were painted (or failed) for this long. */
const LOOK_MS = 200;
const NOT_PAINTED = "image not painted yet.";

export class Verdict {
  /** `send(button, how)` is called with a button whose verdict is whole; how: 'key' or 'page'. */
  constructor(form, send) {
    this.form = form;
    this.send = send;
    this.readyAt = Infinity;
    this.pressedAt = null; // when the click or key was, which a busy page may come to much later
    this.sent = false;
    this.noted = 0; // a rating that waits for its classification
    this.byArrow = false; // the last choice was made by walking through the classifications
    this.how = "page";
    form.noValidate = true; // the browser's own message about a missing choice would hide ours
    form.addEventListener("submit", (event) => this.onSubmit(event));
    form.addEventListener("change", (event) => this.onChange(event));
    form.addEventListener("click", (event) => this.onClick(event));
    form.addEventListener("keydown", (event) => { this.byArrow = event.key.startsWith("Arrow"); });
    form.addEventListener("pointerdown", () => { this.byArrow = false; });
  }

  /** The pictures are painted now. */
  isPainted() {
    this.readyAt = performance.now() + LOOK_MS;
  }

  isLooked(pressedAt) {
    return pressedAt >= this.readyAt;
  }

  /** Words above the verdict bar; an empty text takes them away. */
  say(text, ...more) {
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
      this.form.prepend(box);
    }
    box.replaceChildren(text, ...more);
  }

  chosenClass() {
    return this.form.querySelector('input[name="classification"]:checked');
  }

  needsClass() {
    return this.form.dataset.required === "true" && !this.chosenClass();
  }

  labelClass(text) {
    const label = this.form.querySelector(".label-class");
    if (label) label.textContent = text;
  }

  /** Asks for the classification that a rating lacks; nothing is stored meanwhile. */
  ask(rating) {
    this.noted = rating;
    this.form.classList.add("asks");
    this.labelClass("Choose one");
    this.say(`${rating} noted, nothing stored yet. Choose a classification and it is sent; Esc forgets the ${rating}.`);
  }

  forget() {
    this.noted = 0;
    this.form.classList.remove("asks");
    this.labelClass("Classification");
    this.say("");
  }

  rateButton(rating) {
    return this.form.querySelector(`.rate[value="${rating}"]`);
  }

  submit(button, how) {
    this.how = how;
    this.form.requestSubmit(button);
    this.how = "page";
  }

  /** A key of the bar was pressed. */
  press(element, event) {
    const isClass = element.matches('[name="classification"]');
    this.pressedAt = event.timeStamp;
    if (this.sent) sayIgnored(element.dataset.key, "this one has its verdict.");
    else if (isClass && !this.isLooked(event.timeStamp)) sayIgnored(element.dataset.key, NOT_PAINTED);
    else if (isClass && !this.noted) element.checked = true;
    else if (!isClass && !element.matches(".rate, [data-quick]")) element.click();
    else if (isClass) this.complete(element);
    else this.submit(element, "key");
  }

  complete(input) {
    input.checked = true;
    this.submit(this.rateButton(this.noted), "key");
  }

  /** Enter sends a form by its first button: here that one does nothing (without scripts it only
   *  loads the page again), so that no rating is given by accident. */
  onSubmit(event) {
    const button = event.submitter;
    const pressedAt = this.pressedAt ?? event.timeStamp;
    this.pressedAt = null;
    if (this.sent || !button?.matches(".rate, [data-quick]")) {
      event.preventDefault();
    } else if (!this.isLooked(pressedAt)) {
      event.preventDefault();
      sayIgnored(button.dataset.key || button.value, NOT_PAINTED);
    } else if (button.matches(".rate") && this.needsClass()) {
      event.preventDefault();
      this.ask(button.value);
    } else {
      this.form.elements.how.value = this.how;
      this.sent = true;
      this.send(button, event);
    }
  }

  onChange(event) {
    if (event.target.name !== "classification" || !this.noted) return;
    const name = event.target.closest("label").querySelector(".cls").textContent;
    if (this.byArrow) this.say(`${name} chosen. Press ${this.noted} to send it.`);
    else this.submit(this.rateButton(this.noted), "page");
  }

  /** A click leaves no focus behind on a classification: there an arrow key would choose the next one
   *  in place of skipping. (A click made by the keyboard has no detail.) */
  onClick(event) {
    this.pressedAt = event.timeStamp;
    if (event.target.name === "classification" && event.detail > 0) event.target.blur();
  }
}
