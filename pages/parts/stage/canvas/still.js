// What stands still from frame to frame: heads, axes, names, points.

function layersFor(stage) {
  const { geometry, dpr } = stage;
  stage.still ||= element("canvas", {});
  resize(stage.still, geometry.width, geometry.height, dpr);
  const context = stage.still.getContext("2d");
  context.setTransform(dpr, 0, 0, dpr, 0, 0);
  context.clearRect(0, 0, geometry.width, geometry.height);
  stage.sides.forEach((side, i) => {
    if (!isShown(stage, i)) return;
    const boxes = geometry.sides[i], layer = stage.layers[i], rows = featureRows(stage, i);
    layer.painted = -1;
    drawHead(stage, context, side, i, boxes.side);
    if (i === 0 && stage.edit?.may.hidden) drawLayerCount(stage, context, boxes.network);
    layer.columns = null;
    if (!side.run && side.ghost) return drawGhost(stage, context, side, boxes);
    if (!side.run) {
      if (rows.shown.length) {
        layer.columns = wire(boxes.network, [rows.shown.length, stage.edit.outputs], rows);
        drawFeatureNames(stage, context, boxes.network, layer.columns[0], stage.edit.used);
      }
      outline(context, boxes.boundary, stage.theme.faint);
      return drawWaiting(stage, context, side, boxes);
    }
    layer.columns = wire(boxes.network, side.run.sizes, rows);
    layer.ramp = side.run.classes.length > 2
      ? classRamp(stage.theme, side.run.classes.length, stage.view.discretize)
      : regression(side.run) ? stage.theme.levels : stage.theme.shares;
    drawNames(stage, context, side.run, boxes, layer.columns);
    if (!stage.compact) {
      drawAxes(stage, context, side.run, boxes.boundary);
      if (regression(side.run)) drawLegend(stage, context, side.run, boxes.boundary);
      drawBarScale(stage, context, side.run, boxes.bars);
      drawLossScale(stage, context, side, boxes.loss);
    }
    pointsLayer(stage, side, layer, boxes.boundary);
    return undefined;
  });
}

// What this side is. What it came to follows the epoch: `drawFigures`.
function drawHead(stage, context, side, i, box) {
  const { theme } = stage, y = box.y + (stage.compact ? 14 : 13), letter = stage.sides.length > 1 ? "AB"[i] : "";
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.font = font(stage, 15, 700);
  context.fillStyle = theme.primary;
  context.fillText(letter, box.x, y);
  const indent = letter ? context.measureText(letter).width + 8 : 0;
  context.fillStyle = theme.text;
  context.font = font(stage, 15, 600);
  const title = fit(context, side.title, box.w - indent - 110);
  context.fillText(title, box.x + indent, y);
  const said = hindered(side), trouble = said || (ended(side) && side.state !== "finished");
  const words = said || (trouble && side.note) || side.subtitle, start = indent + context.measureText(title).width + 10;
  context.font = font(stage, 12);
  context.fillStyle = trouble ? theme.alarm : theme.muted;
  context.fillText(fit(context, words, box.w - start - (stage.compact ? 90 : 96) - (typeof side.what_if === "number" ? 48 : 0)), box.x + start, y);
  if (stage.compact) return;
  context.fillStyle = theme.faint;
  context.fillRect(box.x, y + 27, box.w, 1);
}

// The picture that was there before, until there is one of what trains now.
function ghostOf(stage, side, place) {
  const box = stage.geometry?.sides[place]?.side;
  if (!side || !box || !isShown(stage, place)) return null;
  if (!side.run) return side.ghost ?? null;
  const { dpr } = stage, head = stage.compact ? 20 : HEAD, ghost = element("canvas", {});
  resize(ghost, box.w, box.h - head, dpr);
  ghost.getContext("2d").drawImage(stage.canvas, -dpr * box.x, -dpr * (box.y + head));
  return ghost;
}

function drawGhost(stage, context, side, boxes) {
  const { dpr } = stage, { x, y, h } = boxes.side, { ghost } = side;
  context.globalAlpha = 0.3;
  context.drawImage(ghost, x, y + h - ghost.height / dpr, ghost.width / dpr, ghost.height / dpr);
  context.globalAlpha = 1;
  drawWaiting(stage, context, side, boxes);
}

