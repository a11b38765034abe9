// Where everything lies: inside the canvas, and nothing on anything else.

import assert from "node:assert/strict";
import test from "node:test";
import stage from "./stage.mjs";

const WIDTHS = [320, 390, 419, 420, 639, 640, 760, 1000, 1400];
const EDITS = [null, { may: { features: true, hidden: true } }];
const FEATURES = Array(11).fill({});
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
    const made = { sides: Array(count).fill({}), compact, edit: compact ? null : edit, width, features: FEATURES, one: 0 };
    const all = stage.arrange(made, width);
    assertApart(all.sides.filter((_, i) => stage.isShown(made, i)).map(({ side }) => side), where);
    for (const { side, ...boxes } of all.sides) {
      assert.ok(within(side, { x: 0, y: 0, w: width, h: all.height }), where);
      assert.deepEqual(Object.keys(boxes), compact ? ["boundary", "network"] : ["boundary", "bars", "loss", "network"]);
      assert.equal(boxes.boundary.w, boxes.boundary.h, where);
      for (const box of Object.values(boxes)) assert.ok(within(box, side), where);
      assertApart(Object.values(boxes), where);
    }
  }
});

test("two sides stand beside each other from 640 pixels on, else one is shown, and are alike", () => {
  for (const width of WIDTHS) {
    const made = { sides: [{}, {}], compact: false, edit: null, width, one: 1 };
    const [a, b] = stage.arrange(made, width).sides;
    assert.equal(a.side.x < b.side.x, width >= 640, `${width}`);
    assert.deepEqual([0, 1].map((i) => stage.isShown(made, i)), [width >= 640, true]);
    assert.deepEqual([a.bars.w, a.network.h, a.side.y], [b.bars.w, b.network.h, b.side.y]);
    assert.deepEqual([b.loss.x - a.loss.x, b.loss.y - a.loss.y], [b.side.x - a.side.x, b.side.y - a.side.y]);
  }
});

test("controls of the diagram make room above the network and move nothing else", () => {
  const plain = stage.fullBoxes(600, 0, 0), edited = stage.fullBoxes(600, 60, 0);
  assert.deepEqual(edited, { ...plain, network: { ...plain.network, y: plain.network.y + 60 } });
});

test("unfolded features have room for a finger each on a narrow screen", () => {
  for (const [width, pitch] of [[390, 40], [1000, 24]]) {
    const made = { sides: [{}], compact: false, edit: EDITS[1], width, features: FEATURES, one: 0, unfolded: true };
    assert.equal(stage.arrange(made, width).sides[0].network.h, 12 * pitch);
  }
});

const BOX = { x: 10, y: 100, w: 560, h: 270 };
const NETWORKS = [[[2, 1], [0, 1]], [[2, 4, 2, 1], [0, 1]], [[3, 8, 8, 8, 3], [0, 2, 6]], [[1, 64, 1], [5]],
  [[2, ...Array(10).fill(2), 1], [0, 1]], [[7, ...Array(10).fill(64), 10], [0, 1, 2, 3, 4, 5, 6]]];

test("neurons lie in the box, layer by layer from left to right, and apart where they are not points", () => {
  const cases = [BOX, { ...BOX, w: 320 }].flatMap((box) => NETWORKS.flatMap(([sizes, used]) =>
    [false, true].flatMap((all) => [0, 1].flatMap((extra) => [false, true].map((compact) =>
      ({ box, sizes, shown: all ? Array.from({ length: 11 }, (_, i) => i) : used, all, extra, compact }))))));
  for (const { box, sizes, ...options } of cases) {
    const columns = stage.wire(box, sizes, options), where = JSON.stringify({ box, sizes, ...options });
    const { shown, extra } = options;
    assert.equal(columns.length, sizes.length);
    columns.forEach(({ x, size, nodes, step }, c) => {
      const there = nodes.filter((y) => y !== undefined);
      assert.equal(there.length, c === 0 ? shown.length : sizes[c], where);
      if (c === 0 && extra) there.push(columns[0].last);
      for (const y of there) assert.ok(within({ x: x - size / 2, y: y - size / 2, w: size, h: size }, box) || size === 3, where);
      for (const [i, y] of there.slice(1).entries()) assert.ok(y - there[i] >= size || size === 3, where);
      if (c) assert.ok(Math.abs(x - columns[c - 1].x - step) < MARGIN && step >= size, where);
      assert.ok(Math.abs(there[0] + there.at(-1) - 2 * box.y - box.h) < MARGIN, where); // in the middle of the height
    });
  }
});

test("the nodes of the first column stand under the numbers of their features", () => {
  const [first] = stage.wire(BOX, [3, 2, 1], { shown: [0, 2, 6] });
  assert.deepEqual(Object.keys(first.nodes), ["0", "2", "6"]);
});
