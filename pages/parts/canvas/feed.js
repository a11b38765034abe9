// News of what trains, read as files (feed.py), and laid out as messages are.

const EVERY = 110; // milliseconds between two readings

function subscribe(stage) {
  if (stage.reading || !stage.sides.some(isFed)) return;
  const rest = stage.read + EVERY - performance.now();
  stage.reading = setTimeout(() => catchUp(stage), Math.max(0, rest));
}

function isFed(side) {
  return Boolean(side.feed) && !ended(side);
}

async function catchUp(stage) {
  stage.read = performance.now();
  const news = await Promise.all(stage.sides.map((side) => (isFed(side) ? fetchNews(side.feed) : null)));
  stage.reading = 0;
  if (!stage.root.isConnected) return;
  const taken = news.filter((each, i) => each && takeIn(stage, i, each));
  if (taken.length) {
    timeline(stage);
    arrival(stage);
    rebuild(stage, true);
  }
  if (taken.some(({ header }) => header.sides[0].complete)) stage.report("have", held()); // the page has more to show
  subscribe(stage);
}

// Null where there are none: then the messages tell, once a second.
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
  if (!side || ended(side) || side.key !== news.key) return false;
  if (side.id === news.id && side.progress === news.progress) return false;
  const run = news.run ? prepare(news.run, read(news.run), stage.features) : side.run;
  if (news.complete) keep(news.id, run);
  stage.sides[i] = { ...side, ...news, run, early: news.complete };
  return true;
}
