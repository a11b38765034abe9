// Theme and geometry: colours, and where everything lies.

function rebuild(stage, force = false) {
  const width = Math.floor(stage.root.clientWidth);
  if (!width || !stage.sides.length || (!force && width === stage.width)) return;
  stage.width = width;
  stage.dpr = window.devicePixelRatio || 1;
  stage.root.classList.toggle("compact", stage.compact);
  stage.theme = readTheme(stage);
  stage.geometry = arrange(stage, width);
  stage.scales = sharedScales(stage);
  resize(stage.canvas, stage.geometry.width, stage.geometry.height, stage.dpr);
  stage.canvas.style.width = `${stage.geometry.width}px`;
  stage.canvas.style.height = `${stage.geometry.height}px`;
  stage.root.classList.toggle("narrow", isNarrow(stage));
  drawPlayer(stage);
  layersFor(stage);
  placeEditor(stage);
  invalidate(stage);
}

function resize(canvas, width, height, dpr) {
  const [w, h] = [Math.round(width * dpr), Math.round(height * dpr)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
}

// The theme's colours, and the tables made of them, which are kept while these stay: the stage is rebuilt at each update.
function readTheme(stage) {
  const style = getComputedStyle(stage.root);
  const color = (name, otherwise) => plainColor(stage.context, style.getPropertyValue(name).trim() || otherwise);
  const background = color("--st-background-color", "#ffffff"), text = color("--st-text-color", "#31333f");
  const [r, g, b] = channels(background);
  const dark = 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
  const read = {
    background, text, dark, font: style.fontFamily, primary: color("--st-primary-color", "#1c83e1"),
    alarm: color("--st-red-text-color", dark ? "#ff6c6c" : "#bd4043"),
  };
  const key = Object.values(read).join();
  return stage.theme?.key === key ? stage.theme : { key, ...read, ...mixed(read, stage.palette) };
}

function mixed({ background, text, dark }, palette) {
  const neutral = palette.neutral[dark ? "dark" : "light"];
  const negative = dark ? mix(palette.negative, "#ffffff", 0.06) : palette.negative;
  const positive = dark ? mix(palette.positive, "#ffffff", 0.2) : palette.positive;
  const strength = dark ? 0.6 : 0.74; // of the boundary, so that points of the same colour stand out
  const shares = ramp(palette.negative, neutral, palette.positive, strength);
  return {
    neutral, negative, positive, strength, shares, classes: palette.classes,
    muted: mix(background, text, dark ? 0.68 : 0.66), faint: mix(background, text, dark ? 0.2 : 0.14),
    rim: mix(background, text, 0.45),
    signs: ramp(negative, neutral, positive, 0.95),
    levels: ramp(negative, neutral, positive, 0.85),
    outputs: palette.classes.map((color) =>
      Uint32Array.from({ length: 256 }, (_, byte) => pixel(mix(neutral, color, byte / 255)))),
    values: Array.from({ length: 256 }, (_, byte) =>
      mix(neutral, byte < 128 ? negative : positive, Math.min(1, Math.abs(byte - 127.5) / 127.5))),
    decided: Uint32Array.from(shares, (_, byte) => shares[byte < 128 ? 0 : 255]),
    biases: Array.from({ length: 21 }, (_, i) => mix(neutral, i < 10 ? negative : positive, Math.abs(i - 10) / 10)),
  };
}

function plainColor(context, text) {
  context.fillStyle = "#000000";
  context.fillStyle = text;
  const color = context.fillStyle;
  if (color.startsWith("#")) return color;
  const [r, g, b] = color.match(/[\d.]+/g).map(Number);
  return hex(r, g, b);
}

function channels(color) {
  return [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
}

function hex(r, g, b) {
  return "#" + [r, g, b].map((v) => Math.round(v).toString(16).padStart(2, "0")).join("");
}

function cssColor(value) {
  return hex(value & 255, (value >> 8) & 255, (value >> 16) & 255);
}

function mix(low, high, share) {
  const from = channels(low), to = channels(high);
  return hex(...from.map((v, i) => v + (to[i] - v) * share));
}

function pixel(color) {
  const [r, g, b] = channels(color);
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

function ramp(low, middle, high, strength) {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    const share = Math.min(1, Math.abs(byte - 127.5) / 127.5);
    return pixel(mix(middle, byte < 128 ? low : high, strength * share));
  });
}

// Boundary bytes of several classes: 25 k + floor(24.99 confidence), where a confidence of 1 / K means undecided.
function classRamp(theme, classes, discretize) {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    const confidence = ((byte % 25) + 0.5) / 25, certain = Math.max(0, (confidence - 1 / classes) / (1 - 1 / classes));
    const color = theme.classes[Math.min(Math.floor(byte / 25), classes - 1)];
    return pixel(mix(theme.neutral, color, theme.strength * (discretize ? 1 : 0.15 + 0.85 * certain)));
  });
}

function font(stage, size, weight = 400) {
  return `${weight} ${size}px ${stage.theme.font}`;
}

function isNarrow(stage) {
  return !stage.compact && stage.width < NARROW;
}

// Below NARROW pixels one side is shown at a time.
function isShown(stage, place) {
  return !isNarrow(stage) || place === stage.one;
}

