// Hovering: what lies under the pointer, in words.

const BEYOND = 9.99e307; // what the largest numbers are sent as

function point(stage, event) {
  if (stage.setting) return;
  const box = stage.canvas.getBoundingClientRect();
  const x = event.clientX - box.left, y = event.clientY - box.top;
  stage.pointer = { x, y };
  hovered(stage, find(stage, x, y));
}

function hovered(stage, hover) {
  if (!hover && !stage.hover) return;
  showCard(stage, hover);
  invalidate(stage);
}

function showCard(stage, hover) {
  const { card, canvas } = stage;
  stage.hover = hover;
  card.hidden = !hover;
  const canBeSet = weightOf(stage, hover), words = canBeSet ? `${hover.words}\nClick to set it` : hover?.words;
  canvas.style.cursor = hover?.ask || canBeSet ? "pointer" : "default";
  if (!hover) return;
  if (card.textContent !== words) card.textContent = words;
  const { x, y } = stage.pointer, room = card.offsetWidth;
  card.style.left = `${Math.max(0, x + 16 + room > stage.geometry.width ? x - room - 12 : x + 16)}px`;
  card.style.top = `${y + 14}px`;
}

function find(stage, x, y) {
  for (let place = 0; place < stage.sides.length; place++) {
    const side = stage.sides[place], boxes = stage.geometry.sides[place];
    if (!isShown(stage, place) || !side.run || !stage.layers[place].bytes || !within(boxes.side, x, y)) continue; // not there, or not drawn yet
    const t = side.frames[stage.index], found = findNode(stage, side.run, place, x, y, t)
      || findLink(stage, side.run, place, boxes.network, x, y, t)
      || (within(boxes.boundary, x, y) && findPoint(stage, side.run, place, boxes.boundary, x, y))
      || (boxes.bars && within(boxes.bars, x, y) && findBar(stage, side.run, boxes.bars, y, t));
    return found ? { place, ...found } : null;
  }
  return null;
}

function within(box, x, y) {
  return x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h;
}

function findNode(stage, run, place, x, y, t) {
  const { columns } = stage.layers[place], editable = place === 0 && stage.edit?.may.features;
  for (let column = 0; column < columns.length; column++) {
    const reach = Math.max(columns[column].size, 6) / 2;
    if (Math.abs(x - columns[column].x) > reach) continue;
    const row = columns[column].nodes.findIndex((centre) => Math.abs(y - centre) <= reach);
    if (row < 0) continue;
    const lines = [nodeName(run, column, row)];
    if (column > 0) lines.push(`bias ${number(parameter(run, t, run.layers[column - 1].biases + row))}`);
    const scale = scaleOf(run, column, row, t), output = column === run.sizes.length - 1;
    const end = stage.view.clamp ? 1 : scale;
    const named = scale !== null && (!output || regression(run)); // probabilities go from 0 to 1
    if (named) lines.push(end < BEYOND ? `colours from ${number(-end)} to ${number(end)}` : "values beyond 1e308");
    if (column === 0 && editable) lines.push(run.used.includes(row) ? "Click to leave it out" : "Click to use it");
    const missing = column > 0 && scale === null;
    if (missing) lines.push("Click to see its map");
    return { kind: "neuron", column, row, words: lines.join("\n"), ask: missing };
  }
  return null;
}

function parameter(run, t, place) {
  return run.parameters[(t - run.first) * run.parameterCount + place];
}

function findLink(stage, run, place, box, x, y, t) {
  if (!within(box, x, y)) return null;
  const { columns } = stage.layers[place];
  const l = columns.findIndex((column, c) => c + 1 < columns.length
    && x > column.x + column.size / 2 && x < columns[c + 1].x - columns[c + 1].size / 2);
  if (l < 0) return null;
  let best = null, distance = 6;
  const { links, outputs, rows, weights } = run.layers[l];
  links.forEach((link, k) => {
    const away = Math.abs(heightAt(ends(columns, l, run.layers[l], link), x) - y);
    if (away < distance) [best, distance] = [k, away];
  });
  if (best === null) return null;
  const from = nodeName(run, l, rows[Math.floor(links[best] / outputs)]);
  const to = nodeName(run, l + 1, links[best] % outputs);
  const words = `weight ${number(parameter(run, t, weights + best))}\n${from} → ${to}`;
  return { kind: "link", layer: l, link: best, words };
}

// The curve's height at x, by halving its parameter: x grows along it.
function heightAt({ x: x1, y: y1, x2, y2 }, x) {
  const middle = (x1 + x2) / 2;
  let low = 0, high = 1;
  for (let i = 0; i < 12; i++) {
    const s = (low + high) / 2, at = bezier(x1, middle, middle, x2, s);
    if (at < x) low = s;
    else high = s;
  }
  return bezier(y1, y1, y2, y2, low);
}

