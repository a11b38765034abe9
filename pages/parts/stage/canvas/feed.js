// News of what trains and runs that ended, read as files (feed.py) and laid out as messages are. Of a side, `due` says
// that there is something to read, `named` which complete run a message has told of, `early` that it ended before one
// did, and `tries` how often nothing could be read since a message told something of it.

const EVERY = 110; // milliseconds between two readings of what trains
const LATER = 500; // milliseconds until what could not be read is tried again
const AGAIN = 4; // readings in vain until a message is asked for, and then again

function subscribe(stage) {
  if (stage.reading || !stage.sides.some((side) => side.due)) return;
  const [named, tried] = [stage.sides.some((side) => side.named && side.due), stage.sides.some((side) => side.tries)];
  const rest = tried ? LATER : named ? 0 : stage.read + EVERY - performance.now();
  stage.reading = setTimeout(() => catchUp(stage), Math.max(0, rest));
}

async function catchUp(stage) {
  stage.read = performance.now();
  const sides = stage.sides;
  const news = await Promise.all(sides.map((side) => (side.due ? fetchNews(side.feed) : null)));
  stage.reading = 0;
  if (!stage.root.isConnected) return;
  const taken = news.map((each, i) => each && takeIn(stage, i, each));
  if (taken.includes(true)) {
    timeline(stage);
    arrival(stage);
    rebuild(stage, true);
  }
  const early = stage.sides.filter((side, i) => taken[i] && side.early);
  if (early.length && !quiet(stage)) stage.ask("ended", early.map(({ id }) => id)); // the page has more to show then
  miss(stage, stage.sides.filter((side, i) => side === sides[i] && side.due && !news[i]));
  subscribe(stage);
}

// Null where there are none.
async function fetchNews(address) {
  try {
    const response = await fetch(address, { cache: "no-store" });
    if (!response.ok) return null;
    const bytes = response.body.pipeThrough(new DecompressionStream("gzip"));
    return decode(new Uint8Array(await new Response(bytes).arrayBuffer()));
  } catch {
    return null;
  }
}

// Whether the news are of what the side shows, and newer.
function takeIn(stage, i, { header, read }) {
  const side = stage.sides[i], [news] = header.sides;
  if (!side?.due || side.key !== news.key) return false;
  if (!news.complete && (side.named || (side.id === news.id && side.progress === news.progress))) return false;
  const run = news.run ? prepare(news.run, read(news.run), stage.features) : side.run;
  if (news.complete) keep(news.id, run);
  stage.sides[i] = { ...side, ...news, run, due: !news.complete, early: news.complete && !side.named, tries: 0 };
  return true;
}

// A host may not pass such files on: what trains is then told by messages once a second, what ended when asked for. One
// question asks for all, for of two messages that come close together only the newer one is drawn. Where no message has
// come for a while that may have been the one that tells of the end, so it is asked then, too.
function miss(stage, sides) {
  for (const side of sides) side.tries += 1;
  const now = sides.some((side) => side.tries % AGAIN === (side.named ? 1 : 0));
  if (now && !quiet(stage)) stage.ask("lost", sides.map(({ key }) => key));
}