function drawWaiting(stage, context, side, boxes) {
  const { theme } = stage, box = boxes.boundary;
  context.font = font(stage, 13);
  context.fillStyle = theme.muted;
  context.textAlign = "center";
  const words = side.state === "waiting" ? side.note : "nothing to show"; // it failed, or was stopped at once
  wrapWords(context, words, box.w - 24).forEach((text, line, all) =>
    context.fillText(text, box.x + box.w / 2, box.y + box.h / 2 + 5 + 18 * (line - (all.length - 1) / 2)));
}

function drawAxes(stage, context, run, box) {
  const { theme } = stage, [left, right, bottom, top] = run.domain;
  outline(context, box, theme.faint);
  context.font = font(stage, 10.5);
  context.fillStyle = theme.muted;
  context.strokeStyle = theme.faint;
  context.textAlign = "center";
  context.beginPath();
  for (const value of ticks(left, right)) {
    const x = box.x + (box.w * (value - left)) / (right - left);
    context.moveTo(x, box.y + box.h);
    context.lineTo(x, box.y + box.h + 4);
    context.fillText(tickText(value), x, box.y + box.h + 14);
  }
  context.textAlign = "right";
  for (const value of ticks(bottom, top)) {
    const y = box.y + box.h - (box.h * (value - bottom)) / (top - bottom);
    context.moveTo(box.x, y);
    context.lineTo(box.x - 4, y);
    context.fillText(tickText(value), box.x - 6, y + 3.5);
  }
  context.stroke();
  context.textAlign = "center";
  context.font = font(stage, 11.5);
  context.fillText(fit(context, run.axes[0], box.w), box.x + box.w / 2, box.y + box.h + 28);
  context.save();
  context.translate(box.x - AXIS_LEFT + 8, box.y + box.h / 2);
  if (run.axes[1].length > 3) context.rotate(-Math.PI / 2);
  context.fillText(fit(context, run.axes[1], box.h), 0, 0);
  context.restore();
}

// Four to seven round values in [low, high].
function ticks(low, high) {
  const raw = (high - low) / 5, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) * power;
  const values = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) values.push(k * step);
  return values;
}

function tickText(value) {
  return String(Number(value.toPrecision(3))).replace("-", "−");
}

function caption(stage, context, text, box) {
  context.font = font(stage, 12, 600);
  context.fillStyle = stage.theme.text;
  context.textAlign = "left";
  context.fillText(fit(context, text, box.w), box.x, box.y - 7);
}

function drawBarScale(stage, context, run, box) {
  const { theme } = stage, { low, high } = stage.scales;
  const text = stage.view.gradient === "delta" ? "Delta by layer" : "Weight gradient by layer";
  caption(stage, context, text, box);
  const inner = barBox(box);
  context.font = font(stage, 10);
  context.strokeStyle = theme.faint;
  context.fillStyle = theme.muted;
  context.textAlign = "center";
  const every = Math.ceil((high - low) / Math.max(1, Math.floor(inner.w / 34)));
  context.beginPath();
  for (let decade = high; decade >= low; decade -= 1) {
    const x = inner.x + (inner.w * (decade - low)) / (high - low);
    const labelled = (high - decade) % every === 0;
    if (!labelled && high - low > 12) continue;
    context.moveTo(x, inner.y);
    context.lineTo(x, inner.y + inner.h + (labelled ? 3 : 0));
    if (labelled) context.fillText(power(decade), x, inner.y + inner.h + 13);
  }
  context.stroke();
  context.textAlign = "right";
  context.font = font(stage, barFont(run, inner));
  run.layers.forEach((_, l) => {
    const slot = inner.h / run.layers.length;
    context.fillText(l + 1, inner.x - 6, inner.y + (l + 0.5) * slot + 0.36 * barFont(run, inner));
  });
}

// Bars and curves share their left and right edges; numbers stand in the margin.
function barBox(box) {
  const margin = box.w < 180 ? 42 : 48;
  return { x: box.x + 18, y: box.y, w: box.w - 18 - margin, h: box.h - 16 };
}

