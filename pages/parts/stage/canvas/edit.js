// Editing: features of A are switched, neurons and layers added and removed on its diagram, by buttons over the canvas.
// What is chosen goes to Python, which answers with a new pair.

const ROW = 25; // pixels of a row of buttons above the diagram; there are two

// What the diagram is to have now. A message names the click that it answers: until the last one is answered the
// buttons stay at it, so that quick clicks add up. A click of another generation has no answer.
function adopt(stage, edit) {
  if (edit?.answered === stage.click || edit?.generation !== stage.edit?.generation) stage.click = null;
  if (!edit || stage.click === null) stage.edit = edit && { ...edit, used: used(stage, edit.features) };
}

function used(stage, features) {
  return features.map((name) => stage.features.findIndex((feature) => feature.name === name));
}

function change(stage, changes) {
  const { features, hidden } = { ...stage.edit, ...changes };
  stage.edit = { ...stage.edit, features, hidden, used: used(stage, features) };
  stage.click = Date.now();
  stage.send("edit", { generation: stage.edit.generation, click: stage.click, features, hidden });
  rebuild(stage, true);
}

function editHeight(stage) {
  return stage.edit?.may.hidden ? 2 * ROW : 0;
}

// The buttons that there are now, held from one time to the next by their names, so that none loses the focus.
function placeEditor(stage) {
  const { editor } = stage, wanted = stage.edit ? [...featureButtons(stage), ...layerButtons(stage)] : [];
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
  const [{ x, size, nodes }] = diagram(stage), h = box.h / nodes.length;
  const offered = [...stage.features.entries()].filter(([, { name }]) => edit.switches.includes(name));
  return offered.map(([i, { name, label }]) => {
    const on = edit.features.includes(name);
    const others = stage.features.map((each) => each.name)
      .filter((each) => (each === name ? !on : edit.features.includes(each)));
    return {
      name: `Feature ${label}`, className: "feature", ariaPressed: String(on), disabled: !others.length,
      x: box.x, y: nodes[i] - h / 2 + 0.5, w: x + size / 2 + 4 - box.x, h: h - 1,
      onclick: () => change(stage, { features: others }),
    };
  });
}

function layerButtons(stage) {
  const { edit } = stage, { hidden } = edit, box = stage.geometry.sides[0].network;
  if (!edit.may.hidden) return [];
  const columns = diagram(stage), top = box.y - CAPTION - 2 * ROW;
  const layers = (list) => () => change(stage, { hidden: list });
  const count = [
    ["Remove a layer", "−", !hidden.length, hidden.slice(0, -1)],
    ["Add a layer", "+", hidden.length >= edit.most_layers, [...hidden, hidden[hidden.length - 1] ?? 4]],
  ].map(([name, textContent, disabled, list], i) => ({
    name, title: name, textContent, disabled, x: box.x + 25 * i, y: top, w: 22, h: 21, onclick: layers(list),
  }));
  return [...count, ...hidden.flatMap((width, l) => {
    const { x, step } = columns[l + 1], w = Math.max(10, Math.min(22, step / 2 - 1.5));
    const to = (value) => layers(hidden.map((each, i) => (i === l ? value : each)));
    return [
      { name: `Remove a neuron from layer ${l + 1}`, textContent: "−", disabled: width <= 1, x: x - w - 1,
        onclick: to(width - 1) },
      { name: `Add a neuron to layer ${l + 1}`, textContent: "+", disabled: width >= edit.most_neurons, x: x + 1,
        onclick: to(width + 1) },
    ].map((each) => ({ ...each, title: each.name, y: top + ROW, w, h: 21 }));
  })];
}

// Where the columns of the network stand, also before it has trained.
function diagram(stage) {
  const { features, hidden, outputs, may } = stage.edit;
  const all = may.features ? stage.features.length : 0;
  return wire(stage.geometry.sides[0].network, [features.length, ...hidden, outputs], stage.edit.used, { all });
}