function bezier(a, b, c, d, s) {
  const r = 1 - s;
  return r * r * r * a + 3 * r * r * s * b + 3 * r * s * s * c + s * s * s * d;
}

function findPoint(stage, run, place, box, x, y) {
  const [left, right, bottom, top] = run.domain;
  const byte = stage.layers[place].bytes[
    Math.min(run.grid - 1, Math.floor((run.grid * (y - box.y)) / box.h)) * run.grid
      + Math.min(run.grid - 1, Math.floor((run.grid * (x - box.x)) / box.w))];
  let best = null, distance = 49;
  const sets = [[run.X_train, run.y_train, "training point"]];
  if (stage.view.test_points) sets.push([run.X_test, run.y_test, "test point"]);
  for (const [X, labels, name] of sets) {
    for (let i = 0; i < labels.length; i++) {
      const [px, py] = onBox(run, X, i, box.w, box.h), away = (box.x + px - x) ** 2 + (box.y + py - y) ** 2;
      if (away < distance) [best, distance] = [{ X, labels, name, i }, away];
    }
  }
  const at = best ? [best.X[2 * best.i], best.X[2 * best.i + 1]]
    : [left + ((right - left) * (x - box.x)) / box.w, top - ((top - bottom) * (y - box.y)) / box.h];
  const lines = [`${run.axes[0]} ${number(at[0])}, ${run.axes[1]} ${number(at[1])}`, outputWords(run, byte)];
  if (best) lines.unshift(`${labelWords(run, best.labels[best.i])}, ${best.name}`);
  return { kind: "point", words: lines.join("\n") };
}

function labelWords(run, label) {
  return regression(run) ? `target ${number(label)}` : run.classes[label];
}

// What a byte tells, to the digits that it has.
function outputWords(run, byte) {
  if (regression(run)) {
    if (byte === 255) return `output about ${number(run.limit)} or more`;
    if (byte === 1) return `output about ${number(-run.limit)} or less`;
    const unit = 10 ** Math.ceil(Math.log10(run.limit / 127));
    return `output about ${number(unit * Math.round(((byte - 128) / 127) * (run.limit / unit)))}`;
  }
  if (run.classes.length === 2) {
    const p = byte / 255;
    return run.output === "tanh" ? `output about ${(2 * p - 1).toFixed(2)}`
      : `${run.classes[1]}: ${byte === 0 ? "below 1" : byte === 255 ? "above 99" : `about ${Math.round(100 * p)}`} %`;
  }
  const level = byte % 25; // the floor of 24.99 p
  return `${run.classes[CLASS[byte]]}: ${4 * level} to ${4 * level + 4} %`;
}

function findBar(stage, run, box, y, t) {
  const inner = barBox(box), count = run.layers.length;
  const l = Math.min(count - 1, Math.floor(((y - inner.y) / inner.h) * count));
  const name = l === count - 1 ? "Output layer" : `Layer ${l + 1}`;
  const symbol = stage.view.gradient === "delta" ? "delta" : "dL/dW";
  return { kind: "bar", words: `${name}\n${symbol}, rms ${number(measure(stage, run)[t * count + l], 0.01)}` };
}

// A click, or Enter.
function enter(stage) {
  if (!openField(stage)) ask(stage);
}

function ask(stage) {
  const { hover } = stage;
  if (!hover?.ask || !ended(stage.sides[hover.place])) return;
  const { key } = stage.sides[hover.place];
  stage.send("neuron", { key, side: hover.place, layer: hover.column - 1, neuron: hover.row });
}

// Arrow keys go over the neurons: from layer to layer, and on into the other side.
function walk(stage, event) {
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  if (event.key === "Enter") enter(stage);
  else if (event.key === "Escape") hovered(stage, null);
  else if (event.key in moves) step(stage, ...moves[event.key]);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function step(stage, across, down) {
  const columns = stage.sides.flatMap((side, place) => (side.run && isShown(stage, place)
    ? stage.layers[place].columns.map((column, c) => ({ ...column, place, c, rows: Object.keys(column.nodes).map(Number) }))
    : []));
  if (!columns.length) return;
  const { hover } = stage, here = hover?.kind === "neuron"
    ? columns.findIndex(({ place, c }) => place === hover.place && c === hover.column) : -1;
  const to = columns[here < 0 ? 0 : Math.max(0, Math.min(columns.length - 1, here + across))], { rows } = to;
  const at = here < 0 || across ? 0 : rows.indexOf(hover.row) + down;
  const row = rows[Math.max(0, Math.min(rows.length - 1, at))];
  stage.pointer = { x: to.x, y: to.nodes[row] };
  hovered(stage, find(stage, to.x, to.nodes[row]));
  stage.spoken.textContent = `${stage.sides.length > 1 ? `${"AB"[to.place]}, ` : ""}${stage.hover?.words ?? ""}`;
}
