// sheet.js: selecting on the contact sheet: a range with Shift, arrows between the pictures, all, none,
// and how many are selected. Without it the check boxes work as check boxes do.

const sheet = document.querySelector(".sheet");
const boxes = [...sheet.querySelectorAll('[name="ids"]')];
const said = sheet.querySelector("[data-selected]");

/** Where the next range begins: the box that was changed last. */
let anchor = 0;

function tell() {
  const count = boxes.filter((box) => box.checked).length;
  said.textContent = count ? `${count} selected` : "None selected";
}

function setAll(checked) {
  boxes.forEach((box) => { box.checked = checked; });
  tell();
}

/** Gives all from the anchor to `to` what the anchor has. */
function setRange(to) {
  const [first, last] = anchor < to ? [anchor, to] : [to, anchor];
  const { checked } = boxes[anchor];
  boxes.slice(first, last + 1).forEach((box) => { box.checked = checked; });
  tell();
}

function toggle(at) {
  boxes[at].checked = !boxes[at].checked;
  anchor = at;
  tell();
}

/** Boxes in a row of the grid, as the window's width has made it. */
function perRow() {
  const top = boxes[0].closest("li").offsetTop;
  const next = boxes.findIndex((box) => box.closest("li").offsetTop > top);
  return next < 0 ? boxes.length : next;
}

/** How far each key moves; from nowhere any of them leads to the first picture. */
const STEPS = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: () => -perRow(),
  ArrowDown: () => perRow(),
};

function move(at, event) {
  const to = at < 0 ? 0 : at + STEPS[event.key]();
  if (!boxes[to]) return;
  boxes[to].focus();
  boxes[to].closest("li").scrollIntoView({ block: "nearest" });
  if (event.shiftKey && at >= 0) {
    boxes[anchor].checked = true;
    setRange(to);
  }
}

/** What a letter does with the picture at hand. */
const LETTERS = {
  x: (at) => at >= 0 && toggle(at),
  a: () => setAll(true),
  Escape: () => setAll(false),
  u: () => document.querySelector("[data-undo-all]")?.click(),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target.closest("a, button, summary, input:not([name='ids']), select, textarea")
      && (event.key in STEPS || event.key === "Escape")) return;
  const at = boxes.indexOf(document.activeElement);
  const act = LETTERS[event.key] ?? LETTERS[event.key.toLowerCase()];
  if (event.key in STEPS) {
    move(at, event);
  } else if (act && !event.repeat) {
    act(at);
  } else {
    return;
  }
  event.preventDefault();
});

// The browser has changed the box already; a label's click arrives at its box as well.
sheet.addEventListener("click", (event) => {
  const at = boxes.indexOf(event.target);
  if (at < 0) return;
  if (event.shiftKey) {
    boxes[at].checked = boxes[anchor].checked;
    setRange(at);
  } else {
    anchor = at;
    tell();
  }
});

sheet.addEventListener("submit", (event) => {
  if (boxes.some((box) => box.checked)) return;
  event.preventDefault();
  said.textContent = "Nothing is selected: select at least one.";
});

if (boxes.length) {
  sheet.querySelector("[data-keys]").hidden = false;
  tell();
  // what the browser keeps of a form when one comes back is there only now
  addEventListener("pageshow", tell);
}
