// The stage: draws the frames of one or two runs on one canvas, in lockstep, and replays them without the server.
// This file and its neighbours are one module (stage.py joins them). Nothing here evaluates a network.

const KEPT = 6; // complete runs held, so that none is read twice
const REPLAY_MS = 3000; // from the first frame to the last at speed 1
const REST_MS = 1200; // at the last frame before a loop starts again
const ARRAYS = {
  uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, int32: Int32Array, float32: Float32Array,
  float64: Float64Array,
};
const STATES = ["edit", "choices", "shown"]; // what is chosen here and stays; all else is told once
const NARROW = 640; // pixels; below it one side is shown, and all that is pressed is large

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
    clearTimeout(stage.resting);
    cancelAnimationFrame(stage.request);
    stages.delete(parent);
    connected.delete(stage);
    stage.root.remove();
  };
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!data) return undefined;
  const send = (name, value) => (STATES.includes(name) ? setStateValue : setTriggerValue)(name, value);
  const unmount = mount(parentElement, data, send);
  return () => { if (!parentElement.isConnected) unmount(); }; // called as well when newer data overtake this call
}

// ---------------------------------------------------------------------------------------------- elements

function create(parent) {
  const stage = {
    root: element("div", { className: "stage", tabIndex: -1, role: "region", ariaLabel: "Training, epoch by epoch" }),
    send: null, // tells the server: (name, value)
    // what the server said
    scene: "", // the keys of the sides
    generation: 0, // of the controls
    stoppable: false, // whether what trains can be stopped here
    sides: [], // {key, state, note, ..., run, phase, ...}: messages.js, channel.js
    features: [], // {name, label} of all there are
    palette: null,
    query: "", // the full link, for a copy
    compact: false,
    // the channel
    timer: 0, reading: false, // until the next reading; whether one is under way
    began: 0, took: 0, // when the last reading began, and how long it took: milliseconds
    // what is chosen here
    view: {}, chose: null, // how it is shown; the last click on that, until a message answers it
    pick: null, // what the tab Step looks at in A
    edit: null, click: null, // the network on the diagram; the last click on it, until a message answers it
    hand: null, setting: null, // what can be set by hand; the weight whose field is open
    set: null, unseen: null, next: null, // the last that was, until a message answers it, or a file; the one after it
    said: null, resting: 0, // the epoch that the server has heard of, and the timer until it hears of another
    unfolded: false, // whether the diagram shows features that are not used
    one: 0, // the side that is shown where there is room for one
    frame: null, frameScene: "", // the epoch that the link names, and the scene that it came with
    touched: false, replayed: false, // by hand; by itself, which happens once
    // time
    epochs: [0], index: 0, position: 0, // the epochs that can be shown, the one that is, and where between two
    replayable: false, playing: false, speed: 1,
    then: 0, ticks: [], request: 0, dirty: true, // of the last frames, for their rate; the next one; whether it draws
    // the picture
    width: 0, dpr: window.devicePixelRatio || 1,
    theme: null, geometry: null, scales: null, // colours, boxes, and the axes that A and B share
    layers: [{}, {}], still: null, // what stands still from frame to frame, by side and on one canvas
    hover: null, pointer: null, // what lies under the pointer, and where that is
    controls: null, canvas: null, context: null, card: null, spoken: null, editor: null, field: null, observer: null, // elements
  };
  stage.root.dataset.testid = "stage";
  stage.root.append(element("h2", { className: "spoken", textContent: "Networks and decision boundaries" }));
  buildPlayer(stage);
  stage.canvas = element("canvas", { tabIndex: 0, role: "application" });
  stage.card = element("div", { className: "card", hidden: true });
  stage.spoken = element("div", { className: "spoken", role: "status" });
  stage.editor = element("div", { className: "editor" });
  const picture = element("div", { className: "picture" }, stage.canvas, stage.editor, stage.card, buildField(stage),
    stage.spoken);
  stage.root.append(picture);
  parent.append(stage.root);
  stage.context = stage.canvas.getContext("2d");
  stage.root.onkeydown = (event) => onKey(stage, event);
  picture.onpointermove = picture.onpointerdown = (event) => point(stage, event);
  picture.onpointerleave = () => hovered(stage, null);
  stage.canvas.onmousedown = (event) => { // by Tab its arrow keys go over the neurons; after a click, through time
    event.preventDefault();
    stage.root.focus({ preventScroll: true });
  };
  stage.canvas.onkeydown = (event) => walk(stage, event);
  stage.canvas.onblur = () => hovered(stage, null);
  stage.canvas.onclick = () => enter(stage);
  stage.observer = new ResizeObserver(() => rebuild(stage));
  stage.observer.observe(stage.root);
  return stage;
}
