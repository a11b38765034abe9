// What moves with the epoch: maps, networks, bars, losses.

function paint(stage, context) {
  context.setTransform(stage.dpr, 0, 0, stage.dpr, 0, 0);
  context.clearRect(0, 0, stage.geometry.width, stage.geometry.height);
  draw(stage, context);
}

function draw(stage, context) {
  context.textBaseline = "alphabetic";
  context.imageSmoothingEnabled = true;
  context.drawImage(stage.still, 0, 0, stage.geometry.width, stage.geometry.height);
  stage.sides.forEach((side, i) => {
    if (!isShown(stage, i)) return;
    const boxes = stage.geometry.sides[i], layer = stage.layers[i];
    const hover = stage.hover?.place === i ? stage.hover : null;
    drawState(stage, context, side, boxes.side);
    if (!side.run) {
      if (layer.columns && layer.features) drawFeatures(stage, context, layer, stage.edit.used, hover);
      return;
    }
    const t = side.frames[stage.index];
    colorMaps(stage, side.run, layer, t - side.run.first);
    drawBoundary(stage, context, side.run, layer, boxes.boundary, t, hover);
    drawNetwork(stage, context, side.run, layer, t, hover);
    if (i === 0 && stage.pick) lightUp(stage, context, side.run, layer.columns);
    if (stage.compact) return;
    drawBars(stage, context, side.run, boxes.bars, t);
    drawLoss(stage, context, side, boxes.loss, t);
    if (i === 0 && stage.unseen) pale(stage, context, boxes.side);
  });
}

function drawState(stage, context, side, box) {
  const { theme } = stage, y = box.y + (stage.compact ? 14 : 13), right = box.x + box.w;
  context.textAlign = "right";
  context.font = font(stage, 12);
  context.fillStyle = theme.muted;
  const epoch = side.run?.epochs[side.frames[stage.index]];
  const text = side.state === "training" ? `training ${Math.round(100 * side.progress)} %`
    : !side.run ? side.state : stage.compact || epoch !== stage.epochs[stage.index] ? `epoch ${epoch}` : "";
  context.fillText(text, right, y);
  if (stage.compact) return;
  if (isWhatIf(stage, side)) {
    const room = text && context.measureText(text).width + 8;
    context.font = font(stage, 12, 700);
    context.fillStyle = theme.primary;
    context.fillText("what if", right - room, y);
  }
  if (side.state === "training") {
    context.fillStyle = theme.primary;
    context.fillRect(box.x, y + 26, box.w * Math.min(1, side.progress), 2);
  }
  if (side.run && !stage.hidden.includes("figures")) drawFigures(stage, context, side.run, side.frames[stage.index], box);
}

function hidesTestLoss(stage) {
  return stage.hidden.includes("test_loss");
}

// What the side came to at this epoch, in one line.
function drawFigures(stage, context, run, t, box) {
  const [train, test] = [run.train_accuracy[t], run.test_accuracy[t]].map((value) => score(run, value));
  const losses = hidesTestLoss(stage) ? [run.train_loss] : [run.train_loss, run.test_loss];
  const loss = losses.map((each) => number(each[t])).join(" / ");
  const named = [[regression(run) ? "R² train" : "train", train], ["test", test], ["loss", loss]];
  let { x } = box;
  context.textAlign = "left";
  for (const [name, value] of named) {
    for (const [text, weight, color, after] of [[name, 400, stage.theme.muted, 5], [value, 600, stage.theme.text, 14]]) {
      context.font = font(stage, 12.5, weight);
      context.fillStyle = color;
      context.fillText(text, x, box.y + 33);
      x += context.measureText(text).width + after;
    }
  }
}

