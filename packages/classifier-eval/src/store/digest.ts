import type { Params } from "tfjs-train";
import type { ImageSource } from "../data/image-source.ts";

/** SHA-256 in hex. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>); // never a shared buffer here
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** SHA-256 of plain data, by its JSON. */
export const digestOf = (value: unknown): Promise<string> => sha256(new TextEncoder().encode(JSON.stringify(value)));

/** Images that are hashed together. */
const BLOCK = 64;

/** Of every image's bytes in their order, and of their shape; labels do not count. */
export async function digestImages({ imageShape, images }: ImageSource, count: number): Promise<string> {
  const blocks: string[] = [];
  for (let start = 0; start < count; start += BLOCK) {
    const indices = Array.from({ length: Math.min(BLOCK, count - start) }, (_, k) => start + k);
    blocks.push(await sha256(Uint8Array.from(await images(indices))));
  }
  return digestOf([imageShape, count, blocks]);
}

/** Of every tensor's name, shape and values, whatever their order. */
export async function digestParams(params: Params): Promise<string> {
  const tensors: [string, readonly number[], string][] = [];
  for (const name of Object.keys(params).sort()) {
    const values = Float32Array.from(await params[name].data());
    tensors.push([name, params[name].shape, await sha256(new Uint8Array(values.buffer))]);
  }
  return digestOf(tensors);
}
