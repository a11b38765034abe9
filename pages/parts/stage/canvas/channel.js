// The channel: news of a side (news.py), read as a file or out of a message. The phase of a side:
//
//   live ──▶ shown        its news, or a message, say that it ended
//   fetch ──▶ shown       a message named a run that is not held here, and its news brought it
//   live, fetch ──▶ lost  nothing came, though messages were asked for `ASKS` times
//   any ──▶ live, fetch   a message tells of something new, or the connection is back
//
// vain: how often its file brought nothing, or something old, since it last brought something. asks: messages asked for
// since one came; where one was asked for the page goes on to send them while something trains. heard: when one brought
// news last. last: the progress that its file said last.

const POLL_MS = 110; // between two readings of what trains
const RETRY_MS = 250; // after the first reading in vain; each further one waits twice as long, up to RETRY_MOST_MS
const RETRY_MOST_MS = 1000;
const TRIES = 2; // readings in vain before a message is asked for, and then one after each further; 0 without a file
const ASKS = 6;
const HEARD_MS = 3000; // without news in messages before one more is asked for

const reads = ({ phase }) => phase === "live" || phase === "fetch";

// One timer reads all sides that have something to read.
function listen(stage) {
  clearTimeout(stage.timer);
  const sides = stage.sides.filter(reads);
  if (!sides.length || stage.reading) return;
  const vain = Math.max(...sides.map((side) => side.vain));
  const pause = vain ? Math.min(RETRY_MOST_MS, RETRY_MS * 2 ** (vain - 1))
    : sides.some(({ phase }) => phase === "fetch") ? 0 : Math.max(POLL_MS, 2 * stage.took);
  stage.timer = setTimeout(() => readAll(stage), stage.began + pause - performance.now());
}

async function readAll(stage) {
  stage.reading = true;
  stage.began = performance.now();
  const sides = stage.sides, read = await Promise.all(sides.map((side) => (reads(side) ? readFile(side) : null)));
  stage.took = performance.now() - stage.began;
  stage.reading = false;
  if (!stage.root.isConnected) return;
  const missing = [];
  let changed = false;
  read.forEach((found, i) => {
    const side = stage.sides[i];
    if (!found || side?.key !== sides[i].key || !reads(side)) return;
    if (side.offline && !found.offline) { // the connection is back
      side.asks = 0;
      changed = true;
    }
    side.offline = found.offline;
    const taken = isStale(side, found.news) ? null : take(stage, i, found.news);
    if (taken !== null) stage.sides[i].vain = 0;
    else if ((side.vain += 1) >= TRIES || !side.address) missing.push(side);
    changed ||= taken;
  });
  if (changed) refresh(stage);
  miss(stage, missing);
  listen(stage);
}

// A changing address: what an address once gave may lie in a cache on the way.
async function readFile(side) {
  if (!side.address) return { news: null, offline: false };
  const response = await fetch(`${side.address}?${Date.now()}`, { cache: "no-store" }).catch(() => null);
  const bytes = response?.ok ? await response.arrayBuffer().catch(() => null) : null;
  return { news: bytes && await unpacked(bytes).catch(() => null), offline: !response };
}

async function unpacked(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return decode(new Uint8Array(await new Response(stream).arrayBuffer()));
}

// News that came in a message.
async function takeCarried(stage, key, bytes) {
  const news = await unpacked(bytes).catch(() => null);
  stage.sides.forEach((side, i) => {
    if (!news || side.key !== key || !reads(side)) return;
    Object.assign(side, { asks: 0, heard: performance.now() });
    if (take(stage, i, news)) refresh(stage);
  });
  listen(stage);
}

// Whether a reading brought nothing, or news older than what is known that are no others than at the last reading: a
// cache's. Those of a job that had to begin again go on.
function isStale(side, news) {
  if (!news) return true;
  const before = side.last ?? news.header.progress;
  side.last = news.header.progress;
  return !ended(news.header) && side.last < side.progress && side.last === before;
}

// Takes news in. Says whether they change what is shown; null where they are of another run than a message named.
function take(stage, i, { header, read }) {
  const side = stage.sides[i], complete = ended(header) && Boolean(header.run);
  if (header.key !== side.key || (side.phase === "fetch" && header.id !== side.id)) return null;
  const { id, state, note, progress } = header;
  if (!complete && state === side.state && (!header.run || progress === side.run?.progress)) return false;
  const run = header.run ? { ...prepare(header.run, read(header.run), stage.features), progress } : side.run;
  if (complete) keep(id, run);
  stage.sides[i] = { ...side, id, state, note, progress, run, phase: ended(header) ? "shown" : side.phase };
  return true;
}

// One question asks for all sides: of two messages that come close together only the newer one is drawn.
function miss(stage, missing) {
  const sides = missing.filter(({ heard }) => performance.now() - heard > HEARD_MS);
  if (!sides.length) return;
  for (const side of sides) {
    side.asks += 1;
    if (side.asks > ASKS && !side.offline) side.phase = "lost";
  }
  const asking = sides.filter(reads).map(({ key }) => key); // an answer to one that is lost would have it read again
  if (asking.length) stage.send("wanted", { sides: asking, at: Date.now() }); // the time makes the answer a new message
  rebuild(stage, true);
}

// What hinders a side, in words.
function hindered({ phase, asks, offline }) {
  if (phase === "lost") return "Its data cannot be read: reload the page to try again";
  return asks > 1 && offline ? "No connection to the server: it is tried again" : "";
}

addEventListener("online", () => {
  for (const stage of connected) {
    for (const side of stage.sides) {
      if (side.phase === "lost") side.phase = side.complete ? "fetch" : "live";
      Object.assign(side, { vain: 0, asks: 0 });
    }
    listen(stage);
  }
});
