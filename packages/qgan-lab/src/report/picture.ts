import { type Html, html } from "./html.ts";
import type { ReportPicture } from "./report-data.ts";

/** An image inside the page: no file beside it, no network. */
export function picture({ png, width, height }: ReportPicture, alt: string): Html {
  const address = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  return html`<img src="${address}" width="${width}" height="${height}" alt="${alt}">`;
}
