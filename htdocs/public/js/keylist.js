// keylist.js: '?' shows all keys of this page, as the elements bear them.

import { capOf, keyElements } from "./keys.js";

/** Where an element stands says under which head its key is listed; the first that fits. */
const GROUPS = [
  ["Quick verdicts", "[data-quick]"],
  ["Rating: stores and goes on", ".rate"],
  ["Classification", '[name="classification"]'],
  ["Field", ".figure-field *"],
  ["Diagnostics", ".figure-diagnostics *"],
  ["This candidate", ".below *"],
  ["Moving on", "*"],
];

function wordsOf(element) {
  const named = element.getAttribute("aria-label");
  if (named) return named;
  const copy = (element.closest("label") ?? element).cloneNode(true);
  copy.querySelectorAll("kbd, .digit, .xs").forEach((e) => e.remove());
  return copy.textContent.trim().replace(/\s+/g, " ");
}

/** [{head, rows: [[cap, words]]}]; a key that two elements bear stands where it works. */
function groups() {
  const seen = new Set();
  const found = GROUPS.map(([head]) => ({ head, rows: [] }));
  for (const element of keyElements()) {
    if (seen.has(element.dataset.key)) continue;
    seen.add(element.dataset.key);
    const at = GROUPS.findIndex(([, selector]) => element.matches(selector));
    found[at].rows.push([capOf(element.dataset.key), wordsOf(element)]);
  }
  found.at(-1).rows.push(["Esc", "Take back what was noted; leave a large picture"]);
  return found.filter(({ rows }) => rows.length);
}

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}

function listOf({ head, rows }) {
  const list = make("dl", "keys");
  for (const [cap, words] of rows) {
    list.append(make("dt", "", make("kbd", "", cap)), make("dd", "", words));
  }
  return make("section", "", make("h3", "", head), list);
}

function makeDialog() {
  const close = make("button", "button quiet", "Close ", make("kbd", "", "Esc"));
  const head = make("h2", "", "Keys");
  const dialog = make("dialog", "panel key-list",
    make("header", "", head, make("span", "grow"), close),
    make("div", "body columns", ...groups().map(listOf)),
    make("p", "body muted sm", "Keys work while nothing is typed. One that is held down counts once, "
      + "and a verdict counts for pictures that were painted for 0.2 s."));
  head.id = "key-list-head";
  dialog.setAttribute("aria-labelledby", head.id);
  close.type = "button";
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("keydown", (event) => event.key === "?" && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  return dialog;
}

function show() {
  const dialog = makeDialog();
  document.body.append(dialog);
  dialog.showModal();
}

/** The page has the button that shows the list, out of sight: its room is kept from the beginning. */
export function attachKeyList(root) {
  const button = root.querySelector("[data-key-list]");
  if (!button) return;
  button.disabled = false;
  button.addEventListener("click", show);
}