// Bytes to colours, once a frame: a picture of the boundary, and one with the maps of all neurons below each other.
function colorMaps(stage, run, layer, f) {
  if (layer.painted === f && layer.run === run) return;
  layer.painted = f;
  layer.run = run;
  const { grid, resolution } = run;
  const bytes = run.boundary.subarray(f * grid * grid, (f + 1) * grid * grid);
  layer.bytes = bytes;
  const line = run.classes.length === 2 ? lineOf(run, bytes, f) : null;
  if (stage.view.discretize) {
    const kind = line ? sideOfLine(line) : among(bytes, grid, run.classes.length ? classOf : signOf);
    const colors = run.classes.length > 2 ? layer.ramp : stage.theme.decided;
    layer.boundary = image(layer.boundary, 4 * grid, 4 * grid, (pixels) => sharpen(grid, pixels, kind, colors));
  } else {
    const colors = regression(run) && stage.view.clamp ? byValue(layer.ramp, run.limit) : layer.ramp;
    layer.boundary = image(layer.boundary, grid, grid, (pixels) => recolor(bytes, pixels, colors));
  }
  layer.crossing = line && crossing(line);
  const area = resolution ** 2, maps = run.neurons.subarray(f * run.mapCount * area, (f + 1) * run.mapCount * area);
  layer.atlas = image(layer.atlas, resolution, resolution * Math.max(1, run.mapCount), (pixels) =>
    run.layers.forEach(({ map, outputs }, l) => {
      for (let row = 0; map >= 0 && row < outputs; row++) {
        const place = (map + row) * area, scale = run.scales[f * run.mapCount + map + row];
        recolor(maps.subarray(place, place + area), pixels.subarray(place), mapColors(stage, run, l + 1, row, scale));
      }
    }));
  layer.features = image(layer.features, resolution, resolution * run.features.length, (pixels) =>
    run.feature_scales.forEach((scale, i) => recolor(run.feature_maps.subarray(i * area, (i + 1) * area),
      pixels.subarray(i * area), mapColors(stage, run, 0, i, scale))));
}

// The colours of one map: up to its own largest value, or by value from -1 to 1. Probabilities go from 0 to 1.
function mapColors(stage, run, column, row, scale) {
  const output = column === run.sizes.length - 1;
  if (output && run.classes.length > 2) return stage.theme.outputs[row];
  if (!stage.view.clamp || (output && !regression(run))) return stage.theme.signs;
  return byValue(stage.theme.signs, scale);
}

// Colours of bytes of which 255 stands for `scale`, so that they end at values of -1 and 1.
function byValue(colors, scale) {
  if (scale === 1) return colors;
  return colors.map((_, byte) => {
    const value = ((byte - 128) / 127) * scale;
    return colors[Math.round(128 + 127 * Math.max(-1, Math.min(1, value)))];
  });
}

// A canvas held from frame to frame, with pixels that are written in place.
function image(held, width, height, fill) {
  const made = held && held.width === width && held.height === height ? held : element("canvas", { width, height });
  made.context ||= made.getContext("2d");
  made.data ||= made.context.createImageData(width, height);
  made.pixels ||= new Uint32Array(made.data.data.buffer);
  fill(made.pixels);
  made.context.putImageData(made.data, 0, 0);
  return made;
}

function recolor(bytes, pixels, colors) {
  for (let i = 0; i < bytes.length; i++) pixels[i] = colors[bytes[i]];
}

// Four times as many cells a side, each decided at its place between four: a clean edge when discretised.
function sharpen(grid, pixels, kind, colors) {
  const wide = 4 * grid;
  for (let row = 0, i = 0; row < wide; row++) {
    const y = Math.min(grid - 1.001, Math.max(0, (row + 0.5) / 4 - 0.5)), above = Math.floor(y), v = y - above;
    for (let column = 0; column < wide; column++, i++) {
      const x = Math.min(grid - 1.001, Math.max(0, (column + 0.5) / 4 - 0.5)), before = Math.floor(x), u = x - before;
      pixels[i] = colors[kind(above * grid + before, u, v)];
    }
  }
}

// Decided from the four bytes around it.
function among(bytes, grid, kind) {
  return (k, u, v) => kind(bytes[k], bytes[k + 1], bytes[k + grid], bytes[k + grid + 1], u, v);
}

// Two classes: that of the cell's first corner, or the other one for each part of the line in between.
function sideOfLine(line) {
  return (k, u, v) => {
    const ends = crossed(line, k);
    let side = line.bytes[k] > 127;
    for (let i = 0; i < ends.length; i += 4) {
      const [x, y, x2, y2] = ends.slice(i, i + 4), away = (atX, atY) => (x2 - x) * (atY - y) - (y2 - y) * (atX - x);
      if (away(0, 0) * away(u, v) < 0) side = !side;
    }
    return side ? 255 : 0;
  };
}

// A number: the sign of what lies between the four.
function signOf(a, b, c, d, u, v) {
  const high = a + u * (b - a), low = c + u * (d - c);
  return high + v * (low - high) < 127.5 ? 0 : 255;
}

