// lease.js: keeps the candidate that is looked at from being put before anybody else.

/** A lease lasts 5 minutes. */
const EVERY_MS = 120000;

// The element is looked for each time, for the page's parts may have been exchanged. A tab that
// nobody sees lets go of its candidate.
setInterval(() => {
  const address = document.querySelector("[data-lease]")?.dataset.lease;
  if (!address || document.visibilityState !== "visible") return;
  fetch(address, { method: "POST", headers: { Accept: "application/json" } }).catch(() => {});
}, EVERY_MS);
