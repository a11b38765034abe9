// Weights set by hand: what is typed, which weight it is, and what is told of it and when.

import assert from "node:assert/strict";
import test, { beforeEach, mock } from "node:test";
import { gzipSync } from "node:zlib";
import stage from "./stage.mjs";

let now;

mock.timers.enable({ apis: ["setTimeout", "Date"] });
beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1 });
  now = opened();
});

// A side of two features, two neurons and an output, of three frames; weights and biases are 10 × the frame + their place.
function run() {
  const parameters = Float64Array.from({ length: 27 }, (_, i) => 10 * Math.floor(i / 9) + (i % 9));
  return {
    first: 0, count: 3, epochs: Int32Array.of(0, 5, 9), parameters, parameterCount: 9, sizes: [2, 2, 1], used: [0, 4],
    layers: [
      { links: [0, 1, 2, 3], outputs: 2, weights: 0, biases: 4 }, { links: [0, 1], outputs: 1, weights: 6, biases: 8 },
    ],
  };
}

function opened() {
  const input = { value: "" };
  return {
    sides: [{ key: "a", state: "finished", run: run(), frames: [0, 1, 2], what_if: null }], index: 1, epochs: [0, 5, 9],
    view: { edit: true }, hand: { answered: null, at: -1, epoch: 9, weights: [], most: 10, largest: 1e6, address: "" },
    set: null, unseen: null, next: null, said: null, setting: null, generation: 3, playing: false, replayable: true,
    root: { isConnected: true, getRootNode: () => ({ activeElement: null }) },
    field: { input, wrong: { textContent: "" }, hidden: false, contains: () => false },
    told: [], send(name, value) { this.told.push([name, value]); },
  };
}

function set(stageNow, text, weight = { layer: 1, source: 0, unit: 1, epoch: 5 }) {
  stageNow.setting = { ...weight, text: "2", back: { focus() {} } };
  stageNow.field.input.value = text;
  stage.accept(stageNow);
}

const weights = (made) => made.told.map(([name, { layer, source, unit, value }]) => [name, layer, source, unit, value]);
const key = (name, more = {}) => ({ key: name, stopPropagation() {}, preventDefault() {}, ...more });

test("numbers are read with a point or a comma, and nothing else is one", () => {
  const read = ["0.5", "-0,5", " 7 ", "−3", "+1e-3", ".5", "2.", "1E2"].map(stage.valueOf);
  assert.deepEqual(read, [0.5, -0.5, 7, -3, 0.001, 0.5, 2, 100]);
  for (const text of ["", " ", "abc", "NaN", "Infinity", "0x10", "1 2", "1,2,3", "--1", "1e", "1e99999", "<b>"]) {
    assert.equal(stage.valueOf(text), null, text);
  }
});

test("steps add a tenth or one without noise, and leave alone what is no number", () => {
  now.setting = { text: "0.2" };
  const after = (text, ...events) => {
    now.field.input.value = text;
    events.forEach((event) => stage.typed(now, event));
    return now.field.input.value;
  };
  assert.equal(after("0.2", key("ArrowUp")), "0.3");
  assert.equal(after("0,2", key("ArrowDown"), key("ArrowDown"), key("ArrowDown")), "-0.1");
  assert.equal(after("-0.0610781", key("ArrowUp", { shiftKey: true })), "0.938922");
  assert.equal(after("abc", key("ArrowUp")), "abc");
  assert.deepEqual(now.told, []);
});

test("a value that can not be gets a sentence, and its field stays open", () => {
  for (const text of ["abc", "", "1000001", "-1e7", "1e400"]) {
    set(now, text);
    assert.match(now.field.wrong.textContent, /^A weight must be a number from -1000000 to 1000000; got “.*”\.$/);
    assert.ok(now.setting && !now.field.hidden);
  }
  assert.deepEqual(now.told, []);
});

test("the eleventh weight of a frame is refused, a known one and one of another frame are not", () => {
  now.hand.weights = Array.from({ length: 10 }, (_, unit) => [2, 0, unit]);
  now.hand.epoch = 5;
  const refused = (weight, epoch) => stage.refusal(now.hand, { ...weight, epoch }, "1");
  assert.match(refused({ layer: 2, source: 1, unit: 0 }, 5), /^10 weights are set by hand here/);
  assert.equal(refused({ layer: 2, source: 0, unit: 7 }, 5), "");
  assert.equal(refused({ layer: 2, source: 1, unit: 0 }, 4), "");
});

test("what is accepted is told once with the frame and the side that it belongs to", () => {
  set(now, "0,5");
  assert.deepEqual(now.told, [["hand",
    { generation: 3, click: 1, key: "a", layer: 1, source: 0, unit: 1, epoch: 5, value: 0.5 }]]);
  assert.ok(now.field.hidden && now.setting === null && now.unseen === 1);
  stage.accept(now); // the field loses the focus as it goes
  assert.equal(now.told.length, 1);
});

test("what was not changed, and what Escape leaves, is told to nobody", () => {
  set(now, "2");
  now.setting = { text: "2", back: { focus() {} } };
  now.field.input.value = "7";
  stage.typed(now, key("Escape"));
  stage.accept(now);
  assert.deepEqual([now.told, now.setting], [[], null]);
});

test("lines and neurons name their weight and its value in the frame that is shown", () => {
  const of = (hover) => stage.weightOf(now, { place: 0, ...hover });
  assert.deepEqual(of({ kind: "link", layer: 0, link: 2 }), { layer: 1, source: 1, unit: 0, value: 12 });
  assert.deepEqual(of({ kind: "link", layer: 1, link: 1 }), { layer: 2, source: 1, unit: 0, value: 17 });
  assert.deepEqual(of({ kind: "neuron", column: 1, row: 1 }), { layer: 1, source: "b", unit: 1, value: 15 });
  assert.deepEqual(of({ kind: "neuron", column: 2, row: 0 }), { layer: 2, source: "b", unit: 0, value: 18 });
});

