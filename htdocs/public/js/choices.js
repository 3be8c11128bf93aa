// choices.js: small choices about looking that this browser keeps from one candidate to the next.

const PREFIX = "look.";

/** What was kept under a name, if it is one of `allowed`; else the first of those. */
export function recall(name, allowed) {
  let kept = null;
  try {
    kept = localStorage.getItem(PREFIX + name);
  } catch { /* a browser that keeps nothing */ }
  return allowed.find((value) => String(value) === kept) ?? allowed[0];
}

export function keep(name, value) {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch { /* it holds for this page, then */ }
}
