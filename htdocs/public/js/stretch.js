// stretch.js: more contrast in the colours that the animation has.
//
// The fields come in a colour map whose luminance only rises. What lies between two percentiles of
// the luminance of all frames together is spread over the whole of that map: the colours stay the
// pipeline's own, and what flickers in the stretched frames flickers in the data.

/** The parts of the pixels that are cut off below and above, in the order of the button. */
export const STRETCHES = [
  { name: "as sent" },
  { name: "98 %", low: 0.01, high: 0.99 },
  { name: "90 %", low: 0.05, high: 0.95 },
];

const LEVELS = 256;

/** ITU-R BT.601's weights. */
function luminance(data, at) {
  return Math.round(0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]);
}

/** How many pixels have each luminance, and the sums of their colours. */
function survey(frames) {
  const counts = new Float64Array(LEVELS);
  const sums = new Float64Array(LEVELS * 3);
  for (const data of frames) {
    for (let at = 0; at < data.length; at += 4) {
      const level = luminance(data, at);
      counts[level]++;
      for (let i = 0; i < 3; i++) sums[level * 3 + i] += data[at + i];
    }
  }
  return { counts, sums };
}

/** The luminance below which a part of the pixels lies. */
function levelAt(counts, part) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (let level = 0; level < LEVELS; level++) {
    seen += counts[level];
    if (seen > part * total) return level;
  }
  return counts.findLastIndex((count) => count > 0);
}

/** The mean colour of each luminance; one that no pixel has is that of the nearest below. */
function coloursOf({ counts, sums }) {
  const colours = new Uint8ClampedArray(LEVELS * 3);
  let last = counts.findIndex((count) => count > 0);
  for (let level = 0; level < LEVELS; level++) {
    if (counts[level]) last = level;
    for (let i = 0; i < 3; i++) colours[level * 3 + i] = sums[last * 3 + i] / counts[last];
  }
  return colours;
}

/**
 * Looks through the pixels (RGBA) of all frames; gives back what stretches such pixels in place, or
 * null where there is nothing to stretch.
 */
export function stretcher(frames, { low, high }) {
  const seen = survey(frames);
  const bottom = levelAt(seen.counts, 0);
  const top = levelAt(seen.counts, 1);
  const from = levelAt(seen.counts, low);
  const to = levelAt(seen.counts, high);
  if (to <= from) return null;
  const colours = coloursOf(seen);
  const scale = (top - bottom) / (to - from);
  return (data) => {
    for (let at = 0; at < data.length; at += 4) {
      const level = bottom + (luminance(data, at) - from) * scale;
      const place = Math.round(Math.min(Math.max(level, bottom), top)) * 3;
      for (let i = 0; i < 3; i++) data[at + i] = colours[place + i];
    }
  };
}
