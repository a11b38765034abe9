// The stage: draws the frames of one or two runs on one canvas, in lockstep, and replays them without the server.
// A message is laid out as described in stage.py. Nothing here evaluates a network.

const KEPT = 6; // complete runs held for the server's references
const REPLAY = 3000; // milliseconds from the first frame to the last at speed 1
const REST = 1200; // milliseconds at the last frame before a loop starts again
const ARRAYS = {
  uint8: Uint8Array, uint16: Uint16Array, int32: Int32Array, float32: Float32Array, float64: Float64Array,
};
const ICONS = {
  play: "M4 2l10 6-10 6z",
  pause: "M3 2h4v12H3zM9 2h4v12H9z",
  start: "M2 2h2v12H2zM14 2v12L5 8z",
  back: "M12 2v12L3 8z",
  forward: "M4 2v12l9-6z",
};

const HALF = Float32Array.from({ length: 65536 }, (_, bits) => half(bits)); // half-precision numbers by their bits
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => Math.floor(byte / 25)); // classes by their boundary bytes

const complete = new Map(); // runs by the id of their side, newest last
const stages = new WeakMap();

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!data) return undefined;
  let stage = stages.get(parentElement);
  if (!stage) {
    stage = create(parentElement);
    stages.set(parentElement, stage);
  }
  stage.report = setStateValue;
  stage.ask = setTriggerValue;
  receive(stage, data);
  return () => {
    stage.observer.disconnect();
    cancelAnimationFrame(stage.request);
    stages.delete(parentElement);
    stage.root.remove();
  };
}

// ---------------------------------------------------------------------------------------------- elements

function create(parent) {
  const stage = {
    root: element("div", { className: "stage", tabIndex: 0 }), sides: [], layers: [{}, {}], view: {}, viewText: "",
    epochs: [0], index: 0, position: 0, speed: 1, playing: false, touched: false, request: 0, ticks: [], width: 0,
    hover: null, dirty: true, dpr: window.devicePixelRatio || 1,
  };
  stage.root.dataset.testid = "stage";
  buildTransport(stage);
  stage.canvas = element("canvas", {});
  stage.canvas.setAttribute("role", "img");
  stage.card = element("div", { className: "card", hidden: true });
  stage.root.append(element("div", { className: "picture" }, stage.canvas, stage.card));
  parent.append(stage.root);
  stage.context = stage.canvas.getContext("2d");
  stage.root.onkeydown = (event) => onKey(stage, event);
  stage.canvas.onpointermove = stage.canvas.onpointerdown = (event) => point(stage, event);
  stage.canvas.onpointerleave = () => hovered(stage, null);
  stage.canvas.onclick = () => ask(stage);
  stage.observer = new ResizeObserver(() => rebuild(stage));
  stage.observer.observe(stage.root);
  return stage;
}

function buildTransport(stage) {
  const controls = (stage.controls = {
    start: iconButton("To start", "start", () => go(stage, 0)),
    back: iconButton("Step back", "back", () => go(stage, stage.index - 1)),
    play: iconButton("Play", "play", () => play(stage, !stage.playing, true)),
    forward: iconButton("Step forward", "forward", () => go(stage, stage.index + 1)),
    slider: element("input", { type: "range", min: 0, step: 1, ariaLabel: "Epoch" }),
    epoch: element("span", { className: "epoch" }),
    speed: element("select", { ariaLabel: "Speed" }),
    test: button("Test points", () => toggle(stage, "test_points")),
    discretize: button("Discretise", () => toggle(stage, "discretize")),
    weights: button("Weight gradient", () => choose(stage, "gradient", "weights")),
    delta: button("Delta", () => choose(stage, "gradient", "delta")),
    save: button("Save picture", () => savePicture(stage)),
    copy: button("Copy link", () => copyLink(stage)),
  });
  controls.play.classList.add("play");
  controls.slider.oninput = () => go(stage, Number(controls.slider.value));
  for (const value of [0.5, 1, 2, 4]) {
    controls.speed.append(element("option", { value, textContent: `${value}×`, selected: value === 1 }));
  }
  controls.speed.onchange = () => { stage.speed = Number(controls.speed.value); };
  const joined = element("div", { className: "group joined" }, controls.weights, controls.delta);
  joined.setAttribute("role", "group");
  joined.setAttribute("aria-label", "Gradient shown");
  const steps = ["start", "back", "play", "forward"].map((name) => controls[name]);
  for (const name of ["start", "back", "forward", "speed"]) controls[name].classList.add("more");
  stage.root.append(
    element("div", { className: "bar" }, element("div", { className: "group" }, ...steps), controls.slider,
      controls.epoch, controls.speed),
    element("div", { className: "bar choices more" }, controls.test, controls.discretize, joined,
      element("div", { className: "space" }), controls.save, controls.copy),
  );
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function button(text, onclick) {
  return element("button", { type: "button", textContent: text, onclick });
}

function iconButton(name, icon, onclick) {
  const made = element("button", { type: "button", className: "icon", onclick });
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  made.append(svg);
  setIcon(made, name, icon);
  return made;
}

function setIcon(made, name, icon) {
  made.title = name;
  made.ariaLabel = name;
  made.querySelector("path").setAttribute("d", ICONS[icon]);
}

// ---------------------------------------------------------------------------------------------- messages

function receive(stage, data) {
  const { header, read } = decode(data);
  stage.compact = header.compact;
  stage.query = header.query;
  stage.palette = header.palette;
  const scene = header.sides.map((side) => side.key).join("\n");
  if (scene !== stage.scene) {
    stage.touched = false;
    stage.shown = new Set();
  }
  stage.scene = scene;
  stage.sides = header.sides.map((side) => {
    const run = side.run ? prepare(side.run, read(side.run)) : complete.get(side.id) || null;
    if (side.run && ended(side)) keep(side.id, run);
    if (run && side.fetched) {
      run.fetched.set(`${side.fetched.layer}/${side.fetched.neuron}`, read(side.fetched));
    }
    return { ...side, run };
  });
  const held = [...complete.keys()].sort();
  if (JSON.stringify(held) !== JSON.stringify([...header.have].sort())) stage.report("have", held);
  timeline(stage);
  applyView(stage, header.view);
  arrival(stage);
  rebuild(stage, true);
}

function decode(data) {
  const bytes = data.byteOffset % 8 ? data.slice() : data;
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const base = bytes.byteOffset + 4 + length;
  const read = (packed) => Object.fromEntries(Object.entries(packed.arrays).map(([name, [type, shape, offset]]) => {
    const count = shape.reduce((product, n) => product * n, 1);
    return [name, new ARRAYS[type](bytes.buffer, base + packed.start + offset, count)];
  }));
  return { header, read };
}

function ended(side) {
  return side.state !== "waiting" && side.state !== "training";
}

function keep(id, run) {
  complete.delete(id);
  complete.set(id, run);
  while (complete.size > KEPT) complete.delete(complete.keys().next().value);
}

// A run as the drawing needs it: where each layer's weights, biases and maps begin, and which links are drawn.
function prepare(header, arrays) {
  const run = { ...header, ...arrays, fetched: new Map(), count: arrays.epochs.length, layers: [] };
  run.parameters = Float32Array.from(arrays.parameters, (bits) => HALF[bits]);
  let weights = 0, map = 0, first = 0;
  for (let l = 0; l + 1 < run.sizes.length; l++) {
    const [inputs, outputs, drawn] = [run.sizes[l], run.sizes[l + 1], run.drawn[l]];
    const links = run.links.subarray(first, first + drawn);
    run.layers.push({ inputs, outputs, links, weights, biases: weights + drawn, map: run.maps[l] ? map : -1 });
    first += drawn;
    weights += drawn + outputs;
    map += run.maps[l] ? outputs : 0;
  }
  run.parameterCount = weights;
  run.mapCount = map;
  run.resolution = Math.round(Math.sqrt(arrays.feature_maps.length / run.sizes[0]));
  run.grid = Math.round(Math.sqrt(arrays.boundary.length / (run.count - run.first)));
  return run;
}

function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent ? sign * 2 ** (exponent - 25) * (1024 + fraction) : sign * 2 ** -24 * fraction;
}

