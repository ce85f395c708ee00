// Plays frames: SVG strings drawn in Python, each with one sentence.

function render({ model, el }) {
  const { root, figure, caption, controls } = makeCard(model, el);
  const last = () => model.get("frames").length - 1;
  let timer = null;

  const go = (step) => {
    model.set("step", Math.max(0, Math.min(last(), step)));
    model.save_changes();
  };
  const pause = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  };
  const advance = () => {
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
  const steps = {
    ArrowLeft: () => model.get("step") - 1,
    ArrowRight: () => model.get("step") + 1,
    Home: () => 0,
    End: () => last(),
  };
  const back = button("Back", () => move(steps.ArrowLeft));
  const next = button("Next", () => move(steps.ArrowRight));
  const play = button("Play", () => (timer ? pause() : start()));
  const reset = button("Reset", () => move(steps.Home));
  const slider = makeSlider({ label: "Step", max: last(), value: model.get("step"), onchange: (step) => move(() => step) });
  next.classList.add("bp-main");
  controls.append(back, next, play, reset, slider.row);

  root.addEventListener("keydown", (event) => {
    if (event.target === slider.range || !(event.key in steps)) return; // the slider knows these keys itself
    event.preventDefault();
    move(steps[event.key]);
  });

  const draw = () => {
    const step = model.get("step");
    figure.innerHTML = model.get("frames")[step];
    figure.hidden = false;
    caption.textContent = model.get("captions")[step];
    slider.range.max = last();
    slider.range.value = step;
    slider.say(`${step} of ${last()}`);
    // aria-disabled, not disabled: a button that vanishes under the focus throws a keyboard reader out
    back.setAttribute("aria-disabled", step === 0);
    next.setAttribute("aria-disabled", step === last());
  };
  const forget = listen(model, ["step", "frames", "captions"], draw);
  return () => { pause(); forget(); };
}

export default { render };