// More classes: the one with the largest confidence, each of the four counting by its nearness.
function classOf(a, b, c, d, u, v) {
  const A = CLASS[a], B = CLASS[b], C = CLASS[c], D = CLASS[d];
  if (A === B && B === C && C === D) return a;
  const x = (1 - u) * (1 - v) * (a - 25 * A + 1), y = u * (1 - v) * (b - 25 * B + 1);
  const z = (1 - u) * v * (c - 25 * C + 1), w = u * v * (d - 25 * D + 1);
  const forA = x + (B === A ? y : 0) + (C === A ? z : 0) + (D === A ? w : 0);
  const forB = y + (A === B ? x : 0) + (C === B ? z : 0) + (D === B ? w : 0);
  const forC = z + (A === C ? x : 0) + (B === C ? y : 0) + (D === C ? w : 0);
  const forD = w + (A === D ? x : 0) + (B === D ? y : 0) + (C === D ? z : 0);
  const most = Math.max(forA, forB, forC, forD);
  return most === forA ? a : most === forB ? b : most === forC ? c : d;
}

// Where the line between two classes crosses the edges from a cell's centre to the next one and to the one below it, as
// shares of these edges: the server sends those that are crossed, in this order.
function lineOf(run, bytes, f) {
  const { grid } = run, across = new Float32Array(grid * grid), down = new Float32Array(grid * grid);
  let next = run.line_ends[f];
  const mark = (shares, k, neighbour) => {
    if (bytes[k] > 127 !== bytes[neighbour] > 127) shares[k] = (run.lines[next++] + 0.5) / 256;
  };
  for (let k = 0; k < bytes.length; k++) if ((k + 1) % grid) mark(across, k, k + 1);
  for (let k = 0; k < bytes.length - grid; k++) mark(down, k, k + grid);
  return { grid, bytes, across, down };
}

// The line's ends in the square from the centre k to the next one below (marching squares): [x, y, x, y] from k, in
// units of cells; none, or two lines where the classes lie crosswise.
function crossed({ grid, bytes, across, down }, k) {
  const a = bytes[k] > 127, b = bytes[k + 1] > 127, c = bytes[k + grid + 1] > 127, d = bytes[k + grid] > 127, ends = [];
  if (a !== b) ends.push(across[k], 0);
  if (b !== c) ends.push(1, down[k + 1]);
  if (c !== d) ends.push(across[k + grid], 1);
  if (d !== a) ends.push(0, down[k]);
  return ends;
}

// The line between two classes as a path in units of cells.
function crossing(line) {
  const { grid } = line, path = new Path2D();
  for (let row = 0; row < grid - 1; row++) {
    for (let column = 0; column < grid - 1; column++) {
      const ends = crossed(line, row * grid + column), x = column + 0.5, y = row + 0.5;
      for (let i = 0; i < ends.length; i += 4) {
        path.moveTo(x + ends[i], y + ends[i + 1]);
        path.lineTo(x + ends[i + 2], y + ends[i + 3]);
      }
    }
  }
  return path;
}

function drawBoundary(stage, context, run, layer, box, t, hover) {
  const node = hover?.kind === "neuron" ? hover : null;
  const map = node && mapOf(run, layer, node.column, node.row, t);
  context.imageSmoothingQuality = "high";
  context.drawImage(map ? largeMap(stage, run, layer, map, node, t) : layer.boundary, box.x, box.y, box.w, box.h);
  if (layer.crossing && !map && !stage.view.discretize) {
    context.save();
    context.beginPath();
    context.rect(box.x, box.y, box.w, box.h);
    context.clip();
    context.translate(box.x, box.y);
    context.scale(box.w / run.grid, box.h / run.grid);
    context.strokeStyle = stage.theme.text;
    context.globalAlpha = 0.55;
    context.lineWidth = run.grid / box.w;
    context.stroke(layer.crossing);
    context.restore();
  }
  context.drawImage(layer.points, box.x, box.y, box.w, box.h);
  if (stage.compact) return;
  const name = regression(run) ? "Output" : "Decision boundary";
  caption(stage, context, map ? nodeName(run, node.column, node.row) : name, box);
}

// A neuron's map in this frame: its bytes, and where it lies in the picture of all maps, if it was sent with them.
function mapOf(run, layer, column, row, t) {
  const size = run.resolution, area = size * size;
  if (column === 0) {
    const bytes = run.feature_maps.subarray(row * area, (row + 1) * area);
    return { image: layer.features, y: row * size, size, bytes };
  }
  const first = run.layers[column - 1].map;
  if (first >= 0) {
    const start = ((t - run.first) * run.mapCount + first + row) * area;
    return { image: layer.atlas, y: (first + row) * size, size, bytes: run.neurons.subarray(start, start + area) };
  }
  const fetched = run.fetched.get(`${column - 1}/${row}`);
  if (!fetched) return null;
  const own = fetched.neurons.length / run.count;
  return { image: null, y: 0, size: Math.sqrt(own), bytes: fetched.neurons.subarray(t * own, (t + 1) * own) };
}

