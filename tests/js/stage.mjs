// The stage's files as one module, as the server joins them, with their functions exported.
// Import order does not matter but for `stage.js`, which declares what the others use when they are read.

import { readFileSync, globSync } from "node:fs";
import { basename } from "node:path";

const NAMES = ["decode", "whole", "prepare", "nearest", "timeline", "ticks", "tickText", "arrange", "wire", "fullBoxes",
  "receive", "take", "hindered", "complete", "connected", "arrival", "isShown", "wrap", "lineOf", "crossed",
  "crossing", "sideOfLine", "number", "outputWords", "valueOf", "written", "refusal", "weightOf", "isWhatIf", "typed",
  "accept", "adoptHand", "adoptedHand", "tellShown", "SHOWN_MS"];

// What is asked of a browser while the module is read; drawing is not tested here.
globalThis.location = { pathname: "/", href: "http://localhost/" };
globalThis.window = { location, innerHeight: 900, matchMedia: () => ({ matches: true }) };
const events = new EventTarget();
globalThis.addEventListener = events.addEventListener.bind(events);
globalThis.dispatchEvent = events.dispatchEvent.bind(events);
globalThis.document = { addEventListener() {} };
globalThis.requestAnimationFrame = () => 1;

const files = globSync("pages/parts/**/canvas/*.js", { cwd: new URL("../../", import.meta.url) })
  .sort((a, b) => (basename(b) === "stage.js") - (basename(a) === "stage.js"));
const texts = files.map((file) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8"));
const joined = [...texts, `export { ${NAMES.join(", ")} };`].join("\n");

export default await import(`data:text/javascript;base64,${Buffer.from(joined).toString("base64")}`);
