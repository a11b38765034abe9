// Marks of an axis.

import assert from "node:assert/strict";
import test from "node:test";
import stage from "./stage.mjs";

test("marks are those that a person would set", () => {
  assert.deepEqual(stage.ticks(-6, 6), [-5, -2.5, 0, 2.5, 5]);
  assert.deepEqual(stage.ticks(0, 10), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(stage.ticks(120, 580), [200, 300, 400, 500]);
});

test("marks lie inside, evenly, at round distances, two to six of them", () => {
  for (const low of [-1234.5, -6, -0.03, 0, 17, 4.3e5]) {
    for (let exponent = -3; exponent < 5; exponent += 0.07) {
      const high = low + 10 ** exponent, marks = stage.ticks(low, high);
      assert.ok(marks.length >= 2 && marks.length <= 6, `${marks.length} marks from ${low} to ${high}`);
      assert.ok(marks[0] >= low && marks.at(-1) <= high);
      const step = marks[1] - marks[0];
      const digits = Number((step / 10 ** Math.floor(Math.log10(step * (1 + 1e-6)))).toFixed(3));
      assert.ok([1, 2, 2.5, 5].includes(digits), `a distance of ${step}`);
    }
  }
});

test("a mark's text is short and has a true minus", () => {
  assert.deepEqual([-2.5, 0, 0.30000000000000004, 1234, -0].map(stage.tickText), ["−2.5", "0", "0.3", "1230", "0"]);
});

test("lines of a saved picture break at spaces, and inside a word only where it is longer than a line", () => {
  const context = { measureText: (text) => ({ width: text.length }) };
  assert.deepEqual(stage.wrap(context, "rows 500 · seed 1", 9), ["rows 500 ", "· seed 1"]);
  assert.deepEqual(stage.wrap(context, "at http://abc.de/?x=1", 8), ["at ", "http://a", "bc.de/?x", "=1"]);
});