function barFont(run, inner) {
  return Math.min(11, inner.h / run.layers.length - 0.5);
}

function lossBox(box) {
  return { ...barBox(box), h: box.h };
}

function power(decade) {
  const digits = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  return decade === 0 ? "1" : `10${[...String(decade)].map((d) => digits[d]).join("")}`;
}

function drawLossScale(stage, context, { run, fork }, box) {
  const { theme } = stage, { most, least } = stage.scales, inner = lossBox(box), bottom = inner.y + inner.h;
  caption(stage, context, "Loss", box);
  drawStarts(stage, context, run.starts, fork, inner);
  context.strokeStyle = theme.faint;
  context.beginPath();
  context.moveTo(inner.x, bottom + 0.5);
  context.lineTo(inner.x + inner.w, bottom + 0.5);
  context.stroke();
  context.font = font(stage, 10);
  context.fillStyle = theme.muted;
  context.textAlign = "left";
  context.fillText("0", inner.x, bottom + 13);
  context.fillText(number(most), inner.x + inner.w + 8, inner.y + 8);
  context.fillText(number(least), inner.x + inner.w + 8, bottom);
  context.textAlign = "right";
  context.fillText(`epoch ${stage.scales.final}`, inner.x + inner.w, bottom + 13);
}

// Where segments of the training begin; at the fork it has a name.
function drawStarts(stage, context, starts, fork, inner) {
  const { theme, scales } = stage, x = (epoch) => inner.x + (inner.w * epoch) / scales.final;
  context.strokeStyle = theme.rim;
  context.setLineDash([3, 3]);
  context.beginPath();
  for (const epoch of starts) {
    context.moveTo(x(epoch), inner.y);
    context.lineTo(x(epoch), inner.y + inner.h);
  }
  context.stroke();
  context.setLineDash([]);
  if (fork === null) return;
  context.font = font(stage, 10);
  context.fillStyle = theme.muted;
  const left = x(fork) > inner.x + inner.w / 2;
  context.textAlign = left ? "right" : "left";
  context.fillText("fork", x(fork) + (left ? -4 : 4), inner.y + 8);
}

function drawNames(stage, context, run, boxes, columns) {
  const { theme } = stage, top = boxes.network.y - 7, { size, step } = columns[0];
  context.font = font(stage, 11);
  context.fillStyle = theme.muted;
  context.textAlign = "center";
  if (!stage.compact) {
    columns.forEach((column, c) => {
      const name = c === 0 ? "features" : c === columns.length - 1 ? "output" : run.activations[c - 1];
      const short = c === 0 ? "in" : c === columns.length - 1 ? "out" : c;
      context.fillText(context.measureText(name).width <= step - 6 ? name : short, column.x, top);
    });
  }
  if (size >= 11) drawFeatureNames(stage, context, boxes.network, columns[0], run.used);
  const output = columns[columns.length - 1];
  if (output.nodes.length > 1) {
    context.textAlign = "left";
    context.font = font(stage, 11);
    const x = output.x + size / 2 + 7, room = boxes.network.x + boxes.network.w - x - 11;
    output.nodes.forEach((y, k) => {
      context.fillStyle = theme.classes[k];
      context.fillRect(x, y - 3.5, 7, 7);
      context.fillStyle = theme.muted;
      context.fillText(fit(context, run.classes[k].replace(/^class /, ""), room), x + 11, y + 4);
    });
  }
}

// Beside the buttons that change it.
function drawLayerCount(stage, context, box) {
  const count = stage.edit.hidden.length, size = buttonSize(stage), x = box.x + (stage.edit.may.layers ? 2 * size + 10 : 0);
  context.font = font(stage, 12, 600);
  context.fillStyle = stage.theme.text;
  context.textAlign = "left";
  const columns = diagram(stage), width = layerButtonWidth(stage, columns);
  const room = count && width ? columns[1].x - width - 5 - x : Infinity;
  const words = count ? [`${count} hidden ${count === 1 ? "layer" : "layers"}`, `${count} hidden`, count] : ["no hidden layer"];
  context.fillText(words.find((each) => context.measureText(each).width < room) ?? "", x, box.y - CAPTION - size / 2 + 1);
}

