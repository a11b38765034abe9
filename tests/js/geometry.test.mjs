// Where everything lies: inside the canvas, and nothing on anything else.

import assert from "node:assert/strict";
import test from "node:test";
import stage from "./stage.mjs";

const WIDTHS = [320, 390, 419, 420, 700, 759, 760, 1000, 1400];
const EDITS = [null, { may: { features: true, hidden: true } }];
const MARGIN = 1e-9;

const within = (inner, outer) =>
  inner.x >= outer.x - MARGIN && inner.y >= outer.y - MARGIN && inner.w > 0 && inner.h > 0
  && inner.x + inner.w <= outer.x + outer.w + MARGIN && inner.y + inner.h <= outer.y + outer.h + MARGIN;
const apart = (a, b) => a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;

function assertApart(boxes, where) {
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => assert.ok(apart(a, b), where)));
}

test("the boxes of a side lie in it and apart, at every width", () => {
  for (const width of WIDTHS) for (const compact of [false, true]) for (const edit of EDITS) for (const count of [1, 2]) {
    const where = JSON.stringify({ width, compact, edit, count });
    const all = stage.arrange({ sides: Array(count).fill({}), compact, edit: compact ? null : edit }, width);
    assertApart(all.sides.map(({ side }) => side), where);
    for (const { side, ...boxes } of all.sides) {
      assert.ok(within(side, { x: 0, y: 0, w: width, h: all.height }), where);
      assert.deepEqual(Object.keys(boxes), compact ? ["boundary", "network"] : ["boundary", "bars", "loss", "network"]);
      assert.equal(boxes.boundary.w, boxes.boundary.h, where);
      for (const box of Object.values(boxes)) assert.ok(within(box, side), where);
      assertApart(Object.values(boxes), where);
    }
  }
});

test("two sides stand beside each other from 760 pixels on, else below each other, and are alike", () => {
  for (const width of WIDTHS) {
    const [a, b] = stage.arrange({ sides: [{}, {}], compact: false, edit: null }, width).sides;
    assert.equal(a.side.y === b.side.y, width >= 760, `${width}`);
    assert.deepEqual([a.bars.w, a.network.h], [b.bars.w, b.network.h]);
    assert.deepEqual([b.loss.x - a.loss.x, b.loss.y - a.loss.y], [b.side.x - a.side.x, b.side.y - a.side.y]);
  }
});

test("controls of the diagram make room above the network and move nothing else", () => {
  const plain = stage.fullBoxes(600, 900, 0), edited = stage.fullBoxes(600, 900 + 60, 60);
  assert.deepEqual(edited, { ...plain, network: { ...plain.network, y: plain.network.y + 60 } });
});

const BOX = { x: 10, y: 100, w: 560, h: 270 };
const NETWORKS = [[[2, 1], [0, 1]], [[2, 4, 2, 1], [0, 1]], [[3, 8, 8, 8, 3], [0, 2, 6]], [[1, 64, 1], [5]],
  [[2, ...Array(10).fill(2), 1], [0, 1]], [[7, ...Array(10).fill(64), 10], [0, 1, 2, 3, 4, 5, 6]]];

test("neurons lie in the box, layer by layer from left to right, and apart where they are not points", () => {
  const cases = [BOX, { ...BOX, w: 320 }].flatMap((box) => NETWORKS.flatMap(([sizes, used]) =>
    [0, 11].flatMap((all) => [false, true].map((compact) => ({ box, sizes, used, all, compact })))));
  for (const { box, sizes, used, ...options } of cases) {
    const columns = stage.wire(box, sizes, used, options), where = JSON.stringify({ box, sizes, ...options });
    const { all } = options;
    assert.equal(columns.length, sizes.length);
    columns.forEach(({ x, size, nodes, step }, c) => {
      const there = nodes.filter((y) => y !== undefined);
      assert.equal(there.length, c === 0 && all ? all : sizes[c], where);
      for (const y of there) assert.ok(within({ x: x - size / 2, y: y - size / 2, w: size, h: size }, box) || size === 3, where);
      for (const [i, y] of there.slice(1).entries()) assert.ok(y - there[i] >= size || size === 3, where);
      if (c) assert.ok(Math.abs(x - columns[c - 1].x - step) < MARGIN && step >= size, where);
      assert.ok(Math.abs(there[0] + there.at(-1) - 2 * box.y - box.h) < MARGIN, where); // in the middle of the height
    });
  }
});

test("the nodes of the first column stand under the numbers of their features", () => {
  const [first] = stage.wire(BOX, [3, 2, 1], [0, 2, 6], { compact: false, all: 0 });
  assert.deepEqual(Object.keys(first.nodes), ["0", "2", "6"]);
});
