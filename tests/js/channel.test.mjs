// The phases of a side, as drawn in channel.js, and the bounds of what is read and asked for. The clock is a fake.

import assert from "node:assert/strict";
import test, { beforeEach, mock } from "node:test";
import { gzipSync } from "node:zlib";
import stage from "./stage.mjs";

const ASKS = 6;
const KEY = "spiral 1", ID = "spiral 1 of 5";
const LOST = "Its data cannot be read: reload the page to try again";
const TRAINS = { state: "training" }, COMPLETE = { state: "finished", id: ID, complete: true };
const missing = () => new Response(null, { status: 404 });
const offline = () => { throw new TypeError("Failed to fetch"); };

let files, readings, addresses, shown;

mock.timers.enable({ apis: ["setTimeout", "Date"] });
mock.method(performance, "now", () => Date.now());

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  stage.complete.clear();
  stage.connected.clear();
  [files, readings, addresses, shown] = [{}, [], [], opened()];
});

globalThis.fetch = async (url) => {
  readings.push(Date.now());
  addresses.push(url);
  return files[url.split("?")[0]]();
};

// A stage that draws nothing, since it is 0 pixels wide.
function opened() {
  const names = ["start", "back", "play", "forward", "slider", "speed", "test", "discretize", "clamp", "weights",
    "delta", "save", "copy"];
  const made = {
    root: { isConnected: true, clientWidth: 0 }, sides: [], view: {}, epochs: [0], index: 0, began: 0,
    took: 0, controls: Object.fromEntries(names.map((name) => [name, {}])), asked: [],
    send(name, { sides }) { this.asked.push([name, ...sides]); },
  };
  stage.connected.add(made);
  return made;
}

function packed(header, body = new Uint8Array()) {
  const text = Buffer.from(JSON.stringify(header));
  const padding = Buffer.alloc((12 - text.length % 8) % 8, " "), length = Buffer.alloc(4);
  length.writeUInt32LE(text.length + padding.length);
  return new Uint8Array(Buffer.concat([length, text, padding, body]));
}

// A message of the server. Of each side it carries the news that are given.
function tell(...sides) {
  let start = 0;
  const bodies = [], told = sides.map(({ news, ...side }) => {
    const place = news && [start, news.length];
    if (news) bodies.push(news, Buffer.alloc(-news.length & 7));
    start += news ? news.length + (-news.length & 7) : 0;
    return { key: KEY, id: "", note: "", progress: 0, address: "file", complete: false, ...side, news: place };
  });
  stage.receive(shown, packed({
    features: [{ name: "x1", label: "x₁" }], hide: [], frame: -1, choices: {}, generation: 1, sides: told,
  }, Buffer.concat(bodies)));
}

function news({ frames = 0, ...header }) {
  const epochs = Int32Array.from({ length: frames }, (_, i) => i);
  const arrays = { epochs: ["int32", [frames], 0] };
  for (const name of ["parameters", "links", "feature_maps", "boundary"]) arrays[name] = ["uint16", [0], 0];
  const run = frames ? { sizes: [1, 1], used: [0], drawn: [1], maps: [false], first: 0, start: 0, arrays } : undefined;
  return gzipSync(packed({ key: KEY, id: "part", state: "training", note: "", progress: 0, ...header, run }, new Uint8Array(epochs.buffer)));
}

const finished = (id = ID) => news({ state: "finished", progress: 1, id, frames: 6 });
const file = (bytes) => () => new Response(bytes);

async function until(holds) {
  while (!holds()) await new Promise(setImmediate);
}

// The clock goes on; each reading ends before it does.
async function pass(ms) {
  for (let i = 0; i < ms; i += 10) {
    mock.timers.tick(10);
    await until(() => !shown.reading);
  }
}

const side = (i = 0) => shown.sides[i];
const frames = (i = 0) => side(i).run?.count ?? 0;

test("live → shown: its news say that it ended", async () => {
  files.file = file(news({ progress: 0.4, frames: 3 }));
  tell(TRAINS);
  await pass(200);
  assert.deepEqual([side().phase, side().state, side().progress, frames()], ["live", "training", 0.4, 3]);
  assert.deepEqual(shown.epochs, [2]);
  const { run } = side();
  await pass(500);
  assert.equal(side().run, run); // the same news are not made ready again
  files.file = file(finished());
  await pass(120);
  assert.deepEqual([side().phase, side().state, frames()], ["shown", "finished", 6]);
  assert.deepEqual(shown.epochs, [0, 1, 2, 3, 4, 5]);
  readings = [];
  await pass(10_000);
  assert.deepEqual([readings, shown.asked], [[], []]);
});

