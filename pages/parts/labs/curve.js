// Activations on one canvas: values above, slopes below, and a point x that is dragged here, without the server.
// All numbers come from the server as arrays on a grid (curve.py); nothing here evaluates an activation.

const LEFT = 34, TITLE = 20, GAP = 12, FOOT = 20, ABOVE = 146, BELOW = 94;
const NARROW = 480; // below it there is no room for names beside the curves
const LINE = 14; // that a name is high
const HIGHEST = 3.2; // values beyond are cut off: next to a ReLU at 8 a tanh would look flat
const REACH = 1.6; // of the tangent, to both sides
const JUMP = 0.2; // between neighbouring slopes: a kink of the value, where the line is broken
const DASHES = { solid: [], dash: [8, 5], dot: [2, 4] };

const curves = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  if (!data) return undefined;
  let view = curves.get(parentElement);
  if (!view) {
    view = create(parentElement);
    curves.set(parentElement, view);
  }
  if (view.key !== data.key) start(view, data); // Streamlit keeps the element where another key takes its place
  view.report = setStateValue;
  receive(view, data);
  return () => {
    if (parentElement.isConnected) return; // called as well when newer data overtake this call
    view.observer.disconnect();
    cancelAnimationFrame(view.request);
    curves.delete(parentElement);
    view.root.remove();
  };
}

// ---------------------------------------------------------------------------------------------- elements

function create(parent) {
  const view = { root: element("div", { className: "curve" }), key: "", index: 0, exact: false, told: 0, request: 0 };
  view.root.dataset.testid = "curve";
  view.canvas = element("canvas", {});
  view.canvas.setAttribute("role", "img");
  view.slider = element("input", { type: "range", min: 0, step: 1, ariaLabel: "x" });
  view.at = element("div", { className: "at" });
  view.rows = element("tbody", {});
  view.note = element("div", { className: "note" });
  view.uses = element("dl", {});
  const names = ["", "Value", "Slope", "Of largest"].map((text) => element("th", { textContent: text, scope: "col" }));
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...names)), view.rows);
  view.root.append(
    element("div", { className: "plot" }, view.canvas, view.slider),
    element("div", { className: "read" }, view.at, table, view.note, view.uses),
  );
  parent.append(view.root);
  view.context = view.canvas.getContext("2d");
  listen(view);
  view.observer = new ResizeObserver(() => invalidate(view));
  view.observer.observe(view.canvas);
  return view;
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// The server is told where x is when a drag or a key's repetition ends, never during it.
function listen(view) {
  const { canvas, slider } = view;
  let dragging = false;
  const follow = (event) => {
    const box = canvas.getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / (box.width - LEFT - right(box.width));
    move(view, Math.round(share * (view.data.points - 1)));
  };
  canvas.onpointerdown = (event) => {
    dragging = true;
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  };
  canvas.onpointermove = (event) => { if (dragging) follow(event); };
  canvas.onpointerup = canvas.onpointercancel = () => {
    dragging = false;
    tell(view);
  };
  slider.oninput = () => move(view, Number(slider.value));
  slider.onchange = () => tell(view);
}

function tell(view) {
  if (place(view) === view.told) return;
  view.told = place(view);
  view.report("x", view.told);
}

// ---------------------------------------------------------------------------------------------- x

// On the grid, or between its points where the server's x is until it is moved.
function place(view) {
  if (view.exact) return view.data.x;
  const { limit, points } = view.data;
  return Number((-limit + (2 * limit * view.index) / (points - 1)).toFixed(2));
}

// Value and slope of a curve at x.
function reading(view, i) {
  const { values, slopes } = view.data.curves[i];
  return view.exact ? view.data.at[i] : [values[view.index], slopes[view.index]];
}

// The server's x counts at the start only: later ones are those that it got from here.
function start(view, data) {
  view.data = data;
  view.key = data.key;
  view.told = data.x;
  view.slider.max = data.points - 1;
  move(view, Math.round(((data.x + data.limit) / (2 * data.limit)) * (data.points - 1)));
  view.exact = true;
}

function receive(view, data) {
  view.data = data;
  view.note.textContent =
    `Shaded: flat tail, slope below ${100 * data.saturated} % of its largest. Drag the line or use arrow keys.`;
  listRows(view);
  invalidate(view);
}

function move(view, index) {
  view.exact = false;
  view.index = Math.max(0, Math.min(view.data.points - 1, index));
  view.slider.value = view.index;
  invalidate(view);
}

// ---------------------------------------------------------------------------------------------- numbers

