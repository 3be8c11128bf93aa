// bulk.js: rating several candidates at once: only the button stores, and once. Enter sends a form by
// its first button, which here does nothing (without scripts it loads the page again).

let sent = false;

document.querySelector(".bulk-form")?.addEventListener("submit", (event) => {
  if (event.submitter?.matches("[data-nothing]") || sent) {
    event.preventDefault();
  } else if (event.submitter?.matches(".primary")) {
    sent = true;
  }
});

// A page that comes back from the history has the request key of what is stored.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