test("nothing else can be set: features, B, points, maps to be asked for, while the row is closed or A trains", () => {
  const link = { kind: "link", layer: 0, link: 2, place: 0 };
  assert.equal(stage.weightOf(now, null), null);
  for (const hover of [{ kind: "neuron", column: 0, row: 0, place: 0 }, { ...link, place: 1 }, { kind: "point", place: 0 },
    { kind: "neuron", column: 1, row: 0, place: 0, ask: true }]) assert.equal(stage.weightOf(now, hover), null);
  for (const change of [{ view: { edit: false } }, { hand: null }, { unseen: 5 }]) {
    assert.equal(stage.weightOf({ ...now, ...change }, link), null);
  }
  const [side] = now.sides, trains = { ...side, state: "training" };
  assert.equal(stage.weightOf({ ...now, sides: [trains] }, link), null);
  assert.ok(stage.weightOf({ ...now, sides: [{ ...trains, what_if: 5 }] }, link)); // its last frame came ahead
});

test("a frame asks what if where the weights set by hand are the ones shown", () => {
  const [side] = now.sides;
  assert.deepEqual([0, 1, 2].map((index) => stage.isWhatIf({ ...now, index }, { ...side, what_if: 9 })),
    [false, false, true]);
  assert.equal(stage.isWhatIf(now, side), false);
  assert.equal(stage.isWhatIf(now, { ...side, run: null, what_if: 5 }), false);
});

test("a second weight waits for the answer to the first, and is lost with the network", () => {
  const answered = (made, sideKey, more = {}) => {
    stage.adoptHand(made, { generation: 4, sides: [{ key: sideKey }], hand: { ...made.hand, ...more } });
    made.generation = 4;
    stage.adoptedHand(made);
  };
  set(now, "1");
  now.unseen = null; // its frame came ahead, and with it the key of the side
  now.sides[0].key = "a, what if";
  set(now, "3", { layer: 2, source: "b", unit: 0, epoch: 5 });
  assert.equal(now.told.length, 1);
  answered(now, "a, what if");
  assert.deepEqual(weights(now), [["hand", 1, 0, 1, 1], ["hand", 2, "b", 0, 3]]);
  assert.deepEqual([now.told[1][1].generation, now.told[1][1].key], [4, "a, what if"]);

  const other = opened();
  set(other, "1");
  set(other, "3");
  answered(other, "another network");
  assert.equal(other.told.length, 1);
});

test("an answer that refuses ends the waiting, one to another click does not", () => {
  set(now, "1");
  const answer = (answered) => stage.adoptHand(now, { generation: 3, sides: [{ key: "a" }], hand: { ...now.hand, answered } });
  answer(null);
  assert.deepEqual([now.set, now.unseen], [1, 1]);
  answer(1);
  assert.deepEqual([now.set, now.unseen], [null, null]);
});

test("the row hears of the epoch that is shown once it rests, and of the same one only once", () => {
  const at = (index, more) => {
    Object.assign(now, { index }, more);
    stage.tellShown(now);
  };
  at(2);
  mock.timers.tick(2 * stage.SHOWN_MS);
  assert.deepEqual(now.told, []); // it has the last one already
  at(0);
  mock.timers.tick(stage.SHOWN_MS - 1);
  at(1);
  mock.timers.tick(stage.SHOWN_MS);
  at(1);
  mock.timers.tick(2 * stage.SHOWN_MS);
  assert.deepEqual(now.told.map(([name, { epoch, generation }]) => [name, epoch, generation]), [["shown", 5, 3]]);
  at(0, { playing: true });
  at(0, { playing: false, view: { edit: false } });
  mock.timers.tick(2 * stage.SHOWN_MS);
  assert.equal(now.told.length, 1);
});

test("what comes ahead of the page is read from its file until it is there", async () => {
  const news = (header) => {
    const text = Buffer.from(JSON.stringify(header)), padding = Buffer.alloc((12 - text.length % 8) % 8, " ");
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length + padding.length);
    return new Response(gzipSync(Buffer.concat([length, text, padding, Buffer.alloc(64)])));
  };
  const arrays = { epochs: ["int32", [1], 0], boundary: ["uint8", [4], 8], feature_maps: ["uint8", [1], 16] };
  const packed = { sizes: [1, 1], used: [0], drawn: [0], maps: [false], first: 0, start: 0, arrays };
  arrays.links = ["uint16", [0], 24];
  const files = [news({ key: "", state: "waiting" }), news({ key: "a, what if", state: "training", progress: 0.1, run: packed })];
  let readings = 0;
  globalThis.fetch = async () => files[Math.min(readings++, 1)];
  now.hand.address = "ahead";
  Object.assign(now, { features: [{ name: "x1", label: "x₁" }], root: { ...now.root, clientWidth: 0 }, frame: -1,
    controls: Object.fromEntries(["start", "back", "play", "forward", "slider", "speed"].map((name) => [name, {}])) });
  set(now, "1");
  for (let i = 0; i < 50 && now.unseen; i++) {
    for (let j = 0; j < 2000 && now.unseen; j++) await new Promise(setImmediate); // unpacking takes long on a busy machine
    mock.timers.tick(20);
  }
  const [side] = now.sides;
  assert.deepEqual([side.key, side.state, side.what_if, side.phase], ["a, what if", "training", 5, "live"]);
  assert.deepEqual([readings, now.unseen, now.set], [2, null, 1]);
});