// ---------------------------------------------------------------------------------------------- time

// The epochs that can be shown: of all runs that ended, else the newest of those that train.
function timeline(stage) {
  const replayable = stage.sides.filter((side) => side.run && ended(side));
  const shown = stage.epochs[stage.index];
  const atEnd = stage.index === stage.epochs.length - 1;
  const epochs = new Set(replayable.flatMap((side) => [...side.run.epochs]));
  if (!replayable.length) {
    epochs.add(Math.max(0, ...stage.sides.map((side) => (side.run ? side.run.epochs[side.run.count - 1] : 0))));
  }
  stage.epochs = [...epochs].sort((a, b) => a - b);
  stage.replayable = replayable.length > 0;
  for (const side of stage.sides.filter((each) => each.run)) {
    const { run } = side, newest = run.count - 1;
    side.frames = stage.epochs.map((epoch) => (ended(side) ? nearest(run.epochs, epoch) : newest));
  }
  place(stage, atEnd ? stage.epochs.length - 1 : nearest(stage.epochs, shown));
  const { slider } = stage.controls;
  slider.max = Math.max(1, stage.epochs.length - 1);
  for (const name of ["start", "back", "play", "forward", "slider", "speed"]) {
    stage.controls[name].disabled = !stage.replayable;
  }
}

function nearest(epochs, epoch) {
  let low = 0, high = epochs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (epochs[middle] < epoch) low = middle + 1;
    else high = middle;
  }
  return low > 0 && epoch - epochs[low - 1] <= epochs[low] - epoch ? low - 1 : low;
}

function applyView(stage, view) {
  const text = JSON.stringify(view);
  if (text === stage.viewText) return;
  stage.viewText = text;
  stage.view = { ...view };
  stage.startScene = stage.scene;
  if (view.frame >= 0) {
    stage.playing = false;
    place(stage, nearest(stage.epochs, view.frame));
  }
}

// A run that has just ended is played once; a link that names a frame rests there.
function arrival(stage) {
  const fresh = stage.sides.filter((side, i) => side.run && ended(side) && !stage.shown.has(`${i} ${side.id}`));
  stage.sides.forEach((side, i) => { if (side.run && ended(side)) stage.shown.add(`${i} ${side.id}`); });
  if (!fresh.length || stage.touched) return;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (stage.view.frame >= 0 && stage.scene === stage.startScene) place(stage, nearest(stage.epochs, stage.view.frame));
  else if (still) place(stage, stage.epochs.length - 1);
  else {
    place(stage, 0);
    play(stage, true, false);
  }
}

function place(stage, index) {
  stage.index = Math.max(0, Math.min(stage.epochs.length - 1, index));
  stage.position = stage.index;
  invalidate(stage);
}

function go(stage, index) {
  stage.touched = true;
  play(stage, false, true);
  place(stage, index);
}

function play(stage, on, byHand) {
  stage.touched ||= byHand;
  if (on && stage.index === stage.epochs.length - 1) place(stage, 0);
  stage.playing = on && stage.replayable;
  stage.then = 0;
  stage.ticks = [];
  invalidate(stage);
}

function onKey(stage, event) {
  const target = event.target.tagName;
  const last = stage.epochs.length - 1;
  const steps = { ArrowLeft: stage.index - 1, ArrowRight: stage.index + 1, Home: 0, End: last };
  if (!stage.replayable || target === "SELECT" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && target !== "BUTTON") play(stage, !stage.playing, true);
  else if (event.key in steps) go(stage, steps[event.key]);
  else return;
  event.preventDefault();
}

function invalidate(stage) {
  stage.dirty = true;
  stage.request ||= requestAnimationFrame((now) => tick(stage, now));
}

function tick(stage, now) {
  stage.request = 0;
  if (stage.playing) advance(stage, now);
  if (stage.dirty && stage.geometry) {
    stage.dirty = false;
    if (stage.hover) showCard(stage, find(stage, stage.pointer.x, stage.pointer.y));
    paint(stage, stage.context);
    follow(stage);
  }
  if (stage.playing) invalidate(stage);
}

function advance(stage, now) {
  const last = stage.epochs.length - 1;
  const elapsed = stage.then ? now - stage.then : 0;
  stage.then = now;
  stage.position += (elapsed * stage.speed * last) / REPLAY;
  if (stage.position >= last) {
    if (!stage.compact) stage.playing = false;
    else if (stage.position > last * (1 + REST / REPLAY)) stage.position = 0;
  }
  stage.index = Math.min(last, Math.floor(stage.position));
  stage.ticks.push(now);
  while (now - stage.ticks[0] > 1000) stage.ticks.shift();
  if (stage.ticks.length > 1) {
    stage.root.dataset.fps = ((1000 * (stage.ticks.length - 1)) / (now - stage.ticks[0])).toFixed(1);
  }
}

// The transport, the attributes and the text alternative say what the canvas shows.
function follow(stage) {
  const { controls, root } = stage;
  const epoch = stage.epochs[stage.index];
  controls.slider.value = stage.index;
  controls.slider.setAttribute("aria-valuetext", `epoch ${epoch}`);
  controls.epoch.textContent = `Epoch ${epoch} of ${stage.scales.final}`;
  const icon = stage.playing ? "pause" : "play";
  if (controls.play.dataset.icon !== icon) {
    controls.play.dataset.icon = icon;
    setIcon(controls.play, stage.playing ? "Pause" : "Play", icon);
  }
  root.dataset.epoch = epoch;
  root.dataset.frames = stage.epochs.length;
  root.dataset.playing = stage.playing;
  stage.sides.forEach((side, i) => { root.dataset[`state${"AB"[i]}`] = side.state; });
  if (!stage.playing) stage.canvas.setAttribute("aria-label", inWords(stage));
}

