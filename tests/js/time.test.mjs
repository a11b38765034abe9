// The epochs that can be shown, and the frame of each side at each.

import assert from "node:assert/strict";
import test from "node:test";
import stage from "./stage.mjs";

const side = (state, epochs) => ({ state, run: epochs && { epochs, count: epochs.length } });
const controls = () => Object.fromEntries(
  ["start", "back", "play", "forward", "slider", "speed"].map((name) => [name, {}]));
const of = (sides, epochs = [0], index = 0) => {
  const made = { sides, epochs, index, controls: controls(), stoppable: true };
  stage.timeline(made);
  return made;
};

test("the nearest epoch is the one a search of all finds, the earlier of two", () => {
  const epochs = [0, 1, 2, 5, 9, 20, 120];
  for (let epoch = -3; epoch < 130; epoch++) {
    const distances = epochs.map((other) => Math.abs(other - epoch));
    assert.equal(stage.nearest(epochs, epoch), distances.indexOf(Math.min(...distances)), `epoch ${epoch}`);
  }
});

test("runs that ended are shown at the epochs of both, each at its nearest frame", () => {
  const made = of([side("finished", [0, 10, 20]), side("stopped", [0, 4])]);
  assert.deepEqual(made.epochs, [0, 4, 10, 20]);
  assert.deepEqual(made.sides.map(({ frames }) => frames), [[0, 0, 1, 2], [0, 1, 1, 1]]);
  assert.equal(made.controls.slider.max, 3);
  assert.ok(Object.values(made.controls).every(({ disabled }) => disabled === false));
});

test("beside a run that ended one that trains stands at its newest frame", () => {
  const made = of([side("finished", [0, 5, 10]), side("training", [0, 1, 2, 3])]);
  assert.deepEqual(made.epochs, [0, 5, 10]);
  assert.deepEqual(made.sides[1].frames, [3, 3, 3]);
});

test("while both train the newest epoch of either is all there is, and nothing can be replayed", () => {
  const made = of([side("training", [0, 7]), side("waiting", null)]);
  assert.deepEqual(made.epochs, [7]);
  assert.equal(made.replayable, false);
  const { play, ...others } = made.controls;
  assert.equal(play.disabled, false); // it reads Stop
  assert.ok(Object.values(others).every(({ disabled }) => disabled === true));
});

test("what was shown stays: the last epoch the last, another the nearest", () => {
  const run = [side("finished", [0, 10, 20, 30])];
  assert.equal(of(run, [0, 5], 1).index, 3);
  assert.equal(of(run, [0, 12, 40], 1).index, 1);
});

test("what has ended first is replayed once, and what ends after it joins", () => {
  const made = { ...of([side("finished", [0, 5, 10]), side("training", [0, 1])]), frame: -1 };
  window.matchMedia = () => ({ matches: false });
  stage.arrival(made);
  assert.deepEqual([made.index, made.playing, made.replayed], [0, true, true]);
  Object.assign(made, { index: 1, playing: false });
  made.sides[1] = side("finished", [0, 4, 8]);
  stage.timeline(made);
  stage.arrival(made);
  assert.deepEqual([made.epochs[made.index], made.playing], [5, false]);
});

test("a link that names an epoch rests there, and what was moved by hand stays", () => {
  const made = { ...of([side("finished", [0, 5, 10])]), frame: 6, scene: "A", frameScene: "A" };
  stage.arrival(made);
  assert.deepEqual([made.epochs[made.index], made.playing], [5, undefined]);
  Object.assign(made, { index: 2, touched: true });
  stage.arrival(made);
  assert.equal(made.index, 2);
});