// Sizes depend on the window alone, and on what was unfolded by hand, so nothing moves while a run trains.
function arrange(stage, width) {
  const { compact, sides, edit } = stage, narrow = !compact && width < NARROW, gap = 32;
  const beside = sides.length > 1 && !narrow, w = beside ? Math.floor((width - gap) / 2) : width;
  const controls = edit?.may.hidden ? buttonSize(stage) + 4 : 0;
  const least = edit?.may.features && stage.unfolded ? (stage.features.length + 1) * (narrow ? 40 : 24) : 0;
  const boxes = compact ? compactBoxes(w) : fullBoxes(w, controls, least);
  const height = Math.max(...Object.values(boxes).map((box) => box.y + box.h)) + (compact ? 4 : 0);
  return { width, height, sides: sides.map((_, i) =>
    shifted({ side: { x: 0, y: 0, w, h: height }, ...boxes }, beside ? i * (w + gap) : 0)) };
}

const HEAD = 46, CAPTION = 18, AXIS_LEFT = 34, AXIS_BOTTOM = 32;

function buttonSize(stage) {
  return isNarrow(stage) ? 40 : 22;
}

// In a low window, as a frame on another page, all of it is to be seen at once.
function squareSize(w) {
  return Math.round(Math.min(270, w * 0.6 - AXIS_LEFT, Math.max(160, window.innerHeight - 412)));
}

function networkHeight(w) {
  return w < 420 || window.innerHeight < 700 ? 126 : 200;
}

// controls: the height of the buttons above the network; least: that of the network.
function fullBoxes(w, controls, least) {
  const size = squareSize(w), top = HEAD + CAPTION, right = AXIS_LEFT + size + (w < 420 ? 16 : 24);
  const bars = Math.round(size * 0.56), network = top + size + AXIS_BOTTOM + 8 + controls + CAPTION;
  return {
    boundary: { x: AXIS_LEFT, y: top, w: size, h: size },
    bars: { x: right, y: top, w: w - right, h: bars },
    loss: { x: right, y: top + bars + 24, w: w - right, h: size - bars - 24 },
    network: { x: 0, y: network, w, h: Math.max(least, networkHeight(w)) },
  };
}

function compactSize(w) {
  return Math.min(240, Math.round(w * 0.45));
}

function compactBoxes(w) {
  const size = compactSize(w);
  return {
    boundary: { x: 0, y: 30, w: size, h: size },
    network: { x: size + 16, y: 30, w: w - size - 16, h: size },
  };
}

function shifted(boxes, x) {
  return Object.fromEntries(Object.entries(boxes).map(([name, box]) => [name, { ...box, x: box.x + x }]));
}

// One scale for A and B, so that lengths and heights compare.
function sharedScales(stage) {
  const runs = stage.sides.map((side) => side.run).filter(Boolean);
  const sizes = runs.flatMap((run) => [...measure(stage, run)]).filter((v) => v > 0 && Number.isFinite(v));
  const losses = runs.flatMap((run) => [...run.train_loss, ...run.test_loss])
    .filter((v) => v > 0 && Number.isFinite(v));
  const high = sizes.length ? Math.ceil(Math.log10(Math.max(...sizes)) + 1e-9) : 0;
  const low = sizes.length ? Math.floor(Math.log10(Math.min(...sizes)) - 1e-9) : -3;
  const most = Math.max(...losses, 1e-12), least = Math.min(...losses, most);
  return {
    high, low: Math.max(high - 16, Math.min(low, high - 3)),
    logarithmic: most / least > 20, most, least: most / least > 20 ? Math.max(least, most * 1e-8) : 0,
    final: finalEpoch(stage),
  };
}

// The last epoch there is, or will be once training ends.
function finalEpoch(stage) {
  const lasts = stage.sides.filter((side) => side.run).map((side) =>
    (ended(side) ? side.run.epochs[side.run.count - 1] : side.run.total));
  return Math.max(1, ...lasts);
}

function measure(stage, run) {
  return stage.view.gradient === "delta" ? run.delta : run.weight_gradient;
}

// Where every neuron of a network lies: columns of {x, nodes: [y], size, step}. The first column has a node for each of
// the features that are shown, under its number among all there are, and extra room below them, whose middle is `last`;
// all: every feature has one, used or not, and they are small.
function wire(box, sizes, { compact = false, all = false, shown, extra = 0 }) {
  const rows = shown.length + extra, most = Math.max(...sizes.slice(1), all ? 0 : rows), columns = sizes.length;
  const outputs = sizes[columns - 1];
  const left = compact ? 34 : 44, right = outputs > 1 ? 66 : 16;
  const small = all ? Math.min(20, box.h / rows - 4) : 0;
  const room = (box.w - left - right - small) / columns;
  const size = Math.max(3, Math.min(compact ? 28 : 34, 0.78 * (box.h / most), 0.62 * room));
  const edge = (small || size) / 2, first = box.x + left + edge;
  const step = (box.w - left - right - edge - size / 2) / (columns - 1);
  const heights = (count, pitch) =>
    Array.from({ length: count }, (_, i) => box.y + box.h / 2 + pitch * (i - (count - 1) / 2));
  return sizes.map((count, c) => {
    const x = first + c * step, pitch = Math.min(box.h / (c ? count : rows), 1.5 * size + 8);
    if (c) return { x, size, step, nodes: heights(count, pitch) };
    const places = heights(rows, all ? box.h / rows : pitch), nodes = [];
    shown.forEach((feature, i) => { nodes[feature] = places[i]; });
    return { x, size: small || size, step, nodes, last: places[rows - 1], pitch: all ? box.h / rows : pitch };
  });
}
