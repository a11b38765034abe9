// Messages: bytes into runs as the drawing needs them (laid out as described in stage.py).

function receive(stage, data) {
  const { header, read, bytes, base } = decode(data), before = stage.sides;
  const { compact, query, title, palette, features, hide: hidden, stoppable, pick } = header;
  Object.assign(stage, { compact, query, title, palette, features, hidden, stoppable, pick });
  adoptHand(stage, header);
  const scene = header.sides.map((side) => side.key).join("\n");
  if (scene !== stage.scene) stage.touched = typeof header.sides[0].what_if === "number"; // which rests at its end
  if (header.sides[0].key !== before[0]?.key) stage.replayed = false; // a new B joins where A stands
  stage.scene = scene;
  stage.sides = header.sides.map((side, i) => {
    const same = before[i]?.key === side.key ? before[i] : null;
    return { ghost: same ? null : ghostOf(stage, before[i], i), ...phased(side, same) };
  });
  if (stage.one >= stage.sides.length) stage.one = 0;
  header.sides.forEach(({ key, news, neuron }, i) => {
    const { run } = stage.sides[i];
    if (run && neuron) run.fetched.set(`${neuron.layer}/${neuron.neuron}`, read(neuron));
    if (news) takeCarried(stage, key, new Uint8Array(bytes.buffer, base + news[0], news[1]));
  });
  timeline(stage);
  adoptChoices(stage, header);
  adopt(stage, header.edit, header.generation);
  stage.generation = header.generation;
  nameFrame(stage, header.frame);
  arrival(stage);
  rebuild(stage, true);
  if (!header.sides.some(({ news }) => news)) listen(stage);
  adoptedHand(stage);
}

// A side as a message tells of it. same: what is known of it; its news can be newer than the message.
function phased(side, same) {
  const known = { run: null, vain: 0, asks: 0, heard: -Infinity, offline: false };
  if (same?.phase === "shown" && same.state !== "stopped" && !ended(side)) return { ...side, ...same };
  if (!side.complete && ended(side)) return { ...known, ...side, phase: "shown" };
  if (!side.complete) return { ...known, ...same, ...side, asks: 0, phase: "live" };
  if (complete.has(side.id)) return { ...known, ...side, run: complete.get(side.id), phase: "shown" };
  const meanwhile = same?.run ? { run: same.run, state: same.state } : { state: "waiting", note: "loading" };
  return { ...known, ...same, ...side, ...meanwhile, phase: "fetch" };
}

function refresh(stage) {
  timeline(stage);
  arrival(stage);
  rebuild(stage, true);
}

function decode(data) {
  const bytes = data.byteOffset % 8 ? data.slice() : data;
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const base = bytes.byteOffset + 4 + length;
  const read = (packed) => Object.fromEntries(Object.entries(packed.arrays).map(([name, [type, shape, offset]]) => {
    const count = shape.reduce((product, n) => product * n, 1);
    const array = new ARRAYS[type](bytes.buffer, base + packed.start + offset, count);
    return [name, type === "uint32" ? whole(array) : array];
  }));
  return { header, read, bytes, base };
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

// Numbers of which the upper halves came.
function whole(halves) {
  const words = new Uint32Array(2 * halves.length);
  halves.forEach((half, i) => { words[2 * i + 1] = half; });
  return new Float64Array(words.buffer);
}
