// player.js: the field's animation frame by frame: play, step, scrub along its light curve, slower,
// faster, with more contrast.
//
// Where the browser can't decode frames (no ImageDecoder) the plain GIF stays as it is.

import { keep, recall } from "./choices.js";
import { STRETCHES, stretcher } from "./stretch.js";

const WIDTH = 250;
const HEIGHT = 34;
const TOP = 5;

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];
const SPEED_WORDS = { 0.25: "¼", 0.5: "½" };

/** Points of the light curve in the plot's units. */
function pointsOf(curve) {
  const low = Math.min(...curve);
  const span = Math.max(...curve) - low || 1;
  const step = curve.length > 1 ? (WIDTH - 8) / (curve.length - 1) : 0;
  return curve.map((value, i) => [4 + i * step, HEIGHT - 8 - ((value - low) / span) * (HEIGHT - 8 - TOP)]);
}

function asPoints(points) {
  return points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
}

/** One tick a frame, below the curve. */
function asTicks(points) {
  return points.map(([x]) => `M${x.toFixed(1)} ${HEIGHT - 3}v3`).join("");
}

export class Player {
  /** Takes over a well that holds the GIF, if the browser can, until `signal`; never fails. */
  static attach(well, signal) {
    if (!well) return;
    const player = new Player(well, signal);
    player.takeOver()
      .catch(() => { /* the plain GIF goes on playing */ })
      .finally(() => player.drawCurve());
    signal.addEventListener("abort", () => player.letGo());
  }