function listRows(view) {
  const lines = { solid: "solid", dash: "dashed", dot: "dotted" };
  view.cells = view.data.curves.map((curve) => {
    const line = element("span", { className: "line" });
    line.style.borderTopColor = curve.color;
    line.style.borderTopStyle = lines[curve.dash];
    const cells = [element("td", {}, line, curve.label), element("td", {}), element("td", {}), element("td", {})];
    return { row: element("tr", {}, ...cells), cells };
  });
  view.rows.replaceChildren(...view.cells.map(({ row }) => row));
  view.uses.replaceChildren(...view.data.curves.flatMap((curve) =>
    [element("dt", { textContent: curve.label }), element("dd", { textContent: curve.use })]));
}

function readOff(view) {
  const at = place(view), x = Number(at.toFixed(2)) === at ? text(at, 2) : String(at).replace("-", "−");
  view.at.textContent = `x = ${x}`;
  view.slider.ariaValueText = `x = ${x}`;
  view.root.dataset.x = at;
  const said = view.data.curves.map((curve, i) => {
    const { row, cells } = view.cells[i];
    const [value, slope] = reading(view, i), share = Math.abs(slope) / curve.largest;
    cells[1].textContent = number(value);
    cells[2].textContent = number(slope);
    const saturated = curve.zones.some(([from, to]) => at >= from && at <= to);
    cells[3].textContent = saturated ? "saturated" : `${text(100 * share, share < 0.1 ? 1 : 0)} %`;
    row.className = saturated ? "flat" : "";
    return `${curve.label}: value ${number(value)}, slope ${number(slope)}`;
  });
  view.canvas.ariaLabel = `Values and slopes over x, at x = ${x}. ${said.join(". ")}.`;
}

function number(value) {
  if (value === 0) return "0";
  if (Math.abs(value) >= 0.001) return text(value, Math.abs(value) < 0.1 ? 5 : 4);
  const [digits, exponent] = value.toExponential(2).split("e");
  return `${digits}e${exponent}`.replaceAll("-", "−");
}

function text(value, decimals) {
  return value.toFixed(decimals).replace("-", "−");
}

// ---------------------------------------------------------------------------------------------- drawing

function invalidate(view) {
  view.request ||= requestAnimationFrame(() => {
    view.request = 0;
    if (!view.canvas.clientWidth) return;
    readOff(view);
    draw(view);
  });
}

function draw(view) {
  const { canvas, context, data } = view, width = canvas.clientWidth, dpr = window.devicePixelRatio || 1;
  const height = 2 * TITLE + ABOVE + GAP + BELOW + FOOT;
  canvas.style.height = `${height}px`;
  view.slider.style.width = `${width - LEFT - right(width)}px`;
  if (canvas.width !== Math.round(width * dpr)) canvas.width = Math.round(width * dpr);
  if (canvas.height !== Math.round(height * dpr)) canvas.height = Math.round(height * dpr);
  context.setTransform(dpr, 0, 0, dpr, 0, 0);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(view.root);
  const theme = { font: style.fontFamily, text: style.color, background: style.getPropertyValue("--st-background-color") };
  const x = (value) => LEFT + ((value + data.limit) / (2 * data.limit)) * (width - LEFT - right(width));
  const values = panel("value", TITLE, ABOVE, data.curves.map((curve) => curve.values));
  const slopes = panel("slope", 2 * TITLE + ABOVE + GAP, BELOW, data.curves.map((curve) => curve.slopes));
  for (const box of [values, slopes]) {
    frame(context, theme, data, box, x, width, box === slopes);
    for (const curve of data.curves) shade(context, curve, box, x);
  }
  for (const curve of data.curves) {
    line(context, data, curve, curve.values, values, x, false);
    line(context, data, curve, curve.slopes, slopes, x, true);
  }
  if (width >= NARROW) {
    names(context, theme, data, values, data.curves.map((curve) => curve.values.at(-1)), x);
    names(context, theme, data, slopes, data.curves.map((curve) => curve.slopes.at(-1)), x);
  }
  point(context, theme, view, values, slopes, x);
}

// Room at the right for the curves' names.
function right(width) {
  return width < NARROW ? 8 : 92;
}

