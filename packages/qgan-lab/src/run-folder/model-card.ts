/** What a model card says of a trained generator or of a set of images drawn from one. */
export interface ModelCardFacts {
  /** "HybridQ, melanoma" or the like. */
  readonly title: string;
  readonly kind: "generator" | "generated images";
  /** Names and values that say where it came from: model, data, checkpoint digest, seeds, versions. */
  readonly provenance: Readonly<Record<string, string>>;
  /** What was measured, by name. */
  readonly scores?: Readonly<Record<string, string>>;
  /** Whether the training images were drawn by this program and show no patient. */
  readonly fromPhantoms: boolean;
}

/** The sentence that stands on everything this project makes. */
export const RESEARCH_ONLY = "For research, not for diagnosis.";

/** A model card as Markdown. */
export function formatModelCard({ title, kind, provenance, scores = {}, fromPhantoms }: ModelCardFacts): string {
  const isSet = kind === "generated images";
  const subject = isSet
    ? "These images were made by a generative model; they show no patient"
    : "This is a generative model of images";
  return `# ${title}

**${RESEARCH_ONLY}** ${subject}.

## Where it comes from
${table("", provenance)}
${
  fromPhantoms
    ? "The training images are phantoms, drawn by a program; nothing here says anything about real skin.\n"
    : "The licence of the training images, and what their subjects agreed to, also bind what is made from them: see NOTICE.\n"
}
## How good it is
${Object.keys(scores).length > 0 ? table("measured", scores) : "Not measured yet: run `qgan metrics`.\n"}
## Use
- For: research on generative models; studies of data augmentation, with real test images only.
- Not for: diagnosis, screening, treatment, or teaching what a disease looks like.

## Limits
- A generator may repeat training images. Compare with the nearest training images before you pass generated images on.
- What is rare in the training images (skin tones, devices, sites, ages) is rarer still in what is generated.
- Scores from a few hundred images are rough; the number of images stands beside each.
`;
}

const escapeCell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function table(head: string, rows: Readonly<Record<string, string>>): string {
  const lines = Object.entries(rows).map(([name, value]) => `| ${escapeCell(name)} | ${escapeCell(value)} |`);
  return [`| | ${head} |`, "|---|---|", ...lines, ""].join("\n");
}
