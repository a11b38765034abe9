// Editing: features of A are switched, neurons and layers added and removed on its diagram, by buttons over the canvas.
// What is chosen goes to Python, which answers with a new pair.

// What the diagram is to have now. A message names the click that it answers: until the last one is answered the
// buttons stay at it, so that quick clicks add up. A click of another generation has no answer.
function adopt(stage, edit, generation) {
  if (edit?.answered === stage.click || generation !== stage.generation) stage.click = null;
  if (!edit || stage.click === null) stage.edit = edit && { ...edit, used: used(stage, edit.features) };
  if (stage.edit && !stage.edit.features.length) stage.unfolded = true; // the way to an input is one click
}

function used(stage, features) {
  return features.map((name) => stage.features.findIndex((feature) => feature.name === name));
}

function change(stage, changes) {
  const { features, hidden } = { ...stage.edit, ...changes };
  stage.edit = { ...stage.edit, features, hidden, used: used(stage, features) };
  stage.click = Date.now();
  stage.send("edit", { generation: stage.generation, click: stage.click, features, hidden });
  rebuild(stage, true);
}

// The buttons that there are now, held from one time to the next by their names, so that none loses the focus.
function placeEditor(stage) {
  const { editor } = stage, is = stage.edit && isShown(stage, 0);
  const wanted = is ? [...layerButtons(stage), ...featureButtons(stage)] : [];
  const held = new Map([...editor.children].map((each) => [each.dataset.name, each]));
  for (const { name, x, y, w, h, ...properties } of wanted) {
    const made = held.get(name) || element("button", { type: "button", ariaLabel: name });
    held.delete(name);
    made.dataset.name = name;
    Object.assign(made, properties);
    Object.assign(made.style, { left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h}px` });
    if (!made.parentNode) editor.append(made);
  }
  for (const each of held.values()) each.remove();
}

function featureButtons(stage) {
  const { edit } = stage, box = stage.geometry.sides[0].network;
  if (!edit.may.features) return [];
  const [{ x, size, nodes, last, pitch }] = diagram(stage), w = x + size / 2 + 4 - box.x;
  const at = (y) => ({ x: box.x, y: y - pitch / 2 + 0.5, w, h: pitch - 1 });
  const offered = [...stage.features.entries()].filter(([i, { name }]) => edit.switches.includes(name) && i in nodes);
  const switches = offered.map(([i, { name, label }]) => {
    const on = edit.features.includes(name);
    const others = stage.features.map((each) => each.name)
      .filter((each) => (each === name ? !on : edit.features.includes(each)));
    return {
      ...at(nodes[i]), name: `Feature ${label}`, className: "feature", ariaPressed: String(on),
      onclick: () => change(stage, { features: others }),
    };
  });
  const rest = unused(stage), more = stage.unfolded ? "Show used features only" : `Show ${rest} more features`;
  const fold = () => {
    stage.unfolded = !stage.unfolded;
    rebuild(stage, true);
  };
  const h = Math.min(buttonSize(stage) + 2, pitch - 1), wide = stage.unfolded ? 48 : 40;
  return rest ? [...switches, {
    x: Math.max(box.x, x - wide / 2), y: last - h / 2, w: wide, h, name: "Unused features", title: more, ariaLabel: more, ariaExpanded: String(stage.unfolded),
    textContent: stage.unfolded ? "fewer" : `+${rest}`, className: "fold", onclick: fold,
  }] : switches;
}

function unused(stage) {
  return stage.edit.switches.filter((name) => !stage.edit.features.includes(name)).length;
}

// Of one of the two buttons above a layer; 0 where they have no room. The sidebar has them, too.
function layerButtonWidth(stage, [, { step }]) {
  const width = Math.min(buttonSize(stage), (step - 3) / 2);
  return width < (isNarrow(stage) ? buttonSize(stage) : 10) ? 0 : width;
}

function layerButtons(stage) {
  const { edit } = stage, { hidden } = edit, box = stage.geometry.sides[0].network;
  if (!edit.may.hidden) return [];
  const columns = diagram(stage), size = buttonSize(stage), y = box.y - CAPTION - size - 3;
  const layers = (list) => () => change(stage, { hidden: list });
  const count = !edit.may.layers ? [] : [
    ["Remove a layer", "−", !hidden.length, hidden.slice(0, -1)],
    ["Add a layer", "+", hidden.length >= edit.most_layers, [...hidden, hidden[hidden.length - 1] ?? 4]],
  ].map(([name, textContent, disabled, list], i) => ({
    name, title: name, textContent, disabled, x: box.x + (size + 3) * i, y, w: size, h: size, onclick: layers(list),
  }));
  const w = layerButtonWidth(stage, columns);
  return !w ? count : [...count, ...hidden.flatMap((width, l) => {
    const { x } = columns[l + 1];
    const to = (value) => layers(hidden.map((each, i) => (i === l ? value : each)));
    return [
      { name: `Remove a neuron from layer ${l + 1}`, textContent: "−", disabled: width <= 1, x: x - w - 1,
        onclick: to(width - 1) },
      { name: `Add a neuron to layer ${l + 1}`, textContent: "+", disabled: width >= edit.most_neurons, x: x + 1,
        onclick: to(width + 1) },
    ].map((each) => ({ ...each, title: each.name, y, w, h: size }));
  })];
}

// Where the columns of the network stand, also before it has trained.
function diagram(stage) {
  const { features, hidden, outputs } = stage.edit;
  return wire(stage.geometry.sides[0].network, [features.length, ...hidden, outputs], featureRows(stage, 0));
}

// The features that have a place in the first column: those that are used, or all. Room for the button that folds them
// is left on both sides, so that equal networks look equal.
function featureRows(stage, place) {
  const { run } = stage.sides[place], { edit, compact } = stage, folds = Boolean(edit?.may.features) && !compact;
  const own = folds && place === 0, shown = new Set([...(run?.used ?? []), ...(own ? edit.used : [])]);
  const all = own && stage.unfolded;
  return { compact, all, extra: folds && unused(stage) ? 1 : 0,
    shown: all ? indices(stage.features.length) : [...shown].sort((a, b) => a - b) };
}
