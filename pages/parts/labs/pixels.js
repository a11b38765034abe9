// An image of 8 by 8 pixels, each a character from 0 to g. A stroke that begins on an empty cell paints, one that begins
// on a painted cell wipes; the image is sent when the stroke ends. The server's image counts at the start of a key only.

const SIDE = 8;
const LEVELS = "0123456789abcdefg";
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

const images = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  if (!data) return undefined;
  let image = images.get(parentElement);
  if (!image) {
    image = create(parentElement);
    images.set(parentElement, image);
  }
  if (image.key !== data.key) { // Streamlit keeps the element where another key takes its place
    image.key = data.key;
    [...data.pixels].forEach((level, i) => paint(image, i, level));
  }
  image.send = (pixels) => setStateValue("drawn", pixels);
  image.root.setAttribute("aria-label", `${data.label}, 8 by 8 pixels: arrow keys move, space paints`);
  return () => {
    if (parentElement.isConnected) return; // called as well when newer data overtake this call
    images.delete(parentElement);
    image.root.remove();
  };
}

function create(parent) {
  const root = element("grid");
  const image = { root, cells: [], pixels: Array(SIDE * SIDE).fill("0"), ink: null, key: "", send: () => {} };
  root.className = "pixels";
  root.dataset.testid = "pixels";
  for (let i = 0; i < SIDE * SIDE; i += 1) {
    if (i % SIDE === 0) root.append(element("row"));
    const cell = element("gridcell");
    cell.tabIndex = i ? -1 : 0;
    image.cells.push(cell);
    root.lastChild.append(cell);
  }
  root.onpointerdown = (event) => begin(image, event);
  root.onpointermove = (event) => stroke(image, event);
  root.onpointerup = root.onpointercancel = () => end(image);
  root.onkeydown = (event) => onKey(image, event);
  parent.append(root);
  return image;
}

function element(role) {
  const made = document.createElement("div");
  made.setAttribute("role", role);
  return made;
}

function begin(image, event) {
  const index = at(image, event);
  if (index === null) return;
  event.preventDefault();
  image.root.setPointerCapture(event.pointerId);
  image.ink = inkFor(image, index);
  paint(image, index, image.ink);
}

function stroke(image, event) {
  const index = image.ink === null ? null : at(image, event);
  if (index !== null) paint(image, index, image.ink);
}

function end(image) {
  if (image.ink === null) return;
  image.ink = null;
  image.send(image.pixels.join(""));
}

function onKey(image, event) {
  const index = image.cells.indexOf(event.target);
  if (index < 0) return;
  if (event.key === " " || event.key === "Enter") {
    paint(image, index, inkFor(image, index));
    image.send(image.pixels.join(""));
  } else if (STEPS[event.key]) {
    const [down, right] = STEPS[event.key];
    const row = Math.min(Math.max(Math.floor(index / SIDE) + down, 0), SIDE - 1);
    const column = Math.min(Math.max((index % SIDE) + right, 0), SIDE - 1);
    image.cells[index].tabIndex = -1;
    image.cells[row * SIDE + column].tabIndex = 0;
    image.cells[row * SIDE + column].focus();
  } else {
    return;
  }
  event.preventDefault();
}

function inkFor(image, index) {
  return image.pixels[index] === "0" ? LEVELS[16] : "0";
}

function paint(image, index, level) {
  image.pixels[index] = level;
  image.cells[index].style.setProperty("--level", LEVELS.indexOf(level));
  const place = `row ${Math.floor(index / SIDE) + 1}, column ${(index % SIDE) + 1}`;
  image.cells[index].setAttribute("aria-label", `${place}: ${LEVELS.indexOf(level)} of 16`);
}

// The cell under the pointer, which is captured by the whole image.
function at(image, event) {
  const box = image.root.getBoundingClientRect();
  const column = Math.floor(((event.clientX - box.left) / box.width) * SIDE);
  const row = Math.floor(((event.clientY - box.top) / box.height) * SIDE);
  const inside = row >= 0 && row < SIDE && column >= 0 && column < SIDE;
  return inside ? row * SIDE + column : null;
}