function drawFeatureNames(stage, context, box, { x, size, nodes }, used) {
  context.textAlign = "right";
  context.font = font(stage, Math.min(12, size));
  nodes.forEach((y, i) => {
    context.fillStyle = stage.theme.muted;
    context.globalAlpha = used.includes(i) ? 1 : 0.6;
    context.fillText(fit(context, stage.features[i].label, x - size / 2 - box.x - 6), x - size / 2 - 6, y + 4);
  });
  context.globalAlpha = 1;
}

// What the colours of an output that is a number stand for, above its picture on the right.
function drawLegend(stage, context, run, box) {
  const { theme } = stage, end = number(outputEnd(stage, run)), width = 56, y = box.y - 15;
  context.font = font(stage, 10.5);
  context.fillStyle = theme.muted;
  context.textAlign = "right";
  context.fillText(end, box.x + box.w, box.y - 7);
  const right = box.x + box.w - context.measureText(end).width - 5;
  const colors = stage.view.discretize ? theme.decided : theme.levels;
  for (let i = 0; i < width; i++) {
    context.fillStyle = cssColor(colors[Math.round((255 * i) / (width - 1))]);
    context.fillRect(right - width + i, y, 1, 9);
  }
  context.fillStyle = theme.muted;
  context.fillText(`−${end}`, right - width - 5, box.y - 7);
}

function fit(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let end = text.length;
  while (end > 1 && context.measureText(text.slice(0, end) + "…").width > width) end--;
  return text.slice(0, end).trimEnd() + "…";
}

function wrapWords(context, text, width) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function outline(context, box, color) {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.strokeRect(box.x - 0.5, box.y - 0.5, box.w + 1, box.h + 1);
}

// The points never move, so they are drawn once for a size, a theme and a choice.
function pointsLayer(stage, side, layer, box) {
  const { run } = side, { theme, dpr } = stage, test = stage.view.test_points && !stage.compact;
  const { dark, background } = theme;
  const made = [side.key, box.w, dpr, dark, background, test, stage.view.clamp].join("\n");
  if (layer.made === made) return;
  layer.made = made;
  layer.points ||= element("canvas", {});
  resize(layer.points, box.w, box.h, dpr);
  const context = layer.points.getContext("2d");
  context.setTransform(dpr, 0, 0, dpr, 0, 0);
  context.clearRect(0, 0, box.w, box.h);
  const count = run.y_train.length, radius = (count > 1500 ? 1.6 : count > 400 ? 2.3 : 2.9) * (box.w < 220 ? 0.8 : 1);
  const plain = theme.dark ? "#0b0d11" : "#ffffff", rim = regression(run) ? theme.rim : plain;
  for (let i = 0; i < count; i++) {
    const [x, y] = onBox(run, run.X_train, i, box.w, box.h);
    disc(context, x, y, radius + 0.9, rim);
    disc(context, x, y, radius, pointColor(stage, run, run.y_train[i]));
  }
  for (let i = 0; test && i < run.y_test.length; i++) {
    const [x, y] = onBox(run, run.X_test, i, box.w, box.h);
    ring(context, x, y, radius, 2.8, rim);
    ring(context, x, y, radius, 1.5, pointColor(stage, run, run.y_test[i]));
  }
}

// The class of a point, or the value of its target: near zero it is as pale as the picture below, so its rim is not.
function pointColor(stage, run, label) {
  if (!regression(run)) return stage.theme.classes[label];
  const share = Math.max(-1, Math.min(1, label / outputEnd(stage, run)));
  return stage.theme.values[Math.round(127.5 + 127.5 * share)];
}

// The output at which its colour is full.
function outputEnd(stage, run) {
  return stage.view.clamp ? 1 : run.limit;
}

function regression(run) {
  return run.output === "identity";
}

function onBox(run, X, i, width, height) {
  const [left, right, bottom, top] = run.domain;
  return [(width * (X[2 * i] - left)) / (right - left), (height * (top - X[2 * i + 1])) / (top - bottom)];
}

function disc(context, x, y, radius, color) {
  context.fillStyle = color;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function ring(context, x, y, radius, width, color) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}