// A picture of its own: enlarged out of the common one, a map would blend with its neighbours at the edges.
function largeMap(stage, run, layer, map, { column, row }, t) {
  const colors = mapColors(stage, run, column, row, scaleOf(run, column, row, t));
  layer.large = image(layer.large, map.size, map.size, (pixels) => recolor(map.bytes, pixels, colors));
  return layer.large;
}

function scaleOf(run, column, row, t) {
  if (column === 0) return run.feature_scales[row];
  const first = run.layers[column - 1].map;
  if (first >= 0) return run.scales[(t - run.first) * run.mapCount + first + row];
  return run.fetched.get(`${column - 1}/${row}`)?.scales[t] ?? null;
}

function nodeName(run, column, row) {
  if (column === 0) return run.features[row];
  if (column < run.sizes.length - 1) return `Layer ${column}, neuron ${row + 1}`;
  return run.classes.length > 2 ? `Output, ${run.classes[row]}` : "Output";
}

function drawNetwork(stage, context, run, layer, t, hover) {
  const { columns } = layer, { theme } = stage, base = (t - run.first) * run.parameterCount;
  context.lineCap = "butt";
  drawFeatures(stage, context, layer, run.used, hover);
  run.layers.forEach((part, l) => {
    part.links.forEach((link, k) =>
      drawLink(stage, context, run.parameters[base + part.weights + k], columns, l, part, link));
  });
  context.globalAlpha = 1;
  if (hover?.kind === "link") {
    context.strokeStyle = theme.text;
    context.lineWidth = 2;
    trace(context, columns, hover.layer, run.layers[hover.layer], run.layers[hover.layer].links[hover.link]);
    context.stroke();
  }
  columns.forEach((column, c) => c > 0 && column.nodes.forEach((y, row) => {
    const over = isOver(hover, c, row), bias = run.parameters[base + run.layers[c - 1].biases + row];
    drawNode(stage, context, run, layer, { c, row, x: column.x, y, size: column.size, t, over, bias });
  }));
}

// What the tab Step looks at: a neuron, and of a weight its line and where it comes from. It may not be in an older run.
function lightUp(stage, context, run, columns) {
  const { layer, source, unit } = stage.pick, part = run.layers[layer - 1];
  if (!part || unit >= part.outputs || source >= part.rows.length) return;
  const ends = source === null ? [[layer, unit]] : [[layer - 1, part.rows[source]], [layer, unit]];
  context.strokeStyle = stage.theme.text;
  context.lineWidth = 3;
  if (source !== null) {
    trace(context, columns, layer - 1, part, source * part.outputs + unit);
    context.stroke();
  }
  for (const [column, row] of ends) {
    const { x, size, nodes } = columns[column];
    context.strokeRect(x - size / 2 - 2, nodes[row] - size / 2 - 2, size + 4, size + 4);
  }
}

function isOver(hover, column, row) {
  return hover?.kind === "neuron" && hover.column === column && hover.row === row;
}

// The first column: features, those that are not used pale.
function drawFeatures(stage, context, layer, used, hover) {
  const { x, size, nodes } = layer.columns[0], edge = layer.features.width;
  nodes.forEach((y, row) => {
    context.globalAlpha = used.includes(row) || isOver(hover, 0, row) ? 1 : 0.35;
    if (size >= 9) context.drawImage(layer.features, 0, row * edge, edge, edge, x - size / 2, y - size / 2, size, size);
    frameNode(stage, context, x, y, size, isOver(hover, 0, row));
  });
  context.globalAlpha = 1;
}

function frameNode(stage, context, x, y, size, over) {
  if (size < 9 && !over) {
    context.fillStyle = stage.theme.muted;
    context.fillRect(x - size / 2, y - size / 2, size, size);
    return;
  }
  context.strokeStyle = over ? stage.theme.text : stage.theme.muted;
  context.lineWidth = over ? 2 : 1;
  context.strokeRect(x - size / 2 - 0.5, y - size / 2 - 0.5, size + 1, size + 1);
}

function drawLink(stage, context, weight, columns, l, part, link) {
  const strength = Math.min(1, Math.abs(weight) / 3);
  context.strokeStyle = weight < 0 ? stage.theme.negative : stage.theme.positive;
  context.globalAlpha = 0.12 + 0.8 * Math.sqrt(strength);
  context.lineWidth = (0.4 + 5.6 * strength) * Math.max(0.35, columns[l].size / 34);
  trace(context, columns, l, part, link);
  context.stroke();
}

function trace(context, columns, l, part, link) {
  const { x, y, x2, y2 } = ends(columns, l, part, link), middle = (x + x2) / 2;
  context.beginPath();
  context.moveTo(x, y);
  context.bezierCurveTo(middle, y, middle, y2, x2, y2);
}