  constructor(well, signal) {
    this.well = well;
    this.signal = signal;
    this.panel = well.closest(".figure");
    this.image = well.querySelector("img");
    this.plot = this.panel.querySelector("[data-curve-plot]");
    this.label = this.panel.querySelector("[data-frame]");
    this.delay = Math.max(Number(well.dataset.delay) || 100, 20);
    this.curve = JSON.parse(well.dataset.curve || "[]") ?? [];
    this.points = pointsOf(this.curve);
    this.frames = [];
    this.at = 0;
    this.speed = recall("speed", [1, ...SPEEDS]);
    this.stretch = recall("stretch", [...STRETCHES.keys()]);
    this.stretchers = [];
    this.playing = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  drawCurve() {
    if (this.curve.length < 2) return;
    this.plot.removeAttribute("hidden");
    this.plot.querySelector(".all").setAttribute("points", asPoints(this.points));
    this.plot.querySelector(".ticks").setAttribute("d", asTicks(this.points));
  }

  async takeOver() {
    if (!("ImageDecoder" in window)) return;
    await this.image.decode(); // from here on it is in the browser's cache
    const answer = await fetch(this.image.src, { signal: this.signal });
    if (!answer.ok) return;
    const decoder = new ImageDecoder({ data: answer.body, type: "image/gif" });
    await decoder.completed;
    const count = decoder.tracks.selectedTrack.frameCount;
    for (let i = 0; i < count && !this.signal.aborted; i++) {
      const { image } = await decoder.decode({ frameIndex: i });
      this.frames.push(image);
    }
    decoder.close();
    if (this.signal.aborted) this.letGo();
    else if (count > 0) this.start();
  }

  /** Frames are memory of the graphics card, which no collector sees. */
  letGo() {
    clearTimeout(this.timer);
    this.frames.forEach((frame) => frame.close());
    this.frames = [];
  }

  start() {
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.frames[0].displayWidth;
    this.canvas.height = this.frames[0].displayHeight;
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", this.image.alt);
    this.image.hidden = true;
    this.image.after(this.canvas);
    this.bindStretch();
    if (this.frames.length > 1) this.startMoving();
    this.show(this.playing ? 0 : this.brightest());
  }

  startMoving() {
    this.panel.querySelectorAll("[data-controls]").forEach((part) => { part.hidden = false; });
    this.makeSlider();
    this.bindControls();
    this.tick();
  }

  /** Where a still picture tells most. */
  brightest() {
    const frame = this.curve.indexOf(Math.max(...this.curve));
    return frame < 0 || frame >= this.frames.length ? 0 : frame;
  }

  makeSlider() {
    const set = (name, value) => this.plot.setAttribute(name, value);
    set("role", "slider");
    set("tabindex", 0);
    set("aria-label", "Frame");
    set("aria-valuemin", 1);
    set("aria-valuemax", this.frames.length);
  }

  show(index) {
    this.at = (index + this.frames.length) % this.frames.length;
    this.draw();
    const words = `frame ${this.at + 1} of ${this.frames.length}`;
    if (this.label) this.label.textContent = `${this.at + 1} of ${this.frames.length}`;
    this.plot.setAttribute("aria-valuenow", this.at + 1);
    this.plot.setAttribute("aria-valuetext", words);
    if (this.points.length < 2) return;
    const upTo = this.points.slice(0, this.at + 1);
    const x = upTo.at(-1)[0].toFixed(1);
    this.plot.querySelector(".played").setAttribute("points", asPoints(upTo));
    this.plot.querySelector(".now").setAttribute("x1", x);
    this.plot.querySelector(".now").setAttribute("x2", x);
  }

  draw() {
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(this.frames[this.at], 0, 0);
    const change = this.stretch ? this.stretcher() : null;
    if (!change) return;
    const pixels = context.getImageData(0, 0, this.canvas.width, this.canvas.height);
    change(pixels.data);
    context.putImageData(pixels, 0, 0);
  }

  /** What stretches a frame; all of them are looked through when the first one is. */
  stretcher() {
    if (this.stretchers[this.stretch] === undefined) {
      const { width, height } = this.canvas;
      const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
      const all = this.frames.map((frame) => {
        context.drawImage(frame, 0, 0);
        return context.getImageData(0, 0, width, height).data;
      });
      this.stretchers[this.stretch] = stretcher(all, STRETCHES[this.stretch]);
    }
    return this.stretchers[this.stretch];
  }

  bindStretch() {
    const button = this.panel.querySelector('[data-act="stretch"]');
    const name = button.querySelector("[data-stretch-name]");
    const tell = () => {
      button.setAttribute("aria-pressed", this.stretch > 0);
      name.textContent = this.stretch ? STRETCHES[this.stretch].name : "";
    };
    tell();
    button.hidden = false;
    button.addEventListener("click", () => {
      this.stretch = (this.stretch + 1) % STRETCHES.length;
      keep("stretch", this.stretch);
      tell();
      this.draw();
    });
  }

  tick() {
    this.timer = setTimeout(() => {
      if (this.playing && !document.hidden) this.show(this.at + 1);
      this.tick();
    }, this.delay / this.speed);
  }

  setPlaying(playing) {
    this.playing = playing;
    const button = this.panel.querySelector('[data-act="play"]');
    button.setAttribute("aria-label", playing ? "Pause" : "Play");
    button.querySelector("use").setAttribute("href", `/icons/sprite.svg#${playing ? "pause" : "play"}`);
  }

  step(by) {
    this.setPlaying(false);
    this.show(this.at + by);
  }

  tellSpeed() {
    const at = SPEEDS.indexOf(this.speed);
    this.panel.querySelector("[data-speed]").textContent = `${SPEED_WORDS[this.speed] ?? this.speed}×`;
    this.panel.querySelector('[data-act="slower"]').disabled = at === 0;
    this.panel.querySelector('[data-act="faster"]').disabled = at === SPEEDS.length - 1;
  }

  changeSpeed(by) {
    this.speed = SPEEDS[SPEEDS.indexOf(this.speed) + by] ?? this.speed;
    keep("speed", this.speed);
    this.tellSpeed();
  }

  bindControls() {
    const on = (act, run) => this.panel.querySelector(`[data-act="${act}"]`).addEventListener("click", run);
    on("back", () => this.step(-1));
    on("on", () => this.step(1));
    on("play", () => this.setPlaying(!this.playing));
    on("slower", () => this.changeSpeed(-1));
    on("faster", () => this.changeSpeed(1));
    this.tellSpeed();
    this.setPlaying(this.playing);
    this.bindScrub();
  }

  scrubTo(event) {
    const box = this.plot.getBoundingClientRect();
    const part = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
    this.setPlaying(false);
    this.show(Math.round(part * (this.frames.length - 1)));
  }

  bindScrub() {
    const last = this.frames.length - 1;
    this.plot.addEventListener("pointerdown", (event) => {
      this.plot.setPointerCapture(event.pointerId);
      this.scrubTo(event);
    });
    this.plot.addEventListener("pointermove", (event) => event.buttons && this.scrubTo(event));
    this.plot.addEventListener("keydown", (event) => {
      const to = {
        ArrowLeft: this.at - 1, ArrowDown: this.at - 1, ArrowRight: this.at + 1, ArrowUp: this.at + 1,
        Home: 0, End: last,
      }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.step(Math.min(Math.max(to, 0), last) - this.at);
    });
  }
}