test("live → shown: a message says that it ended, with nothing to be read", async () => {
  files.file = missing;
  tell(TRAINS);
  tell({ state: "failed", note: "training failed" });
  await pass(10_000);
  assert.deepEqual([side().phase, side().note, readings], ["shown", "training failed", []]);
});

test("live → shown: a message names a run that is held here", async () => {
  files.file = file(finished());
  tell(TRAINS);
  await pass(120);
  tell({ key: "another", state: "failed" });
  readings = [];
  tell(COMPLETE);
  await pass(10_000);
  assert.deepEqual([side().phase, frames(), readings], ["shown", 6, []]);
});

test("fetch → shown: its file, read at once, brings the run that a message named", async () => {
  files.file = file(finished());
  tell(COMPLETE);
  assert.deepEqual([side().phase, side().state], ["fetch", "waiting"]);
  await pass(10);
  assert.deepEqual([side().phase, side().state, frames(), readings.length], ["shown", "finished", 6, 1]);
  await pass(10_000);
  assert.deepEqual([readings.length, shown.asked], [1, []]);
});

test("fetch → shown: the file is missing, the answer to a question carries the run", async () => {
  files.file = missing;
  tell(COMPLETE);
  await pass(300);
  assert.deepEqual(shown.asked, [["wanted", KEY]]);
  tell({ ...COMPLETE, news: finished() });
  await until(() => side().phase === "shown");
  assert.equal(frames(), 6);
});

test("fetch → shown: the message that names the run carries it, and no file is read beside", async () => {
  tell({ ...COMPLETE, news: finished() });
  mock.timers.tick(1000);
  await until(() => side().phase === "shown");
  assert.deepEqual([frames(), shown.epochs.length, readings], [6, 6, []]);
});

test("fetch → shown: a run that is shown, but no longer held, is fetched again", async () => {
  files.file = file(finished());
  tell(COMPLETE);
  await pass(10);
  stage.complete.clear();
  tell(COMPLETE);
  assert.deepEqual([side().phase, frames()], ["fetch", 6]);
  await pass(120);
  assert.equal(side().phase, "shown");
});

test("the newest six runs are held", async () => {
  for (let i = 0; i < 8; i++) {
    files.file = file(finished(`run ${i}`));
    tell({ ...COMPLETE, id: `run ${i}` });
    await pass(120);
  }
  assert.deepEqual([...stage.complete.keys()], [2, 3, 4, 5, 6, 7].map((i) => `run ${i}`));
});

test("a run that is there already stays on the picture while a longer one is fetched", async () => {
  files.file = file(news({ progress: 0.4, frames: 3 }));
  tell(TRAINS);
  await pass(120);
  files.file = missing;
  tell(COMPLETE);
  assert.deepEqual([side().phase, side().state, frames()], ["fetch", "training", 3]);
});

for (const [what, said, found] of [
  ["another run than the one named", COMPLETE, finished("spiral 1 of 9")],
  ["another experiment", TRAINS, news({ key: "spiral 2", progress: 0.4, frames: 3 })],
]) {
  test(`news of ${what} are read in vain`, async () => {
    files.file = file(found);
    tell(said);
    const { phase } = side();
    await pass(400);
    assert.deepEqual([side().phase, frames(), shown.asked], [phase, 0, [["wanted", KEY]]]);
  });
}

