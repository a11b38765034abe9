// Bytes into runs. The bytes are packed by the server's side and by NumPy (test_javascript.py writes them).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import stage from "./stage.mjs";

const { halves, numbers, message, sent } = JSON.parse(readFileSync(process.env.FIXTURE, "utf8"));
const bytes = Uint8Array.from(Buffer.from(message, "base64"));
const FEATURES = [{ name: "x1", label: "x₁" }, { name: "x2", label: "x₂" }, { name: "x1sq", label: "x₁²" }];

test("numbers of every magnitude come with their sign and six digits", () => {
  const read = stage.whole(Uint32Array.from(halves));
  numbers.forEach((number, i) => {
    assert.ok(Math.abs(read[i] - number) <= 5e-7 * Math.abs(number), `${number} came as ${read[i]}`);
    assert.equal(Object.is(read[i], -0), Object.is(Number(number), -0));
  });
});

// A message that Streamlit hands over begins anywhere in its buffer.
for (const start of [0, 8, 3]) {
  test(`arrays are read as they were packed, ${start} bytes into a buffer`, () => {
    const buffer = new Uint8Array(start + bytes.length);
    buffer.set(bytes, start);
    const { header, read } = stage.decode(buffer.subarray(start));
    assert.equal(header.note, "Größe ≥ 1");
    header.sides.forEach((side, i) => {
      const arrays = read(side.run);
      assert.deepEqual(Object.keys(arrays), Object.keys(sent[i]));
      for (const [name, { type, values }] of Object.entries(sent[i])) {
        assert.equal(arrays[name].constructor.name.toLowerCase(), `${type}array`);
        assert.deepEqual([...arrays[name]], values, name);
      }
    });
  });
}

test("a run knows where each layer's weights, biases and maps begin", () => {
  const header = { sizes: [2, 3, 4, 1], used: [0, 2], drawn: [6, 5, 4], maps: [true, false, true], first: 7 };
  const run = stage.prepare(header, {
    epochs: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8),
    links: Uint16Array.of(0, 1, 2, 3, 4, 5, 0, 2, 4, 6, 8, 0, 1, 2, 3),
    parameters: Float64Array.of(1, -2),
    feature_maps: new Uint8Array(3 * 16), boundary: new Uint8Array(2 * 25),
  }, FEATURES);
  assert.deepEqual(run.layers.map(({ weights, biases }) => [weights, biases]), [[0, 6], [9, 14], [18, 22]]);
  assert.deepEqual(run.layers.map(({ map }) => map), [0, -1, 3]); // the second layer has none
  assert.deepEqual(run.layers.map(({ rows }) => [...rows]), [[0, 2], [0, 1, 2], [0, 1, 2, 3]]);
  assert.deepEqual(run.layers.map(({ links }) => [...links]), [[0, 1, 2, 3, 4, 5], [0, 2, 4, 6, 8], [0, 1, 2, 3]]);
  assert.deepEqual([run.parameterCount, run.mapCount, run.count], [23, 4, 9]);
  assert.deepEqual([run.resolution, run.grid], [4, 5]); // cells on a side: of 3 features, and of 2 frames from 7 on
  assert.deepEqual([...run.parameters], [1, -2]);
  assert.deepEqual(run.features, ["x₁", "x₂", "x₁²"]);
});
