// The player: one bar of buttons, and behind its last one a menu.

const ICONS = {
  Play: "M4 2l10 6-10 6z",
  Pause: "M3 2h4v12H3zM9 2h4v12H9z",
  Stop: "M3 3h10v10H3z",
  "To start": "M2 2h2v12H2zM14 2v12L5 8z",
  "Step back": "M12 2v12L3 8z",
  "Step forward": "M4 2v12l9-6z",
};

function buildPlayer(stage) {
  const controls = (stage.controls = {
    start: iconButton("To start", () => go(stage, 0)),
    back: iconButton("Step back", () => go(stage, stage.index - 1)),
    play: iconButton("Play", () => (busy(stage) ? stop(stage) : play(stage, !stage.playing, true))),
    forward: iconButton("Step forward", () => go(stage, stage.index + 1)),
    slider: element("input", { type: "range", min: 0, step: 1, ariaLabel: "Epoch" }),
    epoch: element("span", { className: "epoch" }),
    speed: element("select", { ariaLabel: "Speed" }),
    weights: button("Weights", () => choose(stage, "gradient", "weights")),
    delta: button("Delta", () => choose(stage, "gradient", "delta")),
    a: button("A", () => one(stage, 0)),
    b: button("B", () => one(stage, 1)),
    seed: button("New seed", () => press(stage, "seed")),
    edit: button("Edit", () => toggle(stage, "edit")),
    more: button("View", () => unroll(stage, controls.menu.hidden)),
    menu: element("div", { className: "menu", hidden: true }),
    test: button("Test points", () => toggle(stage, "test_points")),
    discretize: button("Discretise", () => toggle(stage, "discretize")),
    clamp: button("Colours end at ±1", () => toggle(stage, "clamp")),
    save: button("Save picture", () => savePicture(stage)),
    copy: button("Copy link to this epoch", () => copyLink(stage)),
    told: element("p", { className: "told", role: "status" }),
  });
  const { play: main, slider, epoch, speed, weights, delta, a, b, seed, edit, more, menu, told } = controls;
  main.classList.add("play");
  main.append(element("span", { textContent: "Play" }));
  weights.title = "Show the weight gradient dL/dW of each layer";
  delta.title = "Show delta, the gradient dL/dz of each layer";
  edit.title = "Set weights by hand, branch off, train on";
  more.setAttribute("aria-haspopup", "true");
  controls.clamp.title = "Maps of features and neurons, and outputs that are numbers, are coloured by value from −1 "
    + "to 1 instead of up to the largest of each; probabilities stay as they are.";
  slider.oninput = () => go(stage, Number(slider.value));
  for (const value of [0.5, 1, 2, 4]) {
    speed.append(element("option", { value, textContent: `${value}×`, selected: value === 1 }));
  }
  speed.onchange = () => { stage.speed = Number(speed.value); };
  controls.gradient = group("Gradient shown", weights, delta);
  controls.side = group("Side shown", a, b);
  const steps = element("div", { className: "group" }, controls.start, controls.back, main, controls.forward);
  for (const each of [controls.start, controls.back, controls.forward, speed]) each.classList.add("wide");
  menu.append(controls.test, controls.discretize, controls.clamp, controls.save, controls.copy, told);
  menu.onkeydown = more.onkeydown = (event) => { if (event.key === "Escape") unroll(stage, false); };
  stage.root.addEventListener("focusout", ({ relatedTarget: to }) => {
    if (to && to !== more && !menu.contains(to)) unroll(stage, false);
  });
  stage.root.addEventListener("pointerdown", ({ target }) => {
    if (!more.contains(target) && !menu.contains(target)) unroll(stage, false);
  });
  controls.roll = element("div", { className: "roll" }, more, menu);
  controls.bar = element("div", { className: "bar" }, steps, slider, epoch, speed, controls.gradient, controls.side,
    seed, edit, controls.roll);
  stage.root.append(controls.bar);
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function button(text, onclick) {
  return element("button", { type: "button", textContent: text, onclick });
}

function group(name, ...buttons) {
  return element("div", { className: "group joined", role: "group", ariaLabel: name }, ...buttons);
}

function iconButton(name, onclick) {
  const made = element("button", { type: "button", className: "icon", title: name, ariaLabel: name, onclick });
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  svg.firstChild.setAttribute("d", ICONS[name]);
  made.append(svg);
  return made;
}

function unroll(stage, on) {
  const { more, menu } = stage.controls;
  if (!on && menu.contains(stage.root.getRootNode().activeElement)) more.focus();
  menu.hidden = !on;
  more.setAttribute("aria-expanded", String(on));
}

// The side that is shown where there is room for one.
function one(stage, side) {
  stage.one = side;
  rebuild(stage, true);
}

// Whether something trains that can be stopped here.
function busy(stage) {
  return stage.stoppable && stage.sides.some((side) => !ended(side));
}

// What the server does once, for the sides that are shown.
function press(stage, name) {
  const { generation } = stage, sides = stage.sides.map(({ key }) => key);
  stage.send(name, { generation, click: Date.now(), sides });
}

function stop(stage) {
  press(stage, "stop");
  stage.controls.play.disabled = true; // until the next message
}

// What the buttons say, and which there are: one of the names that a link hides is not there.
function drawPlayer(stage) {
  const { controls, view, hidden } = stage, narrow = isNarrow(stage);
  for (const [name, on] of [
    ["edit", Boolean(view.edit)], ["test", view.test_points], ["discretize", view.discretize], ["clamp", view.clamp],
    ["weights", view.gradient === "weights"], ["delta", view.gradient === "delta"],
    ["a", stage.one === 0], ["b", stage.one === 1],
  ]) controls[name].ariaPressed = String(on);
  for (const [name, key] of [
    ["test", "test_points"], ["discretize"], ["clamp"], ["play"], ["start", "step"], ["back", "step"],
    ["forward", "step"], ["slider"], ["speed"], ["gradient"], ["save"], ["copy"],
  ]) controls[name].hidden = hidden.includes(key ?? name);
  // Where a link hides Play alone, what trains can be stopped nevertheless.
  controls.play.hidden &&= hidden.includes("player") || !busy(stage);
  controls.side.hidden = !narrow || stage.sides.length < 2;
  controls.seed.hidden = !narrow || !stage.stoppable || hidden.includes("reset");
  controls.edit.hidden = !stage.hand;
  controls.epoch.hidden = ["slider", "step", "play"].every((name) => hidden.includes(name));
  if (narrow) controls.menu.prepend(controls.gradient);
  else controls.speed.after(controls.gradient);
  controls.roll.hidden = [...controls.menu.children].every((each) => each.hidden || each === controls.told);
  controls.bar.hidden = [...controls.bar.children].every((each) =>
    each.hidden || (each.className === "group" && [...each.children].every(({ hidden: gone }) => gone)));
}
