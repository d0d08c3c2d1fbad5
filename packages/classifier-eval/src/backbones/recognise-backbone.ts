/** Names that tell built-in backbones apart: one that must be there, and one that must not. First match wins. */
const MARKS: readonly (readonly [backbone: string, has: string, hasNot?: string])[] = [
  ["compact-cnn", "blocks.0.conv.weight"],
  ["resnet50", "layer1.0.conv3.weight", "layer3.6.conv1.weight"], // 101 and 152 have more blocks
  ["resnet34", "layer3.5.conv1.weight", "layer1.0.conv3.weight"],
  ["resnet18", "layer4.1.conv1.weight", "layer1.2.conv1.weight"],
  ["efficientnet-b0", "features.6.3.block.0.0.weight", "features.1.1.block.0.0.weight"], // larger ones repeat the first block
  ["mobilenet-v2", "features.1.conv.0.1.running_mean"],
  ["mobilenet-v2-tensorflow", "features.1.conv.0.0.bias"],
];

/** The built-in backbone other than this one that weights of these names belong to, where it can be told; one's own takes any names. */
export function recogniseOther(backbone: string, names: ReadonlySet<string>): string | undefined {
  const found = recogniseBackbone(names);
  return found !== backbone && MARKS.some(([name]) => name === backbone) ? found : undefined;
}

function recogniseBackbone(names: ReadonlySet<string>): string | undefined {
  return MARKS.find(([, has, hasNot]) => names.has(has) && (hasNot === undefined || !names.has(hasNot)))?.[0];
}
