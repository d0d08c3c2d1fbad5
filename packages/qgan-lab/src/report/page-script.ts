/** The page's only script: the slider over snapshots. Without it they stand below each other. */
export const PAGE_SCRIPT = `
for (const line of document.querySelectorAll(".time-line")) {
  const figures = [...line.querySelectorAll("figure")];
  const controls = line.nextElementSibling;
  if (figures.length < 2 || !controls) continue;
  const slider = controls.querySelector("input"), button = controls.querySelector("button");
  let timer = 0;
  const show = (i) => {
    figures.forEach((figure, k) => figure.toggleAttribute("data-shown", k === i));
    slider.value = i;
    slider.setAttribute("aria-valuetext", figures[i].querySelector("figcaption").textContent);
  };
  const stop = () => { clearInterval(timer); timer = 0; button.textContent = "Play"; };
  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  button.addEventListener("click", () => {
    if (timer) return stop();
    button.textContent = "Stop";
    let i = Number(slider.value) === figures.length - 1 ? -1 : Number(slider.value);
    timer = setInterval(() => { show(++i); if (i === figures.length - 1) stop(); }, 600);
  });
  line.setAttribute("data-live", "");
  show(figures.length - 1);
}
`;
