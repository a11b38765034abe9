// Time: the epochs that can be shown, the replay, the transport and the text alternative that follow it.

const WORDED_MS = 1000; // between two texts of a picture that moves

// The epochs that can be shown: of all runs that ended, else the newest of those that train.
function timeline(stage) {
  const replayable = stage.sides.filter((side) => side.run && ended(side));
  const shown = stage.epochs[stage.index];
  const atEnd = stage.index === stage.epochs.length - 1;
  const epochs = new Set(replayable.flatMap((side) => [...side.run.epochs]));
  if (!replayable.length) {
    epochs.add(Math.max(0, ...stage.sides.map((side) => (side.run ? side.run.epochs[side.run.count - 1] : 0))));
  }
  stage.epochs = [...epochs].sort((a, b) => a - b);
  stage.replayable = replayable.length > 0;
  for (const side of stage.sides.filter((each) => each.run)) {
    const { run } = side, newest = run.count - 1;
    side.frames = stage.epochs.map((epoch) => (ended(side) ? nearest(run.epochs, epoch) : newest));
  }
  place(stage, atEnd ? stage.epochs.length - 1 : nearest(stage.epochs, shown));
  stage.controls.slider.max = Math.max(1, stage.epochs.length - 1);
  for (const name of ["start", "back", "forward", "slider", "speed"]) stage.controls[name].disabled = !stage.replayable;
  stage.controls.play.disabled = !stage.replayable && !busy(stage);
}

function nearest(epochs, epoch) {
  let low = 0, high = epochs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (epochs[middle] < epoch) low = middle + 1;
    else high = middle;
  }
  return low > 0 && epoch - epochs[low - 1] <= epochs[low] - epoch ? low - 1 : low;
}

// The epoch that a link names: it rests there.
function nameFrame(stage, frame) {
  if (frame === stage.frame) return;
  stage.frame = frame;
  stage.frameScene = stage.scene;
  if (frame < 0) return;
  stage.playing = false;
  place(stage, nearest(stage.epochs, frame));
}

// What has ended first is replayed once; what ends after it joins at the same epoch.
function arrival(stage) {
  if (!stage.replayable || stage.touched) return;
  if (stage.frame >= 0 && stage.scene === stage.frameScene) place(stage, nearest(stage.epochs, stage.frame));
  else if (!stage.replayed && window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
    place(stage, stage.epochs.length - 1);
  } else if (!stage.replayed) {
    place(stage, 0);
    play(stage, true, false);
  }
  stage.replayed = true;
}

function place(stage, index) {
  stage.index = Math.max(0, Math.min(stage.epochs.length - 1, index));
  stage.position = stage.index;
  invalidate(stage);
}

function go(stage, index) {
  stage.touched = true;
  play(stage, false, true);
  place(stage, index);
}

function play(stage, on, byHand) {
  stage.touched ||= byHand;
  if (on && stage.index === stage.epochs.length - 1) place(stage, 0);
  stage.playing = on && stage.replayable;
  stage.then = 0;
  stage.ticks = [];
  invalidate(stage);
}

function onKey(stage, event) {
  const target = event.target.tagName;
  const last = stage.epochs.length - 1;
  const steps = { ArrowLeft: stage.index - 1, ArrowRight: stage.index + 1, Home: 0, End: last };
  if (!stage.replayable || target === "SELECT" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && target !== "BUTTON") play(stage, !stage.playing, true);
  else if (event.key in steps) go(stage, steps[event.key]);
  else return;
  event.preventDefault();
}

function invalidate(stage) {
  stage.dirty = true;
  stage.request ||= requestAnimationFrame((now) => tick(stage, now));
}

function tick(stage, now) {
  stage.request = 0;
  if (stage.playing) advance(stage, now);
  if (stage.dirty && stage.geometry) {
    stage.dirty = false;
    if (stage.hover) showCard(stage, find(stage, stage.pointer.x, stage.pointer.y));
    paint(stage, stage.context);
    follow(stage, now);
    tellShown(stage);
  }
  if (stage.playing) invalidate(stage);
}

function advance(stage, now) {
  const last = stage.epochs.length - 1;
  const elapsed = stage.then ? now - stage.then : 0;
  stage.then = now;
  stage.position += (elapsed * stage.speed * last) / REPLAY_MS;
  if (stage.position >= last) {
    if (!stage.compact) stage.playing = false;
    else if (stage.position > last * (1 + REST_MS / REPLAY_MS)) stage.position = 0;
  }
  stage.index = Math.min(last, Math.floor(stage.position));
  stage.ticks.push(now);
  while (now - stage.ticks[0] > 1000) stage.ticks.shift();
  if (stage.ticks.length > 1) {
    stage.root.dataset.fps = ((1000 * (stage.ticks.length - 1)) / (now - stage.ticks[0])).toFixed(1);
  }
}

// The player, the attributes and the text alternative say what the canvas shows.
function follow(stage, now) {
  const { controls, root } = stage;
  const epoch = stage.epochs[stage.index];
  controls.slider.value = stage.index;
  controls.slider.setAttribute("aria-valuetext", `epoch ${epoch}`);
  controls.epoch.textContent = stage.sides.some(({ run }) => run) ? `epoch ${epoch} / ${stage.scales.final}` : "";
  const name = busy(stage) ? "Stop" : stage.playing ? "Pause" : "Play";
  if (controls.play.title !== name) {
    Object.assign(controls.play, { title: name, ariaLabel: name });
    controls.play.querySelector("path").setAttribute("d", ICONS[name]);
    controls.play.querySelector("span").textContent = name;
  }
  root.dataset.epoch = epoch;
  root.dataset.frames = stage.epochs.length;
  root.dataset.playing = stage.playing;
  stage.sides.forEach((side, i) => {
    root.dataset[`key${"AB"[i]}`] = side.key;
    root.dataset[`state${"AB"[i]}`] = side.state;
  });
  if (stage.playing && now - stage.worded < WORDED_MS) return;
  stage.worded = now;
  stage.canvas.ariaLabel = `${inWords(stage)} Arrow keys go over the neurons.`;
}

function inWords(stage) {
  const sides = stage.sides.map((side, i) => {
    const name = `${"AB"[i]}, ${side.title}`;
    if (!side.run) return `${name}: ${hindered(side) || side.note || side.state}.`;
    const { run } = side, t = side.frames[stage.index];
    return `${name}, ${hindered(side) || side.note || side.state}: ` +
      `${isWhatIf(stage, side) ? "what if, weights set by hand, " : ""}training ${scoreName(run)} ${score(run, run.train_accuracy[t])}, ` +
      `test ${scoreName(run)} ${score(run, run.test_accuracy[t])}, ` +
      `training loss ${number(run.train_loss[t])}${hidesTestLoss(stage) ? "" : `, test loss ${number(run.test_loss[t])}`}.`;
  });
  const maps = stage.sides.some((side) => side.run && regression(side.run)) ? "Outputs" : "Decision boundaries";
  return `${maps}, gradients and networks at epoch ${stage.epochs[stage.index]}. ${sides.join(" ")}`;
}
