// Choices: what is shown, the link and the picture of it.

const CHOICES = ["test_points", "discretize", "clamp", "gradient"];
const COPIED_MS = 3000; // that the button says so
const SAVED_MS = 1000; // until the browser has taken the picture over

function toggle(stage, name) {
  choose(stage, name, !stage.view[name]);
}

function choose(stage, name, value) {
  stage.view[name] = value;
  tellAddress({ [name]: value });
  rebuild(stage, true);
}

// The address says what was chosen here, for whoever reloads or shares it. Streamlit does not hear of that: addresses
// that the server writes lack it until the stage has told them (`receive`). One of TensorFlow Playground stays as it is.
function tellAddress(choices) {
  const url = new URL(window.location.href), { searchParams } = url;
  const news = Object.entries(choices).filter(([name, value]) => searchParams.get(name) !== String(value));
  if (!news.length || searchParams.has("tfp")) return;
  for (const [name, value] of news) searchParams.set(name, value);
  window.history.replaceState(window.history.state, "", url);
}

// What is shown otherwise than the server knows.
function ownChoices({ view, served }) {
  return Object.fromEntries(CHOICES.filter((name) => view[name] !== served[name]).map((name) => [name, view[name]]));
}

function pressed(stage) {
  const { controls, view } = stage;
  controls.test.ariaPressed = String(view.test_points);
  controls.discretize.ariaPressed = String(view.discretize);
  controls.clamp.ariaPressed = String(view.clamp);
  controls.weights.ariaPressed = String(view.gradient === "weights");
  controls.delta.ariaPressed = String(view.gradient === "delta");
}

// A link may hide buttons.
function hide(stage, names) {
  const { test, discretize, clamp, play, start, back, forward, slider, speed, weights, delta, save, copy } =
    stage.controls;
  const all = {
    test_points: [test], discretize: [discretize], clamp: [clamp], play: [play], step: [start, back, forward],
    slider: [slider], speed: [speed], gradient: [weights, delta], save: [save], copy: [copy],
  };
  for (const [name, buttons] of Object.entries(all)) {
    for (const each of buttons) each.hidden = names.includes(name);
  }
}

function link(stage) {
  const url = new URL(window.location.href);
  if (stage.query) url.search = stage.query;
  url.searchParams.set("frame", stage.epochs[stage.index]);
  for (const name of CHOICES) url.searchParams.set(name, stage.view[name]);
  return url.href;
}

async function copyLink(stage) {
  const { copy } = stage.controls;
  const done = await clipboard(stage.root, link(stage));
  copy.style.minWidth = `${copy.offsetWidth}px`;
  copy.textContent = done ? "Copied" : "Not allowed";
  setTimeout(() => { copy.textContent = "Copy link"; }, COPIED_MS);
}

// Pages served over plain HTTP in a class room have no navigator.clipboard.
async function clipboard(root, text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = element("textarea", { value: text });
    root.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function savePicture(stage) {
  const { geometry, dpr } = stage, margin = 24, line = 17, scale = 2;
  const context = stage.context;
  context.font = font(stage, 12);
  const texts = stage.sides.flatMap((side, i) => {
    const words = [side.title, side.settings || side.subtitle, side.note].filter(Boolean);
    return wrap(context, `${"AB"[i]}  ${words.join(" · ")}`, geometry.width);
  });
  texts.push(...wrap(context, link(stage), geometry.width));
  const canvas = element("canvas", {
    width: scale * (geometry.width + 2 * margin), height: scale * (geometry.height + 3 * margin + line * texts.length),
  });
  const target = canvas.getContext("2d");
  stage.dpr = scale;
  stage.hover = null;
  layersFor(stage);
  target.fillStyle = stage.theme.background;
  target.fillRect(0, 0, canvas.width, canvas.height);
  target.setTransform(scale, 0, 0, scale, scale * margin, scale * margin);
  draw(stage, target);
  target.font = font(stage, 12);
  target.fillStyle = stage.theme.muted;
  target.textAlign = "left";
  texts.forEach((text, i) => target.fillText(text, 0, geometry.height + margin + i * line));
  stage.dpr = dpr;
  layersFor(stage);
  invalidate(stage);
  canvas.toBlob((blob) => {
    const url = URL.createObjectURL(blob);
    element("a", { href: url, download: `gradient-lab-epoch-${stage.epochs[stage.index]}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(url), SAVED_MS);
  });
}

// Lines that fit the width; a link has no spaces, so lines break anywhere.
function wrap(context, text, width) {
  const lines = [""];
  for (const character of text) {
    if (context.measureText(lines[lines.length - 1] + character).width > width) lines.push("");
    lines[lines.length - 1] += character;
  }
  return lines;
}
