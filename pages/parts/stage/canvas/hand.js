// By hand: while the row of Edit is open, a field over a line or a neuron of A sets its weight or bias. What is set goes
// to Python, which answers with a what-if, in a file at once and in a message once the page is drawn. Until the first
// comes the side is pale, since its numbers are those of other weights; a further weight waits for the second.

const PEEK_MS = 15; // between two readings of the file
const SHOWN_MS = 300; // that the picture has to rest before the row hears of its epoch
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?$/i;

function adoptHand(stage, { hand, generation, sides }) {
  const isSame = sides[0].key === stage.sides[0]?.key;
  if (!hand || generation !== stage.generation || hand.answered === stage.set) stage.set = stage.unseen = null;
  if (!hand || generation !== stage.generation) stage.said = null;
  if (!hand || !isSame) closeField(stage);
  if (!hand || !isSame) stage.next = null;
  stage.hand = hand;
}

function adoptedHand(stage) {
  const { next } = stage;
  stage.next = null;
  if (next && stage.set === null) tell(stage, next);
}

function buildField(stage) {
  const input = element("input", { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false });
  const name = element("span", {}), wrong = element("p", { role: "alert" });
  input.onkeydown = (event) => typed(stage, event);
  input.onblur = () => accept(stage);
  stage.field = element("label", { className: "field", hidden: true }, name, input, wrong);
  Object.assign(stage.field, { input, name, wrong });
  return stage.field;
}

// The weight or bias under the pointer, if it can be set now.
function weightOf(stage, hover) {
  const [side] = stage.sides;
  if (!stage.hand || !stage.view.edit || stage.unseen || hover?.place !== 0 || hover.ask) return null;
  if (!side.run || !(ended(side) || isWhatIf(stage, side))) return null;
  const { run } = side, t = side.frames[stage.index];
  if (hover.kind === "neuron" && hover.column > 0) {
    const part = run.layers[hover.column - 1];
    return { layer: hover.column, source: "b", unit: hover.row, value: parameter(run, t, part.biases + hover.row) };
  }
  if (hover.kind !== "link") return null;
  const part = run.layers[hover.layer], link = part.links[hover.link];
  return { layer: hover.layer + 1, source: Math.floor(link / part.outputs), unit: link % part.outputs,
    value: parameter(run, t, part.weights + hover.link) };
}

// Whether what is shown of a side are weights set by hand, with which nothing was trained.
function isWhatIf(stage, side) {
  return typeof side.what_if === "number" && side.run?.epochs[side.frames[stage.index]] === side.what_if;
}

function openField(stage) {
  const weight = weightOf(stage, stage.hover), { field } = stage;
  if (!weight) return false;
  play(stage, false, true);
  const { run, frames } = stage.sides[0], { hover, pointer } = stage, text = written(weight.value);
  const back = stage.root.getRootNode().activeElement ?? stage.root;
  stage.setting = { ...weight, text, back, hover, epoch: run.epochs[frames[stage.index]], key: stage.sides[0].key };
  field.name.textContent = hover.kind === "link" ? hover.words.split("\n")[1] : `${nodeName(run, hover.column, hover.row)}, bias`;
  field.input.value = text;
  field.wrong.textContent = "";
  field.hidden = false;
  field.style.left = `${Math.max(0, Math.min(pointer.x + 8, stage.geometry.width - field.offsetWidth))}px`;
  field.style.top = `${pointer.y + 8}px`;
  showCard(stage, null);
  field.input.focus({ preventScroll: true });
  field.input.select();
  return true;
}

function closeField(stage) {
  const { setting, field } = stage;
  if (!setting) return;
  stage.setting = null;
  const held = field.contains(stage.root.getRootNode().activeElement);
  field.hidden = true;
  if (!held) return;
  setting.back.focus({ preventScroll: true });
  if (setting.back === stage.canvas) hovered(stage, setting.hover); // the arrow keys go on from there
}

