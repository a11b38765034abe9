// The ends of the lines between two classes in all frames of a run, as they are drawn: cells from the top left corner.

import { readFileSync, writeFileSync } from "node:fs";
import stage from "./stage.mjs";

const [, , packed, answer] = process.argv;
const { header, read } = stage.decode(readFileSync(packed));
const run = { ...header.run, ...read(header.run) }, frames = run.line_ends.length - 1;
run.grid = Math.sqrt(run.boundary.length / frames);
writeFileSync(answer, JSON.stringify(Array.from({ length: frames }, (_, f) => {
  const line = stage.lineOf(run, run.boundary.subarray(f * run.grid ** 2, (f + 1) * run.grid ** 2), f), drawn = [];
  globalThis.Path2D = class {
    moveTo(x, y) { drawn.push([x, y]); }
    lineTo(x, y) { drawn.push([x, y]); }
  };
  stage.crossing(line);
  return drawn;
})));
