/** Text that is already HTML. */
export interface Html {
  readonly html: string;
}

type Content = Html | string | number | undefined | false | readonly Content[];

/** HTML from a template; everything put in is escaped but what is `Html` already. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return { html: strings.map((text, i) => text + (i < contents.length ? render(contents[i]) : "")).join("") };
}

/** Marks text as HTML that needs no escaping. */
export const trusted = (text: string): Html => ({ html: text });

function render(content: Content): string {
  if (content === undefined || content === false) return "";
  if (Array.isArray(content)) return content.map(render).join("");
  if (typeof content === "object") return (content as Html).html; // arrays are dealt with above
  return String(content).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** An id for a part of the page: without spaces, which would separate ids. */
export const idOf = (part: string, label: string): string => `${part}-${label.replace(/\W+/g, "-")}`;
