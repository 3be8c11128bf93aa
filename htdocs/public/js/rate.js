// rate.js: the candidate page: its keys, figures, panels and verdict bar.

import { attachFigures, closeLarge, picturesSettled } from "./figure.js";
import { attachKeyList } from "./keylist.js";
import { bindKeys } from "./keys.js";
import { attachPanels } from "./panels.js";
import { Verdict } from "./verdict.js";

/** An answer that takes longer is spoken of. */
const WAIT_MS = 600;

let verdict = null;

function send(button) {
  setTimeout(() => verdict.say(`Sending ${button.value}. No answer yet.`), WAIT_MS);
}

/** Brings the candidate that stands in the page to life. */
function attach() {
  const form = document.querySelector("[data-verdict]");
  verdict = form && new Verdict(form, send);
  attachKeyList(document);
  attachFigures(document);
  picturesSettled(document).then(() => requestAnimationFrame(() => {
    verdict?.isPainted();
    attachPanels(document);
  }));
}

bindKeys({
  press(element) {
    if (element.closest("[data-verdict]")) verdict.press(element);
    else element.click();
  },
  escape() {
    if (!closeLarge() && verdict?.noted) verdict.forget();
  },
});

// A page that comes back from the history has the request key of a verdict that is stored: under it
// another verdict would count as the first one sent again. A fresh page has a key of its own, and
// shows what stands now.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

attach();
