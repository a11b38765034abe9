// Messages: bytes into runs as the drawing needs them (laid out as described in stage.py).

function receive(stage, data) {
  const { header, read } = decode(data);
  stage.compact = header.compact;
  stage.query = header.query;
  stage.palette = header.palette;
  stage.features = header.features;
  hide(stage, header.hide);
  const scene = header.sides.map((side) => side.key).join("\n");
  if (scene !== stage.scene) {
    stage.touched = false;
    stage.shown = new Set();
  }
  stage.scene = scene;
  const before = stage.sides;
  stage.sides = header.sides.map((side, i) => {
    if (before[i]?.early && before[i].key === side.key && !ended(side)) return before[i]; // older than the news
    const run = side.run ? prepare(side.run, read(side.run), header.features) : complete.get(side.id) || null;
    if (side.run && side.complete) keep(side.id, run);
    if (run && side.fetched) {
      run.fetched.set(`${side.fetched.layer}/${side.fetched.neuron}`, read(side.fetched));
    }
    if (run || !side.complete) return { ...side, run };
    return before[i]?.key === side.key ? before[i] : { ...side, run, state: "waiting", note: "loading" }; // on its way
  });
  stage.lost = header.sides.filter((side) => side.complete && !complete.has(side.id)).map(({ id }) => id);
  if (stage.lost.length && !stage.demand) demand(stage, SOON);
  stage.have = [...header.have].sort();
  if (!stage.compact) whenIdle(() => inform(stage), { timeout: 2000 }); // a compact stage is drawn anew too rarely
  timeline(stage);
  applyView(stage, header.view);
  adopt(stage, header.edit);
  arrival(stage);
  rebuild(stage, true);
  subscribe(stage);
}

// Tells the server which complete runs are held here. Only when the browser has nothing else to do, for Streamlit sends
// a call in a task of its own: one that waits for its turn can be overtaken by a click on a link (see LEAVING).
function inform(stage) {
  if (stage.root.isConnected && JSON.stringify(held()) !== JSON.stringify(stage.have)) stage.report("have", held());
}

function held() {
  return [...complete.keys()].sort();
}

// Asks for complete runs that the server has sent and that are not here. Messages come in their order: what one names
// was sent before it, and was overtaken before it was drawn.
function demand(stage, delay) {
  stage.demand = setTimeout(() => {
    stage.demand = 0;
    if (!stage.lost.length || !stage.root.isConnected) return;
    if (!quiet(stage)) stage.ask("lost", stage.lost);
    demand(stage, LATER);
  }, delay);
}

function decode(data) {
  const bytes = data.byteOffset % 8 ? data.slice() : data;
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const base = bytes.byteOffset + 4 + length;
  const read = (packed) => Object.fromEntries(Object.entries(packed.arrays).map(([name, [type, shape, offset]]) => {
    const count = shape.reduce((product, n) => product * n, 1);
    return [name, new ARRAYS[type](bytes.buffer, base + packed.start + offset, count)];
  }));
  return { header, read };
}

function ended(side) {
  return side.state !== "waiting" && side.state !== "training";
}

function keep(id, run) {
  complete.delete(id);
  complete.set(id, run);
  while (complete.size > KEPT) complete.delete(complete.keys().next().value);
}

// A run as the drawing needs it: where each layer's weights, biases and maps begin, and which links are drawn.
function prepare(header, arrays, features) {
  const run = { ...header, ...arrays, fetched: new Map(), count: arrays.epochs.length, layers: [] };
  run.features = features.map(({ label }) => label);
  run.parameters = Float32Array.from(arrays.parameters, (bits) => HALF[bits]);
  let weights = 0, map = 0, first = 0;
  for (let l = 0; l + 1 < run.sizes.length; l++) {
    const [inputs, outputs, drawn] = [run.sizes[l], run.sizes[l + 1], run.drawn[l]];
    const links = run.links.subarray(first, first + drawn);
    run.layers.push({ outputs, rows: l ? indices(inputs) : run.used, links, weights, biases: weights + drawn,
      map: run.maps[l] ? map : -1 });
    first += drawn;
    weights += drawn + outputs;
    map += run.maps[l] ? outputs : 0;
  }
  run.parameterCount = weights;
  run.mapCount = map;
  run.resolution = Math.round(Math.sqrt(arrays.feature_maps.length / features.length));
  run.grid = Math.round(Math.sqrt(arrays.boundary.length / (run.count - run.first)));
  return run;
}

function indices(count) {
  return Array.from({ length: count }, (_, i) => i);
}

function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent ? sign * 2 ** (exponent - 25) * (1024 + fraction) : sign * 2 ** -24 * fraction;
}
