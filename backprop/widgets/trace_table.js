// Checks each cell as it is filled. The first wrong one is pointed at: what stands below it may only be wrong because of it.

function render({ model, el }) {
  const { root, figure, caption, controls } = makeCard(model, el);
  const overlay = figure.querySelector(".bp-overlay");
  const rows = model.get("rows");

  const read = (text) => Number(text.trim().replace(/[−–]/g, "-").replace(",", ".") || NaN);
  const close = (a, b) => Math.abs(a - b) <= model.get("tolerance") * Math.max(1, Math.abs(b));
  const typed = (row) => model.get("given")[row.key] ?? "";
  const right = (row) => close(read(typed(row)), row.expected);

  const cells = rows.map((row, k) => {
    const input = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": row.name, size: 8 });
    const state = make("td", { class: "bp-state" });
    const put = () => model.set("given", { ...model.get("given"), [row.key]: input.value });
    input.addEventListener("change", put);
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      put();
      cells[k + 1]?.input.focus();
    });
    const label = make("th", { scope: "row" });
    label.innerHTML = row.html;
    return { input, state, line: make("tr", {}, label, make("td", {}, input), state) };
  });
  const half = cells.length > 12 ? Math.ceil(cells.length / 2) : cells.length; // a long table stands beside itself
  const tables = [cells.slice(0, half), cells.slice(half)].filter((part) => part.length).map((part) =>
    make("table", { class: "bp-trace", "aria-label": model.get("title") }, make("tbody", {}, ...part.map((cell) => cell.line))));
  const reset = make("button", { type: "button", onclick: () => model.set("given", {}) }, "Reset");
  root.insertBefore(make("div", { class: tables.length > 1 ? "bp-tables bp-pair" : "bp-tables" }, ...tables), caption);
  controls.append(reset);

  const why = (row) => {
    if (Number.isNaN(read(typed(row)))) return "that is not a number.";
    const mistake = row.mistakes.find(([value]) => close(read(typed(row)), value));
    return mistake ? mistake[1] : "compute this one again from the numbers above it.";
  };
  const sentence = (wrong, done) =>
    wrong ? `Look at ${wrong.name} first: ${why(wrong)}`
    : done === rows.length ? `All ${done} numbers are right.`
    : done ? `${done} of ${rows.length} are right so far.`
    : "Fill in the numbers from top to bottom. Each is checked as you go.";

  const draw = () => {
    const filled = rows.filter((row) => typed(row).trim());
    const wrong = filled.find((row) => !right(row));
    const good = filled.filter(right);
    rows.forEach((row, k) => {
      const { input, state, line } = cells[k];
      if (input.value !== typed(row)) input.value = typed(row);
      const ok = good.includes(row), first = row === wrong;
      line.className = ok ? "bp-right" : first ? "bp-wrong" : "";
      input.setAttribute("aria-invalid", first);
      state.textContent = ok ? "✓ right" : first ? "← look here" : filled.includes(row) ? "not yet" : "";
    });
    if (overlay) overlay.innerHTML = good.map((row) => model.get("marks")[row.key] ?? "").join("");
    caption.textContent = sentence(wrong, good.length);
  };
  listen(model, ["given"], draw);
}
