// sending.js: how it stands with what was sent, in words in the queue bar, and what was stored last.

import { logIn } from "./relogin.js";

/** An answer within this time is not spoken of. */
const QUIET_MS = 400;

function button(text, run) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button quiet";
  element.textContent = text;
  element.addEventListener("click", run);
  return element;
}

export class Sending {
  constructor(outbox) {
    this.outbox = outbox;
    this.line = document.createElement("span");
    this.line.className = "sending";
    this.line.dataset.sending = "";
    this.line.setAttribute("role", "status");
    outbox.addEventListener("change", () => this.change());
    outbox.addEventListener("ended", () => this.logIn());
  }

  /** Into the bar that stands in the page now. */
  attach() {
    const bar = document.querySelector(".queue-bar");
    bar?.querySelector(".progress")?.before(this.line);
    this.show();
  }

  async logIn() {
    if (await logIn(this.outbox.user)) this.outbox.resume();
  }

  change() {
    clearTimeout(this.timer);
    if (this.outbox.count("sending")) this.timer = setTimeout(() => this.show(), QUIET_MS);
    else this.show();
  }

  /** [text, class, what can be done] */
  words() {
    const count = (...states) => this.outbox.count(...states);
    const refused = this.outbox.refused();
    if (refused.length) {
      const look = document.createElement("a");
      look.href = `/candidates/${refused[0].candidate}`;
      look.textContent = "look";
      return [`${refused.length} refused, `, "refused", look];
    }
    if (count("ended")) return [`${count("ended", "waiting")} waiting to send `, "waiting", button("Log in", () => this.logIn())];
    if (count("waiting")) return [`${count("waiting")} waiting to send `, "waiting", button("Try now", () => this.outbox.resume())];
    if (count("sending")) return [`sending ${count("sending")}`, ""];
    return ["all stored", ""];
  }

  show() {
    const [text, state, ...more] = this.words();
    if (this.line.textContent === text + more.map((e) => e.textContent).join("")) return;
    this.line.dataset.sending = state;
    this.line.replaceChildren(text, ...more);
  }
}

/** 'Rated 412: 1, RFI', in the place where the page would have it; `undo` is an address or null. */
export function showToast(words, undo, list) {
  const bar = document.querySelector(".queue-bar");
  bar.querySelectorAll(".toast").forEach((old) => {
    old.nextElementSibling?.matches(".grow") && old.nextElementSibling.remove();
    old.remove();
  });
  const toast = document.createElement("div");
  const text = document.createElement("span");
  const grow = document.createElement("span");
  toast.className = "toast";
  toast.setAttribute("role", "status");
  text.textContent = words;
  grow.className = "grow";
  toast.append(text);
  if (undo) toast.append(undoForm(undo, list));
  bar.querySelector(".grow")?.after(toast, grow);
}

function undoForm(address, list) {
  const form = document.createElement("form");
  const press = document.createElement("button");
  const cap = document.createElement("kbd");
  form.method = "post";
  form.action = address;
  form.dataset.undo = "";
  if (list) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "list", value: list });
    form.append(field);
  }
  press.className = "button quiet";
  press.dataset.key = "u";
  cap.textContent = "U";
  press.append("Undo ", cap);
  form.append(press);
  return form;
}