function inWords(stage) {
  const sides = stage.sides.map((side, i) => {
    const name = `${"AB"[i]}, ${side.title}`;
    if (!side.run) return `${name}: ${side.note || side.state}.`;
    const { run } = side, t = side.frames[stage.index];
    return `${name}, ${side.note || side.state}: ` +
      `training accuracy ${percent(run.train_accuracy[t])}, test accuracy ${percent(run.test_accuracy[t])}, ` +
      `training loss ${number(run.train_loss[t])}, test loss ${number(run.test_loss[t])}.`;
  });
  return `Decision boundaries, gradients and networks at epoch ${stage.epochs[stage.index]}. ${sides.join(" ")}`;
}

// ---------------------------------------------------------------------------------------------- choices

function toggle(stage, name) {
  choose(stage, name, !stage.view[name]);
}

function choose(stage, name, value) {
  stage.view[name] = value;
  rebuild(stage, true);
}

function pressed(stage) {
  const { controls, view } = stage;
  controls.test.ariaPressed = String(view.test_points);
  controls.discretize.ariaPressed = String(view.discretize);
  controls.weights.ariaPressed = String(view.gradient === "weights");
  controls.delta.ariaPressed = String(view.gradient === "delta");
}

function link(stage) {
  const url = new URL(window.location.href);
  if (stage.query) url.search = stage.query;
  url.searchParams.set("frame", stage.epochs[stage.index]);
  for (const name of ["test_points", "discretize", "gradient"]) url.searchParams.set(name, stage.view[name]);
  return url.href;
}

async function copyLink(stage) {
  const { copy } = stage.controls;
  const done = await clipboard(stage.root, link(stage));
  copy.style.minWidth = `${copy.offsetWidth}px`;
  copy.textContent = done ? "Copied" : "Not allowed";
  setTimeout(() => { copy.textContent = "Copy link"; }, 1500);
}

