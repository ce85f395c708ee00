// Two ways for everything: drag a definition to its step, or choose one and then the other (click, Enter or Space).

function render({ model, el }) {
  const { root, caption, controls } = makeCard(model, el);
  const definitions = model.get("definitions");
  let held = null; // the letter that was chosen and waits for its step

  const place = (step, letter) => {
    const answer = Object.fromEntries(Object.entries(model.get("answer")).filter(([, placed]) => placed !== letter));
    if (letter) answer[step] = letter;
    else delete answer[step];
    held = null;
    model.set("answer", answer);
  };
  const hold = (letter) => {
    held = held === letter ? null : letter;
    draw(held ? `${held} is chosen. Now choose its step.` : "Nothing is chosen.");
  };
  const press = (step) => {
    const placed = model.get("answer")[step];
    if (held) place(step, held);
    else if (placed) place(step, null);
    else draw("Choose a definition first, then its step.");
  };

  const stepButtons = model.get("steps").map((step) => make("button", {
    type: "button", class: "bp-step", onclick: () => press(step),
    ondragover: (event) => event.preventDefault(),
    ondrop: (event) => { event.preventDefault(); place(step, event.dataTransfer.getData("text/plain")); },
  }));
  const definitionButtons = Object.entries(definitions).map(([letter, text]) => make("button", {
    type: "button", class: "bp-definition", draggable: "true", onclick: () => hold(letter),
    ondragstart: (event) => event.dataTransfer.setData("text/plain", letter),
  }, make("b", {}, letter), ` ${text}`));
  const line = make("code", { class: "bp-line" });
  const copy = make("button", { type: "button", onclick: () => copyLine() }, "Copy");
  const clear = make("button", { type: "button", onclick: () => { held = null; model.set("answer", {}); } }, "Reset");

  root.insertBefore(make("div", { class: "bp-match" },
    make("div", { role: "group", "aria-label": "Steps" }, ...stepButtons),
    make("div", { role: "group", "aria-label": "Definitions" }, ...definitionButtons)), caption);
  controls.append(line, copy, clear);

  const copyLine = async () => {
    getSelection().selectAllChildren(line); // stays marked where the clipboard is out of reach
    try {
      await navigator.clipboard.writeText(line.textContent);
      caption.textContent = "Copied.";
    } catch {
      caption.textContent = "The line is marked: copy it with your keyboard.";
    }
  };
  const draw = (sentence) => {
    const answer = model.get("answer"), steps = model.get("steps");
    stepButtons.forEach((button, k) => {
      const letter = answer[steps[k]];
      button.replaceChildren(make("span", {}, steps[k]),
        make("span", { class: letter ? "bp-slot bp-full" : "bp-slot" }, letter || "?"));
      button.setAttribute("aria-label", letter ? `${steps[k]}: ${letter}, ${definitions[letter]}` : `${steps[k]}: empty`);
    });
    definitionButtons.forEach((button, k) => {
      const letter = Object.keys(definitions)[k];
      button.setAttribute("aria-pressed", held === letter);
      button.classList.toggle("bp-used", Object.values(answer).includes(letter));
    });
    line.textContent = `{${steps.filter((s) => answer[s]).map((s) => `"${s}": "${answer[s]}"`).join(", ")}}`;
    const placed = Object.keys(answer).length;
    caption.textContent = sentence || (placed === 0 ? "Choose a definition, then the step it belongs to. Dragging works too."
      : placed < steps.length ? `${placed} of ${steps.length} steps have a definition.`
      : "Every step has a definition. The line below is your answer: copy it into the next cell.");
  };
  listen(model, ["answer"], () => draw());
}
