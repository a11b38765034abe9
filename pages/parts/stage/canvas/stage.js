// The stage: draws the frames of one or two runs on one canvas, in lockstep, and replays them without the server.
// This file and its neighbours are one module (stage.py joins them). Nothing here evaluates a network.

const KEPT = 6; // complete runs held, so that none is read twice
const REPLAY_MS = 3000; // from the first frame to the last at speed 1
const REST_MS = 1200; // at the last frame before a loop starts again
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
const stages = new WeakMap(), connected = new Set();

// Draws a message (stage.py) in an element; send(name, value) tells what is done there. A page without Streamlit calls it
// too. Returns what takes the stage away again.
export function mount(parent, message, send) {
  let stage = stages.get(parent);
  if (!stage) {
    stage = create(parent);
    stages.set(parent, stage);
    connected.add(stage);
  }
  stage.send = send;
  receive(stage, message);
  return () => {
    stage.observer.disconnect();
    clearTimeout(stage.timer);
    cancelAnimationFrame(stage.request);
    stages.delete(parent);
    connected.delete(stage);
    stage.root.remove();
  };
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!data) return undefined;
  const send = (name, value) => (name === "edit" ? setStateValue : setTriggerValue)(name, value); // an edit stays
  const unmount = mount(parentElement, data, send);
  return () => { if (!parentElement.isConnected) unmount(); }; // called as well when newer data overtake this call
}

// ---------------------------------------------------------------------------------------------- elements

function create(parent) {
  const stage = {
    root: element("div", { className: "stage", tabIndex: 0 }),
    send: null, // tells the server: (name, value)
    // what the server said
    scene: "", // the keys of the sides: a new one is replayed from its start
    sides: [], // {key, state, note, ..., run, phase, ...}: messages.js, channel.js
    features: [], // {name, label} of all there are
    palette: null,
    query: "", // the full link, for a copy
    compact: false,
    // the channel
    timer: 0, reading: false, // until the next reading; whether one is under way
    began: 0, took: 0, // when the last reading began, and how long it took: milliseconds
    // what is chosen here
    view: {}, served: {}, // what is shown, and what the server last said of it
    edit: null, click: null, // the network on the diagram; the last click on it, until a message answers it
    touched: false, // by hand: then a run that ends is not replayed by itself
    shown: new Set(), startScene: "", // runs that were replayed; the scene whose frame the link named
    // time
    epochs: [0], index: 0, position: 0, // the epochs that can be shown, the one that is, and where between two
    replayable: false, playing: false, speed: 1,
    then: 0, ticks: [], request: 0, dirty: true, // of the last frames, for their rate; the next one; whether it draws
    // the picture
    width: 0, dpr: window.devicePixelRatio || 1,
    theme: null, geometry: null, scales: null, // colours, boxes, and the axes that A and B share
    layers: [{}, {}], still: null, // what stands still from frame to frame, by side and on one canvas
    hover: null, pointer: null, // what lies under the pointer, and where that is
    controls: null, canvas: null, context: null, card: null, editor: null, observer: null, // elements
  };
  stage.root.dataset.testid = "stage";
  buildTransport(stage);
  stage.canvas = element("canvas", {});
  stage.canvas.setAttribute("role", "img");
  stage.card = element("div", { className: "card", hidden: true });
  stage.editor = element("div", { className: "editor" });
  const picture = element("div", { className: "picture" }, stage.canvas, stage.editor, stage.card);
  stage.root.append(picture);
  parent.append(stage.root);
  stage.context = stage.canvas.getContext("2d");
  stage.root.onkeydown = (event) => onKey(stage, event);
  picture.onpointermove = picture.onpointerdown = (event) => point(stage, event);
  picture.onpointerleave = () => hovered(stage, null);
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
    clamp: button("Colours end at ±1", () => toggle(stage, "clamp")),
    weights: button("Weight gradient", () => choose(stage, "gradient", "weights")),
    delta: button("Delta", () => choose(stage, "gradient", "delta")),
    save: button("Save picture", () => savePicture(stage)),
    copy: button("Copy link", () => copyLink(stage)),
  });
  controls.play.classList.add("play");
  controls.clamp.title = "Maps of features and neurons, and outputs that are numbers, are coloured by value from −1 "
    + "to 1 instead of up to the largest of each; probabilities stay as they are.";
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
    element("div", { className: "bar choices more" }, controls.test, controls.discretize, controls.clamp,
      joined, element("div", { className: "space" }), controls.save, controls.copy),
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