function typed(stage, event) {
  event.stopPropagation(); // to the player's keys
  const steps = { ArrowUp: 1, ArrowDown: -1 };
  if (event.key === "Enter") accept(stage);
  else if (event.key === "Escape") closeField(stage);
  else if (event.key in steps) stepped(stage, steps[event.key] * (event.shiftKey ? 1 : 0.1));
  else return;
  event.preventDefault();
}

function stepped({ field }, by) {
  const value = valueOf(field.input.value);
  if (value !== null) field.input.value = written(value + by);
}

function accept(stage) {
  const { setting, field } = stage;
  if (!setting) return;
  const text = field.input.value, { layer, source, unit, epoch } = setting;
  if (text !== setting.text) {
    field.wrong.textContent = refusal(stage.hand, setting, text);
    if (field.wrong.textContent) return;
    const weight = { layer, source, unit, epoch, value: valueOf(text) };
    if (stage.set === null) tell(stage, weight);
    else stage.next = weight;
  }
  closeField(stage);
}

function tell(stage, weight) {
  const { generation, sides: [{ key }] } = stage;
  stage.set = stage.unseen = Date.now();
  stage.send("hand", { generation, click: stage.set, key, ...weight });
  invalidate(stage);
  peek(stage, stage.set, weight.epoch);
}

// What comes of it, as soon as the file has it.
async function peek(stage, click, epoch) {
  const { address } = stage.hand;
  while (address && stage.unseen === click && stage.root.isConnected) {
    const { news } = await readFile({ address }), [side] = stage.sides;
    if (stage.unseen !== click) return;
    if (news?.header.run) {
      const { header: { key, id = "", state, note, progress, run }, read } = news;
      const shown = { ...prepare(run, read(run), stage.features), progress };
      const phase = ended({ state }) ? "shown" : "live";
      stage.sides[0] = { ...side, key, id, state, note, progress, address, run: shown, what_if: epoch, phase, vain: 0 };
      if (phase === "shown") keep(id, shown);
      stage.unseen = null;
      return refresh(stage);
    }
    await new Promise((done) => { setTimeout(done, PEEK_MS); });
  }
}

// Why this can not be set; empty if it can.
function refusal({ weights, most, largest, epoch }, { layer, source, unit, epoch: at }, text) {
  const value = valueOf(text);
  if (value === null || Math.abs(value) > largest) {
    return `A weight must be a number from ${-largest} to ${largest}; got “${text.slice(0, 20)}”.`;
  }
  const known = weights.some((each) => each.join() === [layer, source, unit].join());
  return at === epoch && !known && weights.length >= most
    ? `${most} weights are set by hand here, which is the most. Undo edits puts them away.` : "";
}

// A comma is a decimal point.
function valueOf(text) {
  const plain = text.trim().replace(",", ".").replace("−", "-");
  return NUMBER.test(plain) ? Number(plain) : null;
}

// As exact as weights are sent, and without the noise of a step.
function written(value) {
  return String(Number(value.toPrecision(6)));
}

// The row is drawn for the epoch that is shown, once that rests.
function tellShown(stage) {
  clearTimeout(stage.resting);
  const { hand, playing, replayable } = stage, [side] = stage.sides;
  if (!hand || !stage.view.edit || playing || !replayable || !side.run || !ended(side)) return;
  const { epochs, count } = side.run, shown = epochs[side.frames[stage.index]];
  const known = stage.said ?? (hand.at < 0 ? epochs[count - 1] : epochs[nearest(epochs, hand.at)]);
  if (shown === known) return;
  stage.resting = setTimeout(() => {
    stage.said = shown;
    stage.send("shown", { generation: stage.generation, click: Date.now(), epoch: shown });
  }, SHOWN_MS);
}

// Over numbers that are those of other weights than were set.
function pale(stage, context, box) {
  context.globalAlpha = 0.65;
  context.fillStyle = stage.theme.background;
  context.fillRect(box.x - 1, box.y + 18, box.w + 2, box.h - 17);
  context.globalAlpha = 1;
}
