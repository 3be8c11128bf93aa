// ahead.js: the next candidates are there before they are asked for: their pages, with both pictures
// decoded and their panels filled. The site holds each for this rater meanwhile.

import { attachPanels } from "./panels.js";

/** So many are fetched ahead, one after another. */
const DEPTH = 2;

/** The site holds a candidate for 5 minutes; one that was fetched longer ago is asked for anew. */
const KEEP_MS = 240000;

/** While the tab is seen, it is held on. */
const RENEW_MS = 120000;

const ANSWER_MS = 20000;
const PAUSE_MS = 1000;
const PAUSE_MAX_MS = 15000;

/** What this tab holds, for the time when it loads another page. */
const STORE = "transients-ahead";

/** Without these a page of the site is its content alone. */
export const STAYS = ".skip-link, header.top, script, dialog";

/** A pause that ends when the network is back, or when anything got through to the site. */
function pause(ms) {
  return new Promise((done) => {
    setTimeout(done, ms);
    addEventListener("online", done, { once: true });
    addEventListener("transients-through", done, { once: true });
  });
}

/** The content of a page, in this document, where its pictures load at once. */
function rootOf(page) {
  const root = document.createDocumentFragment();
  const parts = [...page.body.children].filter((e) => !e.matches(STAYS));
  root.append(...parts.map((e) => document.adoptNode(e)));
  return root;
}

function decoded(root) {
  return Promise.allSettled([...root.querySelectorAll(".figure .well img")].map((image) => image.decode()));
}

export class Ahead {
  /** `from` is the candidate that is looked at, `list` the table that it was opened from, or null. */
  constructor(from, list) {
    this.from = from;
    this.list = list;
    this.ready = [];
    this.waiters = [];
    this.end = null;
    this.held = this.heldBefore();
    setInterval(() => document.visibilityState === "visible" && this.ready.forEach((next) => this.renew(next)), RENEW_MS);
    this.fill();
  }

  /** One that the site holds for this rater no longer is left to grow too old. */
  async renew(next) {
    if (!next.lease) return;
    const asked = Date.now();
    const answer = await fetch(next.lease, { method: "POST", headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    next.at = asked;
    this.remember();
  }

  /** Candidates that the page before held for this tab; in a list nothing is held. */
  heldBefore() {
    if (this.list) return [];
    try {
      const held = JSON.parse(sessionStorage.getItem(STORE) ?? "[]");
      return held.filter(({ id, at }) => id !== this.from && Date.now() - at < KEEP_MS);
    } catch {
      return [];
    }
  }

  remember() {
    if (this.list) return;
    const all = [...this.ready.map(({ id, at }) => ({ id, at })), ...this.held];
    try {
      sessionStorage.setItem(STORE, JSON.stringify(all));
    } catch { /* then the site lets go of them by itself */ }
  }

  last() {
    return this.ready.at(-1)?.id ?? this.from;
  }

  /** Fetches until enough are there or none is left; what fails is tried again. */
  async fill() {
    if (this.filling) return;
    this.filling = true;
    for (let wait = PAUSE_MS; this.ready.length < DEPTH && !this.end;) {
      try {
        await this.fetchOne();
        wait = PAUSE_MS;
      } catch {
        await pause(wait);
        wait = Math.min(wait * 2, PAUSE_MAX_MS);
      }
    }
    this.filling = false;
  }

  addressOfNext() {
    const query = new URLSearchParams({ ahead: this.last() });
    if (this.list) query.set("list", this.list);
    return `/next?${query}`;
  }

  async fetchOne() {
    const held = this.held[0];
    const asked = Date.now();
    const answer = await fetch(held ? `/candidates/${held.id}` : this.addressOfNext(), {
      headers: { Accept: "text/html" }, signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!answer.ok && answer.status !== 404) throw new Error(`status ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    this.held = this.held.slice(1);
    if (!held) await this.take(answer, page, asked);
    else if (answer.ok && page.querySelector("[data-lease]")) await this.take(answer, page, held.at);
  }

  async take(answer, page, at) {
    const url = new URL(answer.url);
    const id = Number(/^\/candidates\/(\d+)$/.exec(url.pathname)?.[1]);
    const isKnown = id === this.from || this.ready.some((next) => next.id === id);
    if (!answer.ok || !id || isKnown || !page.querySelector("[data-verdict]")) {
      this.end = url;
      this.tell();
      return;
    }
    url.searchParams.delete("skipped");
    const next = {
      id, at, path: url.pathname + url.search, title: page.title, made: performance.now(),
      lease: page.querySelector("[data-lease]")?.dataset.lease, root: rootOf(page),
    };
    await decoded(next.root);
    this.ready.push(next);
    this.remember();
    attachPanels(next.root);
    this.tell();
  }

  /** Those who wait get what is there. */
  tell() {
    while (this.waiters.length && (this.ready.length || this.end)) {
      const next = this.ready.shift();
      if (next) this.from = next.id;
      this.waiters.shift()(next ?? { end: this.end });
    }
    this.remember();
  }

  /** The next one, when it is there: {id, path, title, root, made}, or {end: URL} when none is left. */
  next() {
    if (this.ready.some(({ at }) => !this.list && Date.now() - at > KEEP_MS)) this.ready = [];
    return new Promise((done) => {
      this.waiters.push(done);
      this.tell();
      this.fill();
    });
  }
}
