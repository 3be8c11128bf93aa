// rate.js: the candidate page: its keys, figures, panels and verdict bar; a verdict goes into the
// outbox, and the next candidate, which is there already, takes the page's place.

import { Ahead, STAYS } from "./ahead.js";
import { attachFigures, closeLarge, picturesSettled } from "./figure.js";
import { attachKeyList } from "./keylist.js";
import { bindKeys } from "./keys.js";
import { Outbox } from "./outbox.js";
import { attachPanels } from "./panels.js";
import { Sending, showToast } from "./sending.js";
import { Verdict } from "./verdict.js";

/** What takes longer is spoken of. */
const WAIT_MS = 600;

const outbox = new Outbox(document.documentElement.dataset.user);
const sending = new Sending(outbox);

let verdict = null;
let letGo = () => {};
let ahead = null;
let address = location.pathname + location.search;
let last = null; // the entry that was put last, and what the site said to it
let counts = null; // as the site counted last; a page that was fetched ahead is behind that

function candidateOf(form) {
  return Number(/\/candidates\/(\d+)\//.exec(form.action)[1]);
}

function listOf(form) {
  return form.elements.list?.value ?? null;
}

function showCounts() {
  const [done, left] = document.querySelectorAll(".queue-bar .progress b");
  if (!counts) return;
  if (done && counts.sitting !== null) done.textContent = counts.sitting.toLocaleString("en");
  if (left && counts.left !== null) left.textContent = counts.left.toLocaleString("en") + (counts.left_capped ? "+" : "");
}

/** A refused verdict is told on its candidate's page, until another one or the rater settles it. */
function showRefused(id) {
  const entry = outbox.refused().find((e) => e.candidate === id);
  if (!entry) return;
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "button quiet";
  drop.textContent = "Forget it";
  drop.addEventListener("click", () => {
    outbox.drop(entry);
    verdict.say("");
  });
  verdict.say(`${entry.words}: refused, nothing stored. ${entry.why} Rate once more here, or `, drop);
}

/** Another page in this one's place, without loading. */
function put(next, entry) {
  const ignored = document.querySelector("[data-ignored]"); // said of a key just now
  letGo();
  [...document.body.children].filter((e) => !e.matches(STAYS)).forEach((e) => e.remove());
  document.querySelector("header.top").after(next.root);
  document.title = next.title;
  address = next.path;
  history.pushState(null, "", address);
  scrollTo(0, 0);
  tellTime(next.made);
  attach();
  showToast(entry.words, last.undo, entry.list);
  if (ignored) document.querySelector(".queue-bar h1").after(ignored);
  document.dispatchEvent(new CustomEvent("candidate-shown"));
}

/** The page's time is when it was made; what is kept is when it was shown. */
function tellTime(made) {
  const field = document.querySelector("[data-verdict]")?.elements.shown_at;
  const time = Date.parse(field?.value);
  if (time) field.value = new Date(time + performance.now() - made).toISOString();
}

function endOf(url, entry) {
  if (url.searchParams.has("end")) url.searchParams.set("end", entry.isSkip ? "skipped" : "rated");
  else url.search = entry.isSkip ? "" : `?rated=${entry.candidate}`;
  return url;
}

function beginAhead() {
  ahead ??= new Ahead(candidateOf(verdict.form), listOf(verdict.form));
  return ahead;
}

async function goOn(entry) {
  const bar = verdict;
  const slow = setTimeout(() => bar.say(`${entry.words} is kept. The next candidate is on its way.`), WAIT_MS);
  const next = await beginAhead().next();
  clearTimeout(slow);
  if (!next.end) put(next, entry);
  else if (await outbox.settled(entry)) location.assign(endOf(next.end, entry));
  else showRefused(entry.candidate);
}

function send(form, body, words, isSkip) {
  const candidate = candidateOf(form);
  outbox.refused().filter((e) => e.candidate === candidate).forEach((e) => outbox.drop(e));
  const key = body.get("request_key") ?? `skip-${candidate}-${Date.now()}`;
  last = { key, undo: null };
  const entry = outbox.put({
    key, candidate, words, isSkip, list: listOf(form), action: new URL(form.action).pathname, body: String(body),
  });
  goOn(entry);
}

function wordsOf(form, button) {
  const id = candidateOf(form);
  if (button.dataset.quick) return `Rated ${id}: ${button.dataset.quick}`;
  const name = form.querySelector('input[name="classification"]:checked')?.closest("label").querySelector(".cls").textContent;
  return `Rated ${id}: ${button.value}${name ? `, ${name}` : ""}`;
}

/** One that goes to others, too, is shown first, by a page of its own. */
function sendVerdict(button, event) {
  const { form } = verdict;
  const body = new URLSearchParams(new FormData(form, button));
  if (body.has("also")) return;
  event.preventDefault();
  send(form, body, wordsOf(form, button), false);
}

function sendSkip(event) {
  event.preventDefault();
  if (verdict.sent) return;
  verdict.sent = true;
  send(event.target, new URLSearchParams(new FormData(event.target)), `Skipped ${candidateOf(event.target)}`, true);
}

/** The second frame begins when the first one has been painted. */
function painted() {
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}

/** Brings the candidate that stands in the page to life. */
function attach() {
  const form = document.querySelector("[data-verdict]");
  const bar = form && new Verdict(form, sendVerdict);
  verdict = bar;
  attachKeyList(document);
  letGo = attachFigures(document);
  picturesSettled(document).then(painted).then(() => bar?.isPainted());
  if (!form) return;
  document.getElementById("skip-form")?.addEventListener("submit", sendSkip);
  sending.attach();
  showCounts();
  showRefused(candidateOf(form));
}

bindKeys({
  press(element, event) {
    if (element.closest("[data-verdict]")) verdict.press(element, event);
    else element.click();
  },
  escape() {
    if (!closeLarge() && verdict?.noted) verdict.forget();
  },
});

outbox.addEventListener("stored", ({ detail: { entry, said } }) => {
  dispatchEvent(new Event("transients-through"));
  counts = said;
  showCounts();
  if (last?.key !== entry.key) return;
  last.undo = said.undo?.address ?? null;
  const isNext = verdict && candidateOf(verdict.form) !== entry.candidate;
  if (isNext) showToast(said.words ?? entry.words, last.undo, entry.list);
});

outbox.addEventListener("refused", ({ detail: entry }) => {
  if (verdict && candidateOf(verdict.form) === entry.candidate) showRefused(entry.candidate);
});

// A page that comes back from the history has the request key of a verdict that is stored: under it
// another verdict would count as the first one sent again. A fresh page has a key of its own, and
// shows what stands now.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
addEventListener("popstate", () => {
  if (location.pathname + location.search !== address) location.reload();
});

attach();
picturesSettled(document).then(() => requestAnimationFrame(() => {
  attachPanels(document);
  if (verdict) beginAhead();
}));
