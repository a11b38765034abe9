// Choices: how the sides are shown, the link and the picture of that.

const COPIED_MS = 3000; // that the button says so
const SAVED_MS = 1000; // until the browser has taken the picture over

function toggle(stage, name) {
  choose(stage, name, !stage.view[name]);
}

function choose(stage, name, value) {
  stage.view[name] = value;
  stage.chose = Date.now();
  stage.send("choices", { generation: stage.generation, click: stage.chose, ...stage.view });
  rebuild(stage, true);
}

// How the server has it. A message names the click that it answers: until the last one is answered what was chosen here
// stays. A click of another generation has no answer.
function adoptChoices(stage, { generation, choices, answered }) {
  if (answered === stage.chose || generation !== stage.generation) stage.chose = null;
  if (stage.chose === null) stage.view = choices;
}

function link(stage) {
  const url = new URL(window.location.href);
  if (stage.query) url.search = stage.query;
  url.searchParams.set("frame", stage.epochs[stage.index]);
  for (const [name, value] of Object.entries(stage.view)) url.searchParams.set(name, value);
  if (!stage.view.edit) url.searchParams.delete("edit"); // as the address leaves it out
  return url.href;
}

async function copyLink(stage) {
  const { copy } = stage.controls;
  const done = await clipboard(stage.root, link(stage));
  copy.style.minWidth = `${copy.offsetWidth}px`;
  copy.textContent = done ? "Copied" : "Not allowed";
  setTimeout(() => { copy.textContent = "Copy link to this epoch"; }, COPIED_MS);
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

// The picture with what it is above, and below how it was made and where it can be made again.
function savePicture(stage) {
  const { geometry, dpr, context } = stage, margin = 24, line = 17, scale = 2, { width } = geometry;
  const name = `epoch ${stage.epochs[stage.index]}`;
  context.font = font(stage, 12);
  const below = stage.sides.flatMap((side, i) =>
    wrap(context, `${"AB"[i]}  ${[side.title, side.settings, side.note].filter(Boolean).join(" · ")}`, width));
  below.push(...wrap(context, link(stage), width));
  const top = 2 * margin + 8, height = top + geometry.height + 2 * margin + line * below.length;
  const canvas = element("canvas", { width: scale * (width + 2 * margin), height: scale * height });
  const target = canvas.getContext("2d"), { still } = stage;
  Object.assign(stage, { dpr: scale, hover: null, still: null });
  layersFor(stage);
  target.fillStyle = stage.theme.background;
  target.fillRect(0, 0, canvas.width, canvas.height);
  target.setTransform(scale, 0, 0, scale, scale * margin, scale * top);
  draw(stage, target);
  target.textAlign = "left";
  target.fillStyle = stage.theme.text;
  target.font = font(stage, 17, 600);
  target.fillText(fit(target, `${stage.title} · ${name}`, width), 0, -margin);
  target.fillStyle = stage.theme.muted;
  target.font = font(stage, 12);
  below.forEach((text, i) => target.fillText(text, 0, geometry.height + margin + i * line));
  Object.assign(stage, { dpr, still });
  layersFor(stage);
  invalidate(stage);
  canvas.toBlob((blob) => {
    const url = URL.createObjectURL(blob);
    element("a", { href: url, download: `gradient-lab-${name.replace(" ", "-")}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(url), SAVED_MS);
  });
  stage.controls.told.textContent = mayDownload();
}

// Why there may be no picture: a page that frames this one can forbid it, and the browser tells neither.
function mayDownload() {
  if (window.self === window.top) return "";
  try {
    const { sandbox } = window.frameElement;
    if (!sandbox.length || sandbox.contains("allow-downloads")) return "";
    return "Not saved: the page around this one forbids downloads. Open the link in a tab of its own.";
  } catch { // of another host
    return "If nothing was saved, the page around this one forbids downloads. Open the link in a tab of its own.";
  }
}

// Lines that fit the width: broken at spaces, and inside a word only where it is longer than a line, as a link is.
function wrap(context, text, width) {
  const lines = [""], fits = (words) => context.measureText(words).width <= width;
  for (const word of text.split(/(?<=[ ])/)) {
    if (lines.at(-1) && !fits((lines.at(-1) + word).trimEnd())) lines.push("");
    for (const part of fits(word.trimEnd()) ? [word] : word) {
      if (!fits((lines.at(-1) + part).trimEnd())) lines.push("");
      lines[lines.length - 1] += part;
    }
  }
  return lines;
}
