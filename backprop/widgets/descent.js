// Rolls balls along paths that were computed in Python: points on the picture, one for each step.

const RUNNER = { balls: 8, trail: 2.5 };

function render({ model, el }) {
  const { root, figure, caption, controls } = makeCard(model, el);
  const overlay = figure.querySelector(".bp-overlay");
  const rows = makeControls(model);
  const run = () => model.get("runs")[chosen(model)];
  const stepping = make("div", { class: "bp-controls" });
  const steps = makeSteps(model, root, stepping, () => run().captions.length - 1);
  controls.append(...rows.elements, stepping);

  const runner = ({ colour, points }, step) => {
    const walked = points.slice(0, step + 1), [x, y] = walked.at(-1);
    const dots = walked.map(([px, py]) => `<circle cx="${px}" cy="${py}" r="3.5" fill="${colour}"/>`).join("");
    return `<path d="M${walked.map((point) => point.join(" ")).join("L")}" fill="none" stroke="${colour}"
      stroke-width="${RUNNER.trail}" stroke-opacity="0.7"/>${dots}
      <circle cx="${x}" cy="${y}" r="${RUNNER.balls}" fill="${colour}" stroke="#fff" stroke-width="2"/>`;
  };
  const draw = () => {
    const { runners, captions } = run(), step = Math.min(model.get("step"), captions.length - 1);
    overlay.innerHTML = runners.map((one) => runner(one, step)).join("");
    caption.textContent = captions[step];
    rows.show();
    steps.show();
  };
  listen(model, ["step", "choice"], draw);
}