// Pages served over plain HTTP in a class room have no navigator.clipboard.
async function clipboard(root, text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = element("textarea", { value: text });
    root.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function savePicture(stage) {
  const { geometry, dpr } = stage, margin = 24, line = 17, scale = 2;
  const context = stage.context;
  context.font = font(stage, 12);
  const texts = stage.sides.flatMap((side, i) => {
    const words = [side.title, side.settings || side.subtitle, side.note].filter(Boolean);
    return wrap(context, `${"AB"[i]}  ${words.join(" · ")}`, geometry.width);
  });
  texts.push(...wrap(context, link(stage), geometry.width));
  const canvas = element("canvas", {
    width: scale * (geometry.width + 2 * margin), height: scale * (geometry.height + 3 * margin + line * texts.length),
  });
  const target = canvas.getContext("2d");
  stage.dpr = scale;
  stage.hover = null;
  layersFor(stage);
  target.fillStyle = stage.theme.background;
  target.fillRect(0, 0, canvas.width, canvas.height);
  target.setTransform(scale, 0, 0, scale, scale * margin, scale * margin);
  draw(stage, target);
  target.font = font(stage, 12);
  target.fillStyle = stage.theme.muted;
  target.textAlign = "left";
  texts.forEach((text, i) => target.fillText(text, 0, geometry.height + margin + i * line));
  stage.dpr = dpr;
  layersFor(stage);
  invalidate(stage);
  canvas.toBlob((blob) => {
    const url = URL.createObjectURL(blob);
    element("a", { href: url, download: `gradient-lab-epoch-${stage.epochs[stage.index]}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  });
}

// Lines that fit the width; a link has no spaces, so lines break anywhere.
function wrap(context, text, width) {
  const lines = [""];
  for (const character of text) {
    if (context.measureText(lines[lines.length - 1] + character).width > width) lines.push("");
    lines[lines.length - 1] += character;
  }
  return lines;
}

// ---------------------------------------------------------------------------------------------- theme and geometry

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
  pressed(stage);
  layersFor(stage);
  invalidate(stage);
}

function resize(canvas, width, height, dpr) {
  const [w, h] = [Math.round(width * dpr), Math.round(height * dpr)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
}

function readTheme(stage) {
  const style = getComputedStyle(stage.root);
  const color = (name, otherwise) => plainColor(stage.context, style.getPropertyValue(name).trim() || otherwise);
  const background = color("--st-background-color", "#ffffff"), text = color("--st-text-color", "#31333f");
  const [r, g, b] = channels(background);
  const dark = 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
  const { palette } = stage;
  const neutral = palette.neutral[dark ? "dark" : "light"];
  const theme = {
    background, text, dark, neutral, font: style.fontFamily, primary: color("--st-primary-color", "#1c83e1"),
    alarm: color("--st-red-text-color", dark ? "#ff6c6c" : "#bd4043"),
    muted: mix(background, text, dark ? 0.68 : 0.66), faint: mix(background, text, dark ? 0.2 : 0.14),
    classes: palette.classes,
    negative: dark ? mix(palette.negative, "#ffffff", 0.06) : palette.negative,
    positive: dark ? mix(palette.positive, "#ffffff", 0.2) : palette.positive,
  };
  const strength = dark ? 0.6 : 0.74; // of the boundary, so that points of the same colour stand out
  theme.signs = ramp(theme.negative, neutral, theme.positive, 0.95);
  theme.outputs = palette.classes.map((color) =>
    Uint32Array.from({ length: 256 }, (_, byte) => pixel(mix(neutral, color, byte / 255))));
  theme.shares = ramp(palette.negative, neutral, palette.positive, strength);
  theme.decided = Uint32Array.from(theme.shares, (_, byte) => theme.shares[byte < 128 ? 0 : 255]);
  theme.strength = strength;
  theme.biases = Array.from({ length: 21 }, (_, i) =>
    mix(neutral, i < 10 ? theme.negative : theme.positive, Math.abs(i - 10) / 10));
  return theme;
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

// Sizes depend on the width alone, so nothing moves while a run trains.
function arrange(stage, width) {
  const beside = stage.sides.length > 1 && width >= 760;
  const gap = 32, w = beside ? Math.floor((width - gap) / 2) : width;
  const height = stage.compact ? compactHeight(w) : fullHeight(w);
  const sides = stage.sides.map((side, i) => {
    const x = beside ? i * (w + gap) : 0, y = beside ? 0 : i * (height + 28);
    const boxes = stage.compact ? compactBoxes(w) : fullBoxes(w, height);
    return shifted({ side: { x: 0, y: 0, w, h: height }, ...boxes }, x, y);
  });
  return { width, height: beside ? height : sides.length * height + (sides.length - 1) * 28, sides };
}

const HEAD = 50, CAPTION = 18, AXIS_LEFT = 34, AXIS_BOTTOM = 32;

function squareSize(w) {
  return Math.round(Math.min(290, w * (w < 420 ? 0.6 : 0.55) - AXIS_LEFT));
}

function fullHeight(w) {
  return HEAD + CAPTION + squareSize(w) + AXIS_BOTTOM + 14 + CAPTION + (w < 420 ? 236 : 270);
}

function fullBoxes(w, height) {
  const size = squareSize(w), top = HEAD + CAPTION, right = AXIS_LEFT + size + (w < 420 ? 16 : 24);
  const bars = Math.round(size * 0.56), network = top + size + AXIS_BOTTOM + 14 + CAPTION;
  return {
    boundary: { x: AXIS_LEFT, y: top, w: size, h: size },
    bars: { x: right, y: top, w: w - right, h: bars },
    loss: { x: right, y: top + bars + 24, w: w - right, h: size - bars - 24 },
    network: { x: 0, y: network, w, h: height - network },
  };
}

function compactSize(w) {
  return Math.min(240, Math.round(w * 0.45));
}

function compactHeight(w) {
  return 30 + compactSize(w) + 4;
}

function compactBoxes(w) {
  const size = compactSize(w);
  return {
    boundary: { x: 0, y: 30, w: size, h: size },
    network: { x: size + 16, y: 30, w: w - size - 16, h: size },
  };
}

function shifted(boxes, x, y) {
  return Object.fromEntries(Object.entries(boxes).map(([name, box]) => [name, { ...box, x: box.x + x, y: box.y + y }]));
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

// Where every neuron of a run's network lies: columns of {x, nodes: [y], size}.
function wire(box, run, compact) {
  const most = Math.max(...run.sizes), columns = run.sizes.length;
  const outputs = run.sizes[columns - 1];
  const left = compact ? 34 : 44, right = outputs > 1 ? 66 : 16;
  const room = (box.w - left - right) / columns;
  const size = Math.max(3, Math.min(compact ? 28 : 34, 0.78 * (box.h / most), 0.62 * room));
  const first = box.x + left + size / 2, step = (box.w - left - right - size) / (columns - 1);
  return run.sizes.map((count, c) => {
    const pitch = Math.min(box.h / count, 1.5 * size + 8);
    const top = box.y + box.h / 2 - (pitch * (count - 1)) / 2;
    return { x: first + c * step, size, step, nodes: Array.from({ length: count }, (_, i) => top + i * pitch) };
  });
}

// ---------------------------------------------------------------------------------------------- what stands still

function layersFor(stage) {
  const { geometry, dpr } = stage;
  stage.still ||= element("canvas", {});
  resize(stage.still, geometry.width, geometry.height, dpr);
  const context = stage.still.getContext("2d");
  context.setTransform(dpr, 0, 0, dpr, 0, 0);
  context.clearRect(0, 0, geometry.width, geometry.height);
  stage.sides.forEach((side, i) => {
    const boxes = geometry.sides[i], layer = stage.layers[i];
    layer.painted = -1;
    drawHead(stage, context, side, i, boxes.side);
    if (!side.run) return drawWaiting(stage, context, side, boxes);
    layer.columns = wire(boxes.network, side.run, stage.compact);
    layer.ramp = side.run.classes.length > 2
      ? classRamp(stage.theme, side.run.classes.length, stage.view.discretize)
      : stage.theme.shares;
    drawNames(stage, context, side.run, boxes, layer.columns);
    if (!stage.compact) {
      drawAxes(stage, context, side.run, boxes.boundary);
      drawBarScale(stage, context, side.run, boxes.bars);
      drawLossScale(stage, context, boxes.loss);
    }
    pointsLayer(stage, side, layer, boxes.boundary);
    return undefined;
  });
}

function drawHead(stage, context, side, i, box) {
  const { theme } = stage, y = box.y + (stage.compact ? 14 : 13), letter = stage.sides.length > 1 ? "AB"[i] : "";
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.font = font(stage, 15, 700);
  context.fillStyle = theme.primary;
  context.fillText(letter, box.x, y);
  const indent = letter ? context.measureText(letter).width + 8 : 0;
  context.fillStyle = theme.text;
  context.font = font(stage, 15, 600);
  context.fillText(fit(context, side.title, box.w - indent - 110), box.x + indent, y);
  const trouble = ended(side) && side.state !== "finished";
  const words = trouble && side.note ? side.note : side.subtitle;
  if (stage.compact) {
    const start = indent + context.measureText(side.title).width + 10;
    context.font = font(stage, 12);
    context.fillStyle = trouble ? theme.alarm : theme.muted;
    context.fillText(fit(context, words, box.w - start - 90), box.x + start, y);
    return;
  }
  context.font = font(stage, 12);
  context.fillStyle = trouble ? theme.alarm : theme.muted;
  context.fillText(fit(context, words, box.w - (box.w < 420 ? 160 : 210)), box.x, y + 19);
  context.fillStyle = theme.faint;
  context.fillRect(box.x, y + 28, box.w, 1);
}

function drawWaiting(stage, context, side, boxes) {
  const { theme } = stage, box = boxes.boundary;
  outline(context, box, theme.faint);
  context.font = font(stage, 13);
  context.fillStyle = theme.muted;
  context.textAlign = "center";
  const words = side.state === "waiting" ? side.note || "Waiting" : "Loading";
  wrapWords(context, words, box.w - 24).forEach((text, line, all) =>
    context.fillText(text, box.x + box.w / 2, box.y + box.h / 2 + 5 + 18 * (line - (all.length - 1) / 2)));
}

function drawAxes(stage, context, run, box) {
  const { theme } = stage, [left, right, bottom, top] = run.domain;
  outline(context, box, theme.faint);
  context.font = font(stage, 10.5);
  context.fillStyle = theme.muted;
  context.strokeStyle = theme.faint;
  context.textAlign = "center";
  context.beginPath();
  for (const value of ticks(left, right)) {
    const x = box.x + (box.w * (value - left)) / (right - left);
    context.moveTo(x, box.y + box.h);
    context.lineTo(x, box.y + box.h + 4);
    context.fillText(tickText(value), x, box.y + box.h + 14);
  }
  context.textAlign = "right";
  for (const value of ticks(bottom, top)) {
    const y = box.y + box.h - (box.h * (value - bottom)) / (top - bottom);
    context.moveTo(box.x, y);
    context.lineTo(box.x - 4, y);
    context.fillText(tickText(value), box.x - 6, y + 3.5);
  }
  context.stroke();
  context.textAlign = "center";
  context.font = font(stage, 11.5);
  context.fillText(fit(context, run.axes[0], box.w), box.x + box.w / 2, box.y + box.h + 28);
  context.save();
  context.translate(box.x - AXIS_LEFT + 8, box.y + box.h / 2);
  if (run.axes[1].length > 3) context.rotate(-Math.PI / 2);
  context.fillText(fit(context, run.axes[1], box.h), 0, 0);
  context.restore();
}

// Four to seven round values in [low, high].
function ticks(low, high) {
  const raw = (high - low) / 5, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) * power;
  const values = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) values.push(k * step);
  return values;
}

function tickText(value) {
  return String(Number(value.toPrecision(3))).replace("-", "−");
}

function caption(stage, context, text, box) {
  context.font = font(stage, 12, 600);
  context.fillStyle = stage.theme.text;
  context.textAlign = "left";
  context.fillText(fit(context, text, box.w), box.x, box.y - 7);
}

function drawBarScale(stage, context, run, box) {
  const { theme } = stage, { low, high } = stage.scales;
  const text = stage.view.gradient === "delta" ? "Delta by layer" : "Weight gradient by layer";
  caption(stage, context, text, box);
  const inner = barBox(box);
  context.font = font(stage, 10);
  context.strokeStyle = theme.faint;
  context.fillStyle = theme.muted;
  context.textAlign = "center";
  const every = Math.ceil((high - low) / Math.max(1, Math.floor(inner.w / 34)));
  context.beginPath();
  for (let decade = high; decade >= low; decade -= 1) {
    const x = inner.x + (inner.w * (decade - low)) / (high - low);
    const labelled = (high - decade) % every === 0;
    if (!labelled && high - low > 12) continue;
    context.moveTo(x, inner.y);
    context.lineTo(x, inner.y + inner.h + (labelled ? 3 : 0));
    if (labelled) context.fillText(power(decade), x, inner.y + inner.h + 13);
  }
  context.stroke();
  context.textAlign = "right";
  context.font = font(stage, barFont(run, inner));
  run.layers.forEach((_, l) => {
    const slot = inner.h / run.layers.length;
    context.fillText(l + 1, inner.x - 6, inner.y + (l + 0.5) * slot + 0.36 * barFont(run, inner));
  });
}

// Bars and curves share their left and right edges; numbers stand in the margin.
function barBox(box) {
  const margin = box.w < 180 ? 42 : 48;
  return { x: box.x + 18, y: box.y, w: box.w - 18 - margin, h: box.h - 16 };
}

function barFont(run, inner) {
  return Math.min(11, inner.h / run.layers.length - 0.5);
}

function lossBox(box) {
  return { ...barBox(box), h: box.h };
}

function power(decade) {
  const digits = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  return decade === 0 ? "1" : `10${[...String(decade)].map((d) => digits[d]).join("")}`;
}

function drawLossScale(stage, context, box) {
  const { theme } = stage, { most, least } = stage.scales, inner = lossBox(box), bottom = inner.y + inner.h;
  caption(stage, context, "Loss", box);
  context.strokeStyle = theme.faint;
  context.beginPath();
  context.moveTo(inner.x, bottom + 0.5);
  context.lineTo(inner.x + inner.w, bottom + 0.5);
  context.stroke();
  context.font = font(stage, 10);
  context.fillStyle = theme.muted;
  context.textAlign = "left";
  context.fillText("0", inner.x, bottom + 13);
  context.fillText(number(most), inner.x + inner.w + 8, inner.y + 8);
  context.fillText(number(least), inner.x + inner.w + 8, bottom);
  context.textAlign = "right";
  context.fillText(`epoch ${stage.scales.final}`, inner.x + inner.w, bottom + 13);
}

function drawNames(stage, context, run, boxes, columns) {
  const { theme } = stage, top = boxes.network.y - 7, { size, step } = columns[0];
  context.font = font(stage, 11);
  context.fillStyle = theme.muted;
  context.textAlign = "center";
  if (!stage.compact) {
    columns.forEach((column, c) => {
      const name = c === 0 ? "features" : c === columns.length - 1 ? "output" : run.activations[c - 1];
      const short = c === 0 ? "in" : c === columns.length - 1 ? "out" : c;
      context.fillText(context.measureText(name).width <= step - 6 ? name : short, column.x, top);
    });
  }
  if (size >= 11) {
    context.textAlign = "right";
    context.font = font(stage, Math.min(12, size));
    const room = columns[0].x - size / 2 - boxes.network.x - 6;
    columns[0].nodes.forEach((y, i) =>
      context.fillText(fit(context, run.features[i], room), columns[0].x - size / 2 - 6, y + 4));
  }
  const output = columns[columns.length - 1];
  if (output.nodes.length > 1) {
    context.textAlign = "left";
    context.font = font(stage, 11);
    const x = output.x + size / 2 + 7, room = boxes.network.x + boxes.network.w - x - 11;
    output.nodes.forEach((y, k) => {
      context.fillStyle = theme.classes[k];
      context.fillRect(x, y - 3.5, 7, 7);
      context.fillStyle = theme.muted;
      context.fillText(fit(context, run.classes[k].replace(/^class /, ""), room), x + 11, y + 4);
    });
  }
}

function fit(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let end = text.length;
  while (end > 1 && context.measureText(text.slice(0, end) + "…").width > width) end--;
  return text.slice(0, end).trimEnd() + "…";
}

function wrapWords(context, text, width) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function outline(context, box, color) {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.strokeRect(box.x - 0.5, box.y - 0.5, box.w + 1, box.h + 1);
}

// The points never move, so they are drawn once for a size, a theme and a choice.
function pointsLayer(stage, side, layer, box) {
  const { run } = side, { theme, dpr } = stage, test = stage.view.test_points && !stage.compact;
  const made = [side.key, box.w, dpr, theme.dark, theme.background, test].join("\n");
  if (layer.made === made) return;
  layer.made = made;
  layer.points ||= element("canvas", {});
  resize(layer.points, box.w, box.h, dpr);
  const context = layer.points.getContext("2d");
  context.setTransform(dpr, 0, 0, dpr, 0, 0);
  context.clearRect(0, 0, box.w, box.h);
  const count = run.y_train.length, radius = (count > 1500 ? 1.6 : count > 400 ? 2.3 : 2.9) * (box.w < 220 ? 0.8 : 1);
  const rim = theme.dark ? "#0b0d11" : "#ffffff";
  for (let i = 0; i < count; i++) {
    const [x, y] = onBox(run, run.X_train, i, box.w, box.h);
    disc(context, x, y, radius + 0.9, rim);
    disc(context, x, y, radius, theme.classes[run.y_train[i]]);
  }
  for (let i = 0; test && i < run.y_test.length; i++) {
    const [x, y] = onBox(run, run.X_test, i, box.w, box.h);
    ring(context, x, y, radius, 2.8, rim);
    ring(context, x, y, radius, 1.5, theme.classes[run.y_test[i]]);
  }
}

function onBox(run, X, i, width, height) {
  const [left, right, bottom, top] = run.domain;
  return [(width * (X[2 * i] - left)) / (right - left), (height * (top - X[2 * i + 1])) / (top - bottom)];
}

function disc(context, x, y, radius, color) {
  context.fillStyle = color;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function ring(context, x, y, radius, width, color) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}

// ---------------------------------------------------------------------------------------------- what moves

function paint(stage, context) {
  context.setTransform(stage.dpr, 0, 0, stage.dpr, 0, 0);
  context.clearRect(0, 0, stage.geometry.width, stage.geometry.height);
  draw(stage, context);
}

function draw(stage, context) {
  context.textBaseline = "alphabetic";
  context.imageSmoothingEnabled = true;
  context.drawImage(stage.still, 0, 0, stage.geometry.width, stage.geometry.height);
  stage.sides.forEach((side, i) => {
    const boxes = stage.geometry.sides[i], layer = stage.layers[i];
    const hover = stage.hover?.place === i ? stage.hover : null;
    drawState(stage, context, side, boxes.side);
    if (!side.run) return;
    const t = side.frames[stage.index];
    colorMaps(stage, side.run, layer, t - side.run.first);
    drawBoundary(stage, context, side.run, layer, boxes.boundary, t, hover);
    drawNetwork(stage, context, side.run, layer, t, hover);
    if (stage.compact) return;
    drawBars(stage, context, side.run, boxes.bars, t);
    drawLoss(stage, context, side.run, boxes.loss, t);
  });
}

function drawState(stage, context, side, box) {
  const { theme } = stage, y = box.y + (stage.compact ? 14 : 13), right = box.x + box.w;
  context.textAlign = "right";
  context.font = font(stage, 13);
  context.fillStyle = theme.muted;
  const t = side.run ? side.frames[stage.index] : 0;
  const text = side.state === "training" ? `training ${Math.round(100 * side.progress)} %`
    : side.run ? `epoch ${side.run.epochs[t]}` : side.state;
  context.fillText(text, right, y);
  if (stage.compact) return;
  if (side.state === "training") {
    context.fillStyle = theme.primary;
    context.fillRect(box.x, y + 27, box.w * Math.min(1, side.progress), 2);
  }
  if (!side.run) return;
  context.font = font(stage, 12);
  context.fillStyle = theme.muted;
  const [train, test] = [percent(side.run.train_accuracy[t]), percent(side.run.test_accuracy[t])];
  context.fillText(`${box.w < 420 ? "" : "accuracy "}train ${train}, test ${test}`, right, y + 19);
}

// Bytes to colours, once a frame: a picture of the boundary, and one with the maps of all neurons below each other.
function colorMaps(stage, run, layer, f) {
  if (layer.painted === f && layer.run === run) return;
  layer.painted = f;
  layer.run = run;
  const { grid, resolution } = run, { signs } = stage.theme, outputs = run.sizes[run.sizes.length - 1];
  const bytes = run.boundary.subarray(f * grid * grid, (f + 1) * grid * grid);
  layer.bytes = bytes;
  if (stage.view.discretize) {
    const [kind, colors] = run.classes.length > 2 ? [classOf, layer.ramp] : [sideOf, stage.theme.decided];
    layer.boundary = image(layer.boundary, 4 * grid, 4 * grid, (pixels) => sharpen(bytes, grid, pixels, kind, colors));
  } else {
    layer.boundary = image(layer.boundary, grid, grid, (pixels) => recolor(bytes, pixels, layer.ramp));
  }
  layer.crossing = run.classes.length === 2 ? crossing(bytes, grid) : null;
  const area = resolution ** 2, maps = run.neurons.subarray(f * run.mapCount * area, (f + 1) * run.mapCount * area);
  const hidden = run.mapCount - outputs;
  layer.atlas = image(layer.atlas, resolution, resolution * Math.max(1, run.mapCount), (pixels) => {
    recolor(maps, pixels, signs);
    for (let k = 0; outputs > 1 && k < outputs; k++) {
      const place = (hidden + k) * area;
      recolor(maps.subarray(place, place + area), pixels.subarray(place), stage.theme.outputs[k]);
    }
  });
  layer.features = image(layer.features, resolution, resolution * run.sizes[0], (pixels) =>
    recolor(run.feature_maps, pixels, signs));
}

// A canvas held from frame to frame, with pixels that are written in place.
function image(held, width, height, fill) {
  const made = held && held.width === width && held.height === height ? held : element("canvas", { width, height });
  made.context ||= made.getContext("2d");
  made.data ||= made.context.createImageData(width, height);
  made.pixels ||= new Uint32Array(made.data.data.buffer);
  fill(made.pixels);
  made.context.putImageData(made.data, 0, 0);
  return made;
}

function recolor(bytes, pixels, colors) {
  for (let i = 0; i < bytes.length; i++) pixels[i] = colors[bytes[i]];
}

// Four times as many cells a side, each decided from the four bytes around it: a clean edge when discretised.
function sharpen(bytes, grid, pixels, kind, colors) {
  const wide = 4 * grid;
  for (let row = 0, i = 0; row < wide; row++) {
    const y = Math.min(grid - 1.001, Math.max(0, (row + 0.5) / 4 - 0.5)), above = Math.floor(y), v = y - above;
    for (let column = 0; column < wide; column++, i++) {
      const x = Math.min(grid - 1.001, Math.max(0, (column + 0.5) / 4 - 0.5)), before = Math.floor(x), u = x - before;
      const k = above * grid + before;
      pixels[i] = colors[kind(bytes[k], bytes[k + 1], bytes[k + grid], bytes[k + grid + 1], u, v)];
    }
  }
}

// Two classes: which side of one half the share between the four lies.
function sideOf(a, b, c, d, u, v) {
  const high = a + u * (b - a), low = c + u * (d - c);
  return high + v * (low - high) < 127.5 ? 0 : 255;
}

// More classes: the one with the largest confidence, each of the four counting by its nearness.
function classOf(a, b, c, d, u, v) {
  const A = CLASS[a], B = CLASS[b], C = CLASS[c], D = CLASS[d];
  if (A === B && B === C && C === D) return a;
  const x = (1 - u) * (1 - v) * (a - 25 * A + 1), y = u * (1 - v) * (b - 25 * B + 1);
  const z = (1 - u) * v * (c - 25 * C + 1), w = u * v * (d - 25 * D + 1);
  const forA = x + (B === A ? y : 0) + (C === A ? z : 0) + (D === A ? w : 0);
  const forB = y + (A === B ? x : 0) + (C === B ? z : 0) + (D === B ? w : 0);
  const forC = z + (A === C ? x : 0) + (B === C ? y : 0) + (D === C ? w : 0);
  const forD = w + (A === D ? x : 0) + (B === D ? y : 0) + (C === D ? z : 0);
  const most = Math.max(forA, forB, forC, forD);
  return most === forA ? a : most === forB ? b : most === forC ? c : d;
}

// The line p = 1/2 by marching squares, as a path in units of cells.
function crossing(bytes, grid) {
  const path = new Path2D();
  for (let row = 0; row < grid - 1; row++) {
    for (let column = 0, k = row * grid; column < grid - 1; column++, k++) {
      const a = bytes[k] - 127.5, b = bytes[k + 1] - 127.5;
      const c = bytes[k + grid + 1] - 127.5, d = bytes[k + grid] - 127.5;
      if (a > 0 === b > 0 && b > 0 === c > 0 && c > 0 === d > 0) continue;
      let open = false;
      const through = (x, y) => {
        if (open) path.lineTo(x, y);
        else path.moveTo(x, y);
        open = !open;
      };
      if (a > 0 !== b > 0) through(column + 0.5 + a / (a - b), row + 0.5);
      if (b > 0 !== c > 0) through(column + 1.5, row + 0.5 + b / (b - c));
      if (c > 0 !== d > 0) through(column + 0.5 + d / (d - c), row + 1.5);
      if (d > 0 !== a > 0) through(column + 0.5, row + 0.5 + a / (a - d));
    }
  }
  return path;
}

function drawBoundary(stage, context, run, layer, box, t, hover) {
  const node = hover?.kind === "neuron" ? hover : null;
  const map = node && mapOf(run, layer, node.column, node.row, t);
  context.imageSmoothingQuality = "high";
  context.drawImage(map ? largeMap(stage, run, layer, map, node) : layer.boundary, box.x, box.y, box.w, box.h);
  if (layer.crossing && !map && !stage.view.discretize) {
    context.save();
    context.beginPath();
    context.rect(box.x, box.y, box.w, box.h);
    context.clip();
    context.translate(box.x, box.y);
    context.scale(box.w / run.grid, box.h / run.grid);
    context.strokeStyle = stage.theme.text;
    context.globalAlpha = 0.55;
    context.lineWidth = run.grid / box.w;
    context.stroke(layer.crossing);
    context.restore();
  }
  context.drawImage(layer.points, box.x, box.y, box.w, box.h);
  if (stage.compact) return;
  caption(stage, context, map ? nodeName(run, node.column, node.row) : "Decision boundary", box);
}

// A neuron's map in this frame: its bytes, and where it lies in the picture of all maps, if it was sent with them.
function mapOf(run, layer, column, row, t) {
  const size = run.resolution, area = size * size;
  if (column === 0) {
    const bytes = run.feature_maps.subarray(row * area, (row + 1) * area);
    return { image: layer.features, y: row * size, size, bytes };
  }
  const first = run.layers[column - 1].map;
  if (first >= 0) {
    const start = ((t - run.first) * run.mapCount + first + row) * area;
    return { image: layer.atlas, y: (first + row) * size, size, bytes: run.neurons.subarray(start, start + area) };
  }
  const fetched = run.fetched.get(`${column - 1}/${row}`);
  if (!fetched) return null;
  const own = fetched.neurons.length / run.count;
  return { image: null, y: 0, size: Math.sqrt(own), bytes: fetched.neurons.subarray(t * own, (t + 1) * own) };
}

// A picture of its own: enlarged out of the common one, a map would blend with its neighbours at the edges.
function largeMap(stage, run, layer, map, { column, row }) {
  const several = column === run.sizes.length - 1 && run.classes.length > 2;
  const colors = several ? stage.theme.outputs[row] : stage.theme.signs;
  layer.large = image(layer.large, map.size, map.size, (pixels) => recolor(map.bytes, pixels, colors));
  return layer.large;
}

function scaleOf(run, column, row, t) {
  if (column === 0) return null;
  const first = run.layers[column - 1].map;
  if (first >= 0) return run.scales[(t - run.first) * run.mapCount + first + row];
  return run.fetched.get(`${column - 1}/${row}`)?.scales[t] ?? null;
}

function nodeName(run, column, row) {
  if (column === 0) return run.features[row];
  if (column < run.sizes.length - 1) return `Layer ${column}, neuron ${row + 1}`;
  return run.classes.length > 2 ? `Output, ${run.classes[row]}` : "Output";
}

function drawNetwork(stage, context, run, layer, t, hover) {
  const { columns } = layer, { theme } = stage, base = (t - run.first) * run.parameterCount;
  context.lineCap = "butt";
  run.layers.forEach((part, l) => {
    part.links.forEach((link, k) =>
      drawLink(stage, context, run.parameters[base + part.weights + k], columns, l, part, link));
  });
  context.globalAlpha = 1;
  if (hover?.kind === "link") {
    context.strokeStyle = theme.text;
    context.lineWidth = 2;
    trace(context, columns, hover.layer, run.layers[hover.layer], run.layers[hover.layer].links[hover.link]);
    context.stroke();
  }
  columns.forEach((column, c) => column.nodes.forEach((y, row) => {
    const over = hover?.kind === "neuron" && hover.column === c && hover.row === row;
    const bias = c > 0 ? run.parameters[base + run.layers[c - 1].biases + row] : null;
    drawNode(stage, context, run, layer, { c, row, x: column.x, y, size: column.size, t, over, bias });
  }));
}

function drawLink(stage, context, weight, columns, l, part, link) {
  const strength = Math.min(1, Math.abs(weight) / 3);
  context.strokeStyle = weight < 0 ? stage.theme.negative : stage.theme.positive;
  context.globalAlpha = 0.12 + 0.8 * Math.sqrt(strength);
  context.lineWidth = (0.4 + 5.6 * strength) * Math.max(0.35, columns[l].size / 34);
  trace(context, columns, l, part, link);
  context.stroke();
}

function trace(context, columns, l, part, link) {
  const { x, y, x2, y2 } = ends(columns, l, part, link), middle = (x + x2) / 2;
  context.beginPath();
  context.moveTo(x, y);
  context.bezierCurveTo(middle, y, middle, y2, x2, y2);
}

function ends(columns, l, part, link) {
  const from = columns[l], to = columns[l + 1];
  return {
    x: from.x + from.size / 2, y: from.nodes[Math.floor(link / part.outputs)],
    x2: to.x - to.size / 2, y2: to.nodes[link % part.outputs],
  };
}

function drawNode(stage, context, run, layer, { c, row, x, y, size, t, over, bias }) {
  const { theme } = stage, left = x - size / 2, top = y - size / 2;
  const map = size >= 9 ? mapOf(run, layer, c, row, t) : null;
  if (map?.image) context.drawImage(map.image, 0, map.y, map.size, map.size, left, top, size, size);
  else {
    context.fillStyle = size >= 9 ? theme.neutral : theme.muted;
    context.fillRect(left, top, size, size);
  }
  if (size < 9 && !over) return;
  context.strokeStyle = over ? theme.text : theme.muted;
  context.lineWidth = over ? 2 : 1;
  context.strokeRect(left - 0.5, top - 0.5, size + 1, size + 1);
  if (bias === null || size < 14) return;
  const edge = size >= 22 ? 6 : 4;
  context.fillStyle = theme.biases[Number.isFinite(bias) ? Math.round(10 + 10 * Math.max(-1, Math.min(1, bias))) : 10];
  context.strokeStyle = theme.background;
  context.lineWidth = 2;
  context.strokeRect(left - 3, top + size - edge + 2, edge, edge);
  context.fillRect(left - 3, top + size - edge + 2, edge, edge);
}

function drawBars(stage, context, run, box, t) {
  const { theme } = stage, { low, high } = stage.scales, inner = barBox(box), count = run.layers.length;
  const values = measure(stage, run), slot = inner.h / count, thick = Math.min(16, 0.68 * slot);
  context.font = font(stage, barFont(run, inner));
  context.textAlign = "left";
  run.layers.forEach((_, l) => {
    const value = values[t * count + l], y = inner.y + (l + 0.5) * slot;
    const share = value > 0 ? Math.max(0, Math.min(1, (Math.log10(value) - low) / (high - low))) : 0;
    context.fillStyle = stage.palette.layers[count][l];
    if (value > 0) context.fillRect(inner.x, y - thick / 2, Math.max(1.5, inner.w * share), thick);
    context.fillStyle = theme.text;
    context.fillText(number(value, 0.01), inner.x + inner.w + 8, y + 0.36 * barFont(run, inner));
  });
}

function drawLoss(stage, context, run, box, t) {
  const { theme } = stage, { final } = stage.scales;
  const inner = lossBox(box), x = (i) => inner.x + (inner.w * run.epochs[i]) / final;
  const lines = [[run.test_loss, theme.muted, 1.2], [run.train_loss, theme.text, 2]];
  for (const [loss, color, width] of lines) {
    context.strokeStyle = color;
    context.lineWidth = width;
    for (const [from, to, alpha] of [[t, run.count - 1, 0.25], [0, t, 1]]) {
      context.globalAlpha = alpha;
      context.beginPath();
      for (let i = from; i <= to; i++) context.lineTo(x(i), lossHeight(stage, inner, loss[i]));
      context.stroke();
    }
    context.globalAlpha = 1;
    disc(context, x(t), lossHeight(stage, inner, loss[t]), width + 1, color);
  }
  context.font = font(stage, 11);
  context.textAlign = "right";
  context.fillStyle = theme.muted;
  const [train, test] = [number(run.train_loss[t]), number(run.test_loss[t])], words = `train ${train}, test ${test}`;
  const fits = context.measureText(words).width < box.w - 36; // beside the caption
  context.fillText(fits ? words : `${train}, ${test}`, box.x + box.w, box.y - 7);
}

function lossHeight(stage, box, value) {
  const { logarithmic, most, least } = stage.scales;
  if (!Number.isFinite(value)) return box.y;
  const share = logarithmic
    ? Math.log(Math.max(value, least) / least) / Math.log(most / least)
    : (value - least) / (most - least);
  return box.y + box.h - box.h * Math.max(0, Math.min(1, share));
}

// Numbers as people write them: 0, 0.0312, 12.3, 3.1e-7; powers of ten for sizes below `least`.
function number(value, least = 0.001) {
  if (!Number.isFinite(value)) return "not finite";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < least || size >= 10000) return value.toExponential(1).replace("e+", "e");
  return String(Number(value.toPrecision(3)));
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

// ---------------------------------------------------------------------------------------------- hovering

function point(stage, event) {
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
  canvas.style.cursor = hover?.ask ? "pointer" : "default";
  if (!hover) return;
  if (card.textContent !== hover.words) card.textContent = hover.words;
  const { x, y } = stage.pointer, room = card.offsetWidth;
  card.style.left = `${Math.max(0, x + 16 + room > stage.geometry.width ? x - room - 12 : x + 16)}px`;
  card.style.top = `${y + 14}px`;
}

function find(stage, x, y) {
  for (let place = 0; place < stage.sides.length; place++) {
    const side = stage.sides[place], boxes = stage.geometry.sides[place];
    if (!side.run || !within(boxes.side, x, y)) continue;
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
  const { columns } = stage.layers[place];
  for (let column = 0; column < columns.length; column++) {
    const reach = Math.max(columns[column].size, 6) / 2;
    if (Math.abs(x - columns[column].x) > reach) continue;
    const row = columns[column].nodes.findIndex((centre) => Math.abs(y - centre) <= reach);
    if (row < 0) continue;
    const lines = [nodeName(run, column, row)];
    if (column > 0) lines.push(`bias ${number(parameter(run, t, run.layers[column - 1].biases + row))}`);
    const scale = scaleOf(run, column, row, t), output = column === run.sizes.length - 1;
    if (scale !== null && !output) lines.push(`colours from ${number(-scale)} to ${number(scale)}`);
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
  const { links, outputs, weights } = run.layers[l];
  links.forEach((link, k) => {
    const away = Math.abs(heightAt(ends(columns, l, run.layers[l], link), x) - y);
    if (away < distance) [best, distance] = [k, away];
  });
  if (best === null) return null;
  const from = nodeName(run, l, Math.floor(links[best] / outputs)), to = nodeName(run, l + 1, links[best] % outputs);
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
  if (best) lines.unshift(`${run.classes[best.labels[best.i]]}, ${best.name}`);
  return { kind: "point", words: lines.join("\n") };
}

function outputWords(run, byte) {
  if (run.classes.length === 2) {
    const p = byte / 255;
    return run.output === "tanh" ? `output ${(2 * p - 1).toFixed(2)}` : `${run.classes[1]}: ${Math.round(100 * p)} %`;
  }
  return `${run.classes[Math.floor(byte / 25)]}: ${Math.round((100 * ((byte % 25) + 0.5)) / 25)} %`;
}

function findBar(stage, run, box, y, t) {
  const inner = barBox(box), count = run.layers.length;
  const l = Math.min(count - 1, Math.floor(((y - inner.y) / inner.h) * count));
  const name = l === count - 1 ? "Output layer" : `Layer ${l + 1}`;
  const symbol = stage.view.gradient === "delta" ? "delta" : "dL/dW";
  return { kind: "bar", words: `${name}\n${symbol}, rms ${number(measure(stage, run)[t * count + l], 0.01)}` };
}

function ask(stage) {
  const { hover } = stage;
  if (!hover?.ask || !ended(stage.sides[hover.place])) return;
  const { key } = stage.sides[hover.place];
  stage.ask("neuron", { key, side: hover.place, layer: hover.column - 1, neuron: hover.row });
}