// Each curve's name at its end, none over another; ends: the curves' last values.
function names(context, theme, data, box, ends, x) {
  const last = box.top + box.height - LINE / 2;
  const placed = ends.map((end, i) => ({ curve: data.curves[i], y: Math.max(box.top + LINE / 2, Math.min(box.y(end), last)) }));
  placed.sort((a, b) => a.y - b.y);
  placed.forEach((each, i) => { if (i) each.y = Math.max(each.y, placed[i - 1].y + LINE); });
  let lowest = Math.max(last, box.top + LINE / 2 + (placed.length - 1) * LINE);
  for (const each of placed.toReversed()) {
    each.y = Math.min(each.y, lowest);
    lowest = each.y - LINE;
  }
  context.font = `12px ${theme.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const { curve, y } of placed.filter(({ y }) => y < box.top + box.height + GAP)) {
    context.fillStyle = curve.color;
    context.fillRect(x(data.limit) + 4, y - 1, 7, 2);
    context.fillStyle = theme.text;
    context.fillText(curve.label, x(data.limit) + 15, y);
  }
}

function panel(title, top, height, arrays) {
  const within = arrays.flatMap((array) => array.filter((v) => Math.abs(v) <= HIGHEST));
  const low = Math.min(0, ...within), high = Math.max(0, ...within), room = 0.06 * (high - low || 1);
  const scale = height / (high - low + 2 * room);
  const y = (value) => top + height - (value - low + room) * scale;
  return { title, top, height, low, high, y };
}

function frame(context, theme, data, box, x, width, last) {
  context.font = `12px ${theme.font}`;
  context.lineWidth = 1;
  context.strokeStyle = context.fillStyle = theme.text;
  context.textBaseline = "middle";
  context.textAlign = "right";
  const step = [0.25, 0.5, 1, 2].find((size) => (box.high - box.low) / size <= 6) || 2;
  for (let k = Math.ceil(box.low / step); k <= Math.floor(box.high / step); k++) {
    const y = Math.round(box.y(k * step)) + 0.5;
    context.globalAlpha = k ? 0.1 : 0.45;
    horizontal(context, x(-data.limit), x(data.limit), y);
    context.globalAlpha = 0.75;
    context.fillText(String(k * step).replace("-", "−"), LEFT - 6, y);
  }
  context.globalAlpha = 0.75;
  context.textAlign = "left";
  context.fillText(box.title === "value" ? "Value φ(x)" : "Slope φ′(x)", LEFT, box.top - 10);
  if (last) {
    context.textAlign = "center";
    for (let tick = -data.limit; tick <= data.limit; tick += 2) {
      const label = String(tick).replace("-", "−");
      context.fillText(label, Math.min(x(tick), width - 6), box.top + box.height + 12);
    }
  }
  context.globalAlpha = 1;
}

function horizontal(context, from, to, y) {
  context.beginPath();
  context.moveTo(from, y);
  context.lineTo(to, y);
  context.stroke();
}

function shade(context, curve, box, x) {
  context.globalAlpha = 0.09;
  context.fillStyle = curve.color;
  for (const [from, to] of curve.zones) context.fillRect(x(from), box.top, x(to) - x(from), box.height);
  context.globalAlpha = 1;
}

function line(context, data, curve, array, box, x, breaks) {
  context.save();
  clip(context, box, x, data);
  context.strokeStyle = curve.color;
  context.lineWidth = 2;
  context.lineJoin = "round";
  context.setLineDash(DASHES[curve.dash]);
  context.beginPath();
  array.forEach((value, i) => {
    const across = x(-data.limit + (2 * data.limit * i) / (data.points - 1));
    if (i && !(breaks && Math.abs(value - array[i - 1]) > JUMP)) context.lineTo(across, box.y(value));
    else context.moveTo(across, box.y(value));
  });
  context.stroke();
  context.restore();
}

function clip(context, box, x, data) {
  context.beginPath();
  context.rect(x(-data.limit), box.top, x(data.limit) - x(-data.limit), box.height);
  context.clip();
}

// The line at x, on each curve the point and, above, the tangent there.
function point(context, theme, view, values, slopes, x) {
  const { data } = view, at = place(view), across = x(at);
  context.save();
  context.strokeStyle = theme.text;
  context.globalAlpha = 0.6;
  context.lineWidth = 1.5;
  for (const box of [values, slopes]) {
    context.beginPath();
    context.moveTo(across, box.top);
    context.lineTo(across, box.top + box.height);
    context.stroke();
  }
  context.globalAlpha = 1;
  data.curves.forEach((curve, i) => {
    const [value, slope] = reading(view, i);
    context.save();
    clip(context, values, x, data);
    context.strokeStyle = theme.text;
    context.lineWidth = 1.25;
    context.beginPath();
    context.moveTo(x(at - REACH), values.y(value - REACH * slope));
    context.lineTo(x(at + REACH), values.y(value + REACH * slope));
    context.stroke();
    context.restore();
    dot(context, theme, curve, across, value, values);
    dot(context, theme, curve, across, slope, slopes);
  });
  context.restore();
}

// A dot, or at the edge of the panel a triangle that points to where the value is.
function dot(context, theme, curve, across, value, box) {
  const y = box.y(value), top = box.top, bottom = box.top + box.height;
  context.fillStyle = curve.color;
  context.strokeStyle = theme.background;
  context.lineWidth = 1.5;
  context.beginPath();
  if (y < top || y > bottom) {
    const edge = y < top ? top : bottom, back = y < top ? 9 : -9;
    context.moveTo(across, edge);
    context.lineTo(across - 5, edge + back);
    context.lineTo(across + 5, edge + back);
    context.closePath();
  } else context.arc(across, y, 5, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}
