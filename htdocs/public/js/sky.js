// sky.js: the map of the sky has one tab stop; arrows go from mark to mark. Without scripts the table
// below the map has the same links.

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Candidates first, the highest rated before the others, then where the survey looked. */
function marksOf(map) {
  return [...[...map.querySelectorAll(".mark")].reverse(), ...map.querySelectorAll(".pointing")];
}

function goTo(marks, index) {
  marks.forEach((mark, i) => mark.setAttribute("tabindex", i === index ? "0" : "-1"));
  marks[index].focus();
}

function bind(map) {
  const marks = marksOf(map);
  if (!marks.length) return;
  marks[0].setAttribute("tabindex", "0");
  map.addEventListener("keydown", (event) => {
    const from = marks.indexOf(event.target.closest("a"));
    const ends = { Home: 0, End: marks.length - 1 };
    const to = event.key in ends ? ends[event.key] : from + (STEPS[event.key] ?? 0);
    if (from < 0 || to === from || !marks[to]) return;
    event.preventDefault();
    goTo(marks, to);
  });
}

document.querySelectorAll("[data-sky]").forEach(bind);