function ends(columns, l, part, link) {
  const from = columns[l], to = columns[l + 1];
  return {
    x: from.x + from.size / 2, y: from.nodes[part.rows[Math.floor(link / part.outputs)]],
    x2: to.x - to.size / 2, y2: to.nodes[link % part.outputs],
  };
}

function drawNode(stage, context, run, layer, { c, row, x, y, size, t, over, bias }) {
  const { theme } = stage, left = x - size / 2, top = y - size / 2;
  const map = size >= 9 ? mapOf(run, layer, c, row, t) : null;
  if (map?.image) context.drawImage(map.image, 0, map.y, map.size, map.size, left, top, size, size);
  else if (size >= 9) {
    context.fillStyle = theme.neutral;
    context.fillRect(left, top, size, size);
  }
  frameNode(stage, context, x, y, size, over);
  if (size < 14) return;
  const edge = size >= 22 ? 6 : 4;
  context.fillStyle = theme.biases[Number.isFinite(bias) ? Math.round(10 + 10 * Math.max(-1, Math.min(1, bias))) : 10];
  context.strokeStyle = theme.background;
  context.lineWidth = 2;
  context.strokeRect(left - 3, top + size - edge + 2, edge, edge);
  context.fillRect(left - 3, top + size - edge + 2, edge, edge);
}

function drawBars(stage, context, run, box, t) {
  const { theme } = stage, { low, high } = stage.scales, inner = barBox(box), count = run.layers.length;
  const values = measure(stage, run), slot = inner.h / count, thick = Math.min(16, 0.68 * slot);
  context.font = font(stage, barFont(run, inner));
  context.textAlign = "left";
  run.layers.forEach((_, l) => {
    const value = values[t * count + l], y = inner.y + (l + 0.5) * slot;
    const share = value > 0 ? Math.max(0, Math.min(1, (Math.log10(value) - low) / (high - low))) : 0;
    context.fillStyle = stage.palette.layers[count][l];
    if (value > 0) context.fillRect(inner.x, y - thick / 2, Math.max(1.5, inner.w * share), thick);
    context.fillStyle = theme.text;
    context.fillText(Number.isFinite(value) ? number(value, 0.01) : "–", inner.x + inner.w + 8, y + 0.36 * barFont(run, inner));
  });
}

// What a branch has in common with A is A's: it is thin.
function drawLoss(stage, context, { run, fork }, box, t) {
  const { theme } = stage, { final } = stage.scales, own = Math.min(t, Math.max(0, nearest(run.epochs, fork ?? 0)));
  const inner = lossBox(box), x = (i) => inner.x + (inner.w * run.epochs[i]) / final;
  const lines = [[run.test_loss, theme.muted, 1.2], [run.train_loss, theme.text, 2]].slice(Number(hidesTestLoss(stage)));
  for (const [loss, color, width] of lines) {
    context.strokeStyle = color;
    for (const [from, to, alpha, thick] of [[t, run.count - 1, 0.25, width], [own, t, 1, width], [0, own, 0.5, 1]]) {
      context.globalAlpha = alpha;
      context.lineWidth = thick;
      context.beginPath();
      for (let i = from; i <= to; i++) context.lineTo(x(i), lossHeight(stage, inner, loss[i]));
      context.stroke();
    }
    context.globalAlpha = 1;
    disc(context, x(t), lossHeight(stage, inner, loss[t]), width + 1, color);
  }
}

function lossHeight(stage, box, value) {
  const { logarithmic, most, least } = stage.scales;
  if (!Number.isFinite(value)) return box.y;
  const share = logarithmic
    ? Math.log(Math.max(value, least) / least) / Math.log(most / least)
    : (value - least) / (most - least);
  return box.y + box.h - box.h * Math.max(0, Math.min(1, share));
}

// Numbers as people write them: 0, 0.0312, 12.3, 3.1e-7; powers of ten for sizes below `least`.
function number(value, least = 0.001) {
  if (!Number.isFinite(value)) return "not finite";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < least || size >= 10000) return value.toExponential(1).replace("e+", "e");
  return String(size < 1000 ? Number(value.toPrecision(3)) : Math.round(value));
}

// How well rows are met: the share of right classes, or R².
function score(run, value) {
  if (!regression(run)) return `${(100 * (value < 1 ? Math.min(value, 0.999) : value)).toFixed(1)} %`; // 100 is all
  return Math.abs(value) < 100 ? value.toFixed(2) : number(value);
}

function scoreName(run) {
  return regression(run) ? "R²" : "accuracy";
}
