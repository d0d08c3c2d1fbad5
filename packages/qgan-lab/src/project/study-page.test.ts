import { expect, test } from "vitest";
import type { ProjectedImage } from "./project-options.ts";
import { formatStudy } from "./study-page.ts";

function tableOf(distances: readonly number[]): string[] {
  const images = distances.map((distance, i) => ({ name: `${i}.png`, kind: "real", distance, levels: 1 }) as ProjectedImage); // what the page reads
  const pictures = images.map(() => ({ target: "", projected: "" }));
  const page = formatStudy({ title: "a run", images, pictures, provenance: { distance: "LPIPS" }, isDone: true });
  const body = page.slice(page.indexOf('<table class="numbers">'), page.indexOf("</tbody>"));
  return [...body.matchAll(/<td>([^<]*)<\/td>/g)].map(([, cell]) => cell);
}

test("the numbers of a table stand under each other: as many decimals in every column", () => {
  expect(tableOf([0.18, 0.55, 0.3])).toEqual(["3", "0.343", "0.189", "0.180", "0.240", "0.300", "0.425", "0.550"]);
  expect(tableOf([18, 55, 30]).at(-1)).toBe("55.0");
  expect(tableOf([1800, 5500, 3000]).at(-1)).toBe("5500");
  expect(tableOf([0, 0, 0]).at(-1)).toBe("0.00");
});