for (const [phase, said] of [["live", TRAINS], ["fetch", COMPLETE]]) {
  test(`${phase} → lost, by 404: readings back off, questions are bounded, and then there is an end`, async () => {
    files.file = missing;
    tell(said);
    await pass(3000);
    assert.equal(stage.hindered(side()), "");
    await pass(7000);
    const pauses = readings.map((at, i) => at - (readings[i - 1] ?? 0)).slice(1);
    assert.deepEqual(pauses, [250, 500, 1000, 1000, 1000, 1000, 1000]);
    assert.deepEqual([side().phase, stage.hindered(side())], ["lost", LOST]);
    assert.deepEqual(shown.asked, Array(ASKS).fill(["wanted", KEY]));
    await pass(60_000);
    assert.equal(readings.length, 8);
    assert.equal(shown.asked.length, ASKS);
    assert.equal(new Set(addresses).size, 8); // no cache on the way knows any of them
  });

  test(`lost → ${phase}: the connection is back`, async () => {
    files.file = missing;
    tell(said);
    await pass(10_000);
    dispatchEvent(new Event("online"));
    assert.equal(side().phase, phase);
    assert.equal(stage.hindered(side()), "");
    await pass(4000);
    assert.equal(side().phase, phase);
    files.file = file(finished());
    await pass(1000);
    assert.deepEqual([side().phase, frames()], ["shown", 6]);
  });

  test(`lost → ${phase}: a message tells of it again`, async () => {
    files.file = missing;
    tell(said);
    await pass(10_000);
    tell(said);
    assert.equal(side().phase, phase);
  });

  test(`${phase} is not lost while there is no connection, and is read soon when it is back`, async () => {
    files.file = offline;
    tell(said);
    await pass(400);
    assert.equal(stage.hindered(side()), ""); // one gap is not worth a word
    await pass(60_000);
    assert.equal(side().phase, phase);
    assert.equal(stage.hindered(side()), "No connection to the server: it is tried again");
    assert.ok(readings.length <= 62);
    readings = [];
    files.file = missing;
    await pass(1000);
    assert.equal(stage.hindered(side()), ""); // the file may still be written
    assert.equal(side().phase, phase);
    dispatchEvent(new Event("online"));
    files.file = file(finished());
    await pass(120);
    assert.equal(side().phase, "shown");
  });
}

test("answers that cannot be read either are not asked for without end", async () => {
  files.file = missing;
  shown.send = (...asked) => {
    shown.asked.push(asked);
    setTimeout(() => tell({ ...COMPLETE, news: Buffer.from("no gzip") }), 50);
  };
  tell(COMPLETE);
  for (let i = 0; i < 60; i++) {
    await pass(1000);
    for (let j = 0; j < 20; j++) await new Promise(setImmediate); // until what a message carried was found unreadable
  }
  assert.equal(side().phase, "lost");
  assert.ok(shown.asked.length <= ASKS + 1, `${shown.asked.length} messages were asked for`);
});

test("live is not lost while questions are answered, though there is nothing yet", async () => {
  files.file = missing;
  shown.send = () => tell({ state: "waiting" });
  tell(TRAINS);
  await pass(60_000);
  assert.deepEqual([side().phase, side().state], ["live", "waiting"]);
});

for (const state of ["waiting", "training"]) {
  test(`shown → live: a stopped side is ${state} again`, () => {
    tell({ state: "stopped" });
    assert.equal(side().phase, "shown");
    tell({ state });
    assert.equal(side().phase, "live");
  });
}

test("shown → fetch: a message names another run of the same experiment", async () => {
  files.file = file(finished());
  tell(COMPLETE);
  await pass(10);
  tell({ ...COMPLETE, id: "spiral 1 of 9" });
  assert.equal(side().phase, "fetch");
});

test("shown stays: a message that is older than its news says that it trains", async () => {
  files.file = file(finished());
  tell(TRAINS);
  await pass(120);
  tell({ ...TRAINS, progress: 0.5, news: news({ progress: 0.5, frames: 4 }) });
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
  assert.deepEqual([side().phase, side().state, side().progress, frames()], ["shown", "finished", 1, 6]);
});

for (const [what, said, phase] of [
  ["any → live: another side comes in its place", { ...TRAINS, key: "spiral 2" }, "live"],
  ["live → shown: a message says that it failed", { state: "failed" }, "shown"],
]) {
  test(`${what}, and what is being read of the one before is not taken`, async () => {
    let answer;
    files.file = file(news({ progress: 0.4, frames: 3 }));
    tell(TRAINS);
    await pass(110);
    assert.equal(frames(), 3);
    files.file = () => new Promise((resolve) => { answer = () => resolve(file(finished())()); });
    mock.timers.tick(110);
    tell(said);
    mock.timers.tick(1000);
    assert.equal(readings.length, 2); // one at a time
    answer();
    await until(() => !shown.reading);
    assert.deepEqual([side().phase, side().state, side().vain, frames()], [phase, said.state, 0, 0]);
  });
}

test("news that are found after some readings in vain are read as often as before", async () => {
  files.file = missing;
  tell(TRAINS);
  await pass(400);
  files.file = file(news({ progress: 0.4, frames: 3 }));
  await pass(600);
  readings = [];
  await pass(1100);
  assert.equal(readings.length, 10);
});

