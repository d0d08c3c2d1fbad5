/** The page's own script: draws the map on a canvas, and follows pointer, wheel, pinch and keys. */
export const MAP_SCRIPT = `
(() => {
  const $ = (selector) => document.querySelector(selector);
  const data = JSON.parse($("[data-points]").textContent);
  const sprite = $("[data-sprite]");
  const stage = $(".stage");
  const canvas = stage.querySelector("canvas");
  const context = canvas.getContext("2d");
  const tip = $(".tip");
  const { items, side, columns } = data;
  // Drawn in a mixed order, so that neither kind lies on top of the other.
  const order = items.map((_, i) => i).sort((a, b) => ((a * 2654435761) >>> 0) - ((b * 2654435761) >>> 0));
  const shown = { kinds: [true, true], name: "", map: Object.keys(data.maps)[0], pictures: false, chosen: -1, hover: -1 };
  let view = { x: 0, y: 0, scale: 1 };
  let place = data.maps[shown.map].slice();
  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    return ["--series-1", "--series-2", "--ink"].map((name) => style.getPropertyValue(name).trim());
  };
  const names = [...new Set(items.map((item) => item[2]).filter(Boolean))];
  const select = $("[data-class]");
  if (names.length === 0) select.parentElement.hidden = true;
  for (const name of names) select.add(new Option(name, name));

  const isShown = (i) => shown.kinds[items[i][0]] && (!shown.name || items[i][2] === shown.name);
  const bounds = (map) => {
    const range = (offset) => {
      let [low, high] = [Infinity, -Infinity];
      for (let i = offset; i < map.length; i += 2) { low = Math.min(low, map[i]); high = Math.max(high, map[i]); }
      return [low, high];
    };
    return [range(0), range(1)];
  };
  const fit = () => {
    const [[left, right], [low, high]] = bounds(data.maps[shown.map]);
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const scale = 0.88 * Math.min(width / (right - left || 1), height / (high - low || 1));
    view = { scale, x: width / 2 - scale * (left + right) / 2, y: height / 2 - scale * (low + high) / 2 };
  };
  const at = (i) => [view.x + view.scale * place[2 * i], view.y + view.scale * place[2 * i + 1]];
  const source = (i) => [(i % columns) * side, Math.floor(i / columns) * side];
  const density = () => {
    let count = 0;
    for (let i = 0; i < items.length; i++) {
      if (!isShown(i)) continue;
      const [x, y] = at(i);
      if (x > 0 && y > 0 && x < canvas.clientWidth && y < canvas.clientHeight) count++;
    }
    return count / Math.max(1, (canvas.clientWidth * canvas.clientHeight) / 1e4);
  };

  let isDue = false;
  const draw = () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      const ratio = window.devicePixelRatio || 1;
      const [width, height] = [canvas.clientWidth, canvas.clientHeight];
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      const [real, generated, ink] = colours();
      const size = shown.pictures ? Math.max(18, Math.min(72, 60 / Math.sqrt(Math.max(0.2, density())))) : 0;
      context.imageSmoothingEnabled = size < side;
      for (const i of order) {
        if (!isShown(i)) continue;
        const [x, y] = at(i);
        if (x < -80 || y < -80 || x > width + 80 || y > height + 80) continue;
        const colour = items[i][0] ? generated : real;
        if (shown.pictures) {
          context.fillStyle = colour;
          context.fillRect(x - size / 2 - 2, y - size / 2 - 2, size + 4, size + 4);
          context.drawImage(sprite, ...source(i), side, side, x - size / 2, y - size / 2, size, size);
        } else {
          context.globalAlpha = 0.8;
          context.fillStyle = colour;
          context.beginPath();
          if (items[i][0]) { context.moveTo(x, y - 5); context.lineTo(x + 5, y + 4); context.lineTo(x - 5, y + 4); context.closePath(); }
          else context.arc(x, y, 4, 0, 7);
          context.fill();
          context.globalAlpha = 1;
        }
      }
      context.strokeStyle = ink;
      context.lineWidth = 2;
      if (shown.chosen >= 0) {
        const [x, y] = at(shown.chosen);
        const [u, v] = at(items[shown.chosen][3]);
        context.setLineDash([5, 4]);
        context.beginPath(); context.moveTo(x, y); context.lineTo(u, v); context.stroke();
        context.setLineDash([]);
      }
      for (const i of [shown.chosen, shown.hover]) {
        if (i < 0) continue;
        const [x, y] = at(i);
        context.beginPath(); context.arc(x, y, shown.pictures ? size * 0.75 : 9, 0, 7); context.stroke();
      }
    });
  };

  const nearestTo = (x, y, reach) => {
    let best = -1;
    let least = reach * reach;
    for (let i = 0; i < items.length; i++) {
      if (!isShown(i)) continue;
      const [u, v] = at(i);
      const square = (u - x) ** 2 + (v - y) ** 2;
      if (square < least) { least = square; best = i; }
    }
    return best;
  };
  const paint = (target, i) => {
    const area = target.getContext("2d");
    area.imageSmoothingEnabled = false;
    area.drawImage(sprite, ...source(i), side, side, 0, 0, 128, 128);
  };
  const describe = (i) => [items[i][0] ? "generated" : "real", items[i][2], items[i][1]].filter(Boolean).join(", ");
  const hover = (i, x, y) => {
    shown.hover = i;
    tip.style.display = i < 0 ? "none" : "block";
    if (i >= 0) {
      paint(tip.querySelector("canvas"), i);
      tip.querySelector("span").textContent = describe(i);
      tip.style.left = Math.max(4, Math.min(x + 14, canvas.clientWidth - 158)) + "px";
      tip.style.top = Math.max(4, Math.min(y + 14, canvas.clientHeight - 190)) + "px";
    }
    draw();
  };
  const choose = (i) => {
    shown.chosen = i;
    const box = $(".chosen");
    box.replaceChildren();
    if (i >= 0) {
      const other = items[i][3];
      for (const [k, text] of [[i, describe(i)], [other, "nearest of the other kind: " + describe(other) + ", distance " + items[i][4]]]) {
        const figure = document.createElement("figure");
        const picture = document.createElement("canvas");
        picture.width = picture.height = 128;
        paint(picture, k);
        const caption = document.createElement("figcaption");
        caption.textContent = text;
        figure.append(picture, caption);
        box.append(figure);
      }
    }
    draw();
  };
  const zoom = (factor, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) => {
    view = { scale: view.scale * factor, x: x + (view.x - x) * factor, y: y + (view.y - y) * factor };
    draw();
  };

  const pointers = new Map();
  let moved = 0;
  let spread = 0;
  const place2 = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, place2(event));
    moved = 0;
    spread = 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = place2(event);
    const last = pointers.get(event.pointerId);
    if (!last) return hover(nearestTo(x, y, 24), x, y);
    pointers.set(event.pointerId, [x, y]);
    moved += Math.abs(x - last[0]) + Math.abs(y - last[1]);
    if (pointers.size === 2) {
      const [a, b] = [...pointers.values()];
      const now = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (spread > 0) zoom(now / spread, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
      spread = now;
    } else {
      view.x += x - last[0];
      view.y += y - last[1];
      draw();
    }
  });
  const release = (event) => {
    const [x, y] = place2(event);
    if (event.type === "pointerup" && pointers.size === 1 && moved < 6) {
      const i = nearestTo(x, y, 30);
      choose(i);
      if (event.pointerType !== "mouse") hover(i, x, y);
    }
    pointers.delete(event.pointerId);
    spread = 0;
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") hover(-1); });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), ...place2(event));
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[event.key];
    if (move) { view.x += move[0]; view.y += move[1]; draw(); }
    else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else return;
    event.preventDefault();
  });

  const note = () => { $("[data-note]").textContent = data.notes[shown.map] ?? ""; };
  for (const button of document.querySelectorAll("[data-map]"))
    button.addEventListener("click", () => {
      for (const other of document.querySelectorAll("[data-map]")) other.setAttribute("aria-pressed", String(other === button));
      shown.map = button.dataset.map;
      place = data.maps[shown.map].slice();
      fit(); note(); hover(-1); draw();
    });
  for (const box of document.querySelectorAll("[data-kind]"))
    box.addEventListener("change", () => { shown.kinds[Number(box.dataset.kind)] = box.checked; draw(); });
  select.addEventListener("change", () => { shown.name = select.value; draw(); });
  const pictures = $("[data-pictures]");
  pictures.addEventListener("click", () => {
    shown.pictures = !shown.pictures;
    pictures.setAttribute("aria-pressed", String(shown.pictures));
    draw();
  });
  for (const button of document.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => zoom(Number(button.dataset.zoom)));
  $("[data-reset]").addEventListener("click", () => { fit(); draw(); });
  new ResizeObserver(() => { fit(); draw(); }).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  if (/pictures/.test(location.hash)) pictures.click();
  const asked = /map=([^&]+)/.exec(location.hash);
  if (asked) [...document.querySelectorAll("[data-map]")].find((button) => button.dataset.map === decodeURIComponent(asked[1]))?.click();
  const chosen = /image=(\\d+)/.exec(location.hash);
  if (chosen) choose(Number(chosen[1]));
  fit(); note(); draw();
  sprite.decode().then(draw, draw);
})();
`;
