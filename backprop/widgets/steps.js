// Back, Next, Play, Reset and a slider, with the arrow keys; the model's `step` says where one is.

/** Puts the controls in their place; returns how to show a step, and how to stop playing. */
function makeSteps(model, root, controls, last) {
  let timer = null;

  const go = (step) => {
    model.set("step", Math.max(0, Math.min(last(), step)));
  };
  const pause = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  };
  const advance = () => {
    if (!root.isConnected) return pause(); // its cell was run again
    go(model.get("step") + 1);
    if (model.get("step") === last()) pause();
  };
  const start = () => {
    if (model.get("step") === last()) go(0);
    timer = setInterval(advance, model.get("interval"));
    play.textContent = "Pause";
  };
  const move = (step) => { pause(); go(step()); };

  const button = (text, onclick) => make("button", { type: "button", onclick }, text);
  const keys = {
    ArrowLeft: () => model.get("step") - 1,
    ArrowRight: () => model.get("step") + 1,
    Home: () => 0,
    End: () => last(),
  };
  const back = button("Back", () => move(keys.ArrowLeft));
  const next = button("Next", () => move(keys.ArrowRight));
  const play = button("Play", () => (timer ? pause() : start()));
  const reset = button("Reset", () => move(keys.Home));
  const slider = makeSlider({ label: "Step", max: last(), value: model.get("step"), onchange: (step) => move(() => step) });
  next.classList.add("bp-main");
  controls.append(back, next, play, reset, slider.row);

  root.addEventListener("keydown", (event) => {
    if (event.target.tagName === "INPUT" || !(event.key in keys)) return; // sliders and radio buttons know these keys
    event.preventDefault();
    move(keys[event.key]);
  });

  const show = () => {
    const step = model.get("step");
    slider.range.max = last();
    slider.range.value = step;
    slider.say(`${step} of ${last()}`);
    // aria-disabled, not disabled: a button that vanishes under the focus throws a keyboard reader out
    back.setAttribute("aria-disabled", step === 0);
    next.setAttribute("aria-disabled", step === last());
  };
  return { show, pause };
}
