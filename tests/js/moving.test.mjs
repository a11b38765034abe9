// The line between two classes, the picture with clean edges, and numbers in words.

import assert from "node:assert/strict";
import test from "node:test";
import stage from "./stage.mjs";

const run = { grid: 2, line_ends: Int32Array.of(0, 0, 2), lines: Uint8Array.of(63, 191) };

test("the line goes where it is sent, in its own frame", () => {
  const line = stage.lineOf(run, Uint8Array.of(255, 0, 128, 127), 1); // class 1 on the left
  assert.deepEqual([...stage.crossed(line, 0)], [63.5 / 256, 0, 191.5 / 256, 1]);
  assert.deepEqual([...stage.crossed(stage.lineOf(run, Uint8Array.of(9, 9, 9, 9), 0), 0)], []);
});

test("a clean edge is the line's", () => {
  const side = stage.sideOfLine(stage.lineOf(run, Uint8Array.of(255, 0, 128, 127), 1));
  for (const [u, v, right] of [[0.2, 0, 255], [0.3, 0, 0], [0.7, 0.99, 255], [0.4, 0.5, 255], [0.6, 0.5, 0]]) {
    assert.equal(side(0, u, v), right, `at ${u}, ${v}`);
  }
});

test("where the classes lie crosswise, each part of the line cuts off its corner", () => {
  const crosswise = { grid: 2, line_ends: Int32Array.of(0), lines: Uint8Array.of(127, 127, 127, 127) };
  const side = stage.sideOfLine(stage.lineOf(crosswise, Uint8Array.of(255, 0, 0, 255), 0));
  const found = [[0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9], [0.45, 0.5]].map(([u, v]) => side(0, u, v));
  assert.deepEqual(found, [255, 0, 0, 255, 255]);
});

test("numbers are written at every magnitude, with their sign", () => {
  const written = { "-2.3e142": -2.34e142, "3.8e-9": 3.81e-9, "1.0e-300": 1e-300, "-1.0e300": -1e300, 0: -0,
    "0.0312": 0.03124, 12.3: 12.34, 1234: 1234.4, 9999: 9999.4, "not finite": NaN, "-9.9e-4": -0.00099 };
  for (const [words, value] of Object.entries(written)) assert.equal(stage.number(value), words);
  assert.equal(stage.number(-Infinity), "not finite");
});

test("an output is told to the digits that a byte has", () => {
  const numbers = { output: "identity", classes: [], limit: 0.987 }, two = { output: "logistic", classes: ["a", "b"] };
  const three = { output: "softmax", classes: ["a", "b", "c"] }, signs = { ...two, output: "tanh" };
  for (const [run, byte, words] of [
    [numbers, 128, "output about 0"], [numbers, 133, "output about 0.04"], [numbers, 40, "output about -0.68"],
    [numbers, 255, "output about 0.987 or more"], [numbers, 1, "output about -0.987 or less"],
    [{ ...numbers, limit: 300 }, 200, "output about 170"], [{ ...numbers, limit: 1e-5 }, 200, "output about 5.7e-6"],
    [two, 255, "b: above 99 %"], [two, 0, "b: below 1 %"], [two, 100, "b: about 39 %"], [signs, 0, "output about -1.00"],
    [three, 25 + 15, "b: 60 to 64 %"], [three, 74, "c: 96 to 100 %"],
  ]) assert.equal(stage.outputWords(run, byte), words);
});