test("what trains is read nine times a second, and a slow connection half of the time at most", async () => {
  files.file = file(news({ progress: 0.4, frames: 3 }));
  tell(TRAINS);
  await pass(1100);
  assert.equal(readings.length, 10);
  const answers = files.file;
  files.file = () => new Promise((resolve) => { setTimeout(() => resolve(answers()), 300); });
  readings = [];
  for (let i = 0; i < 300; i++) { // no reading ends within the time that it begins in
    mock.timers.tick(10);
    await new Promise(setImmediate);
    if (!shown.reading || Date.now() - shown.began < 300) continue;
    await until(() => !shown.reading);
  }
  assert.deepEqual(readings.map((at) => at - readings[0]), [0, 600, 1200, 1800, 2400]);
});

test("a side is read on from the news that its first message carried", async () => {
  tell({ ...TRAINS, news: news({ progress: 0.4, frames: 3 }) });
  await until(() => frames() === 3);
  assert.deepEqual(shown.epochs, [2]);
  files.file = file(finished());
  await pass(120);
  assert.equal(side().phase, "shown");
});

test("live → lost: there is no file, and no question is answered", async () => {
  tell({ ...TRAINS, address: "" });
  await pass(10_000);
  assert.deepEqual([side().phase, readings, shown.asked.length], ["lost", [], ASKS]);
});

test("news that messages carry for one side leave the other one's questions", async () => {
  const other = { ...TRAINS, key: "spiral 2", address: "" };
  tell({ ...TRAINS, address: "", news: news({ progress: 0.4, frames: 3 }) }, other);
  await until(() => frames() === 3);
  await pass(400);
  assert.deepEqual(shown.asked, Array(2).fill(["wanted", "spiral 2"]));
});

test("where there is no file each reading asks, until messages bring news", async () => {
  tell({ ...TRAINS, address: "" });
  await pass(120);
  assert.deepEqual(shown.asked, [["wanted", KEY]]);
  tell({ ...TRAINS, address: "", news: news({ progress: 0.4, frames: 3 }) });
  await until(() => frames() === 3);
  const asked = shown.asked.length;
  await pass(2900); // messages go on by themselves: one more is asked for only when they do not
  assert.equal(shown.asked.length, asked);
  await pass(2000);
  assert.ok(shown.asked.length > asked);
  assert.deepEqual([readings, side().phase], [[], "live"]);
});

test("one question asks for both sides", async () => {
  files.file = missing;
  tell(TRAINS, { ...COMPLETE, key: "spiral 2" });
  await pass(10_000);
  assert.deepEqual(shown.asked, Array(ASKS).fill(["wanted", KEY, "spiral 2"]));
  assert.deepEqual([side(0).phase, side(1).phase], ["lost", "lost"]);
});

test("a side that is lost leaves the other one its readings", async () => {
  files.file = missing;
  files.other = file(news({ key: "spiral 2", progress: 0.4, frames: 3 }));
  tell(TRAINS, { ...TRAINS, key: "spiral 2", address: "other" });
  await pass(10_000);
  assert.deepEqual([side(0).phase, side(1).phase, frames(1)], ["lost", "live", 3]);
  readings = [];
  await pass(1100);
  assert.equal(readings.length, 10);
});

test("a stage that was taken away reads nothing more", async () => {
  files.file = missing;
  tell(TRAINS);
  await pass(120);
  shown.root.isConnected = false;
  await pass(10_000);
  assert.equal(readings.length, 2);
});

test("the same news again, older than what is known, are a cache's; those of a job that began again go on", async () => {
  const training = (progress) => file(news({ progress, frames: 3 }));
  files.file = training(0.4);
  tell(TRAINS);
  await pass(400);
  tell({ ...TRAINS, progress: 0.6 });
  await pass(600);
  assert.deepEqual([side().vain, side().progress, shown.asked], [2, 0.6, [["wanted", KEY]]]);
  files.file = training(0.2);
  await pass(600);
  assert.deepEqual([side().vain, side().progress], [0, 0.2]);
});

test("a cache between takes nothing back of what messages brought", async () => {
  files.file = file(news({ progress: 0.2, frames: 2 }));
  tell(TRAINS);
  await pass(200);
  const seen = [];
  for (const progress of [0.4, 0.6, 0.8]) {
    tell({ ...TRAINS, progress, news: news({ progress, frames: 3 }) });
    await until(() => side().run.progress === progress);
    await pass(1500);
    seen.push(side().run.progress);
  }
  assert.deepEqual(seen, [0.4, 0.6, 0.8]);
});
