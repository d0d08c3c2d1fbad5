interface V8Module {
  setFlagsFromString(flags: string): void;
}

/** (func (export "f") (result f32) (f32x4.extract_lane 0 (f32x4.relaxed_madd (splat 2) (splat 3) (splat 5)))) */
const probe = (() => {
  const splat = (highBytes: readonly number[]) => [0x43, 0, 0, ...highBytes, 0xfd, 0x13];
  const body = [0, ...splat([0, 0x40]), ...splat([0x40, 0x40]), ...splat([0xa0, 0x40]), 0xfd, 0x85, 2, 0xfd, 0x1f, 0, 0x0b];
  const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7d, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0];
  return Uint8Array.from([...head, 10, body.length + 2, 1, body.length, ...body]);
})();

/** Whether relaxed SIMD is known now, with the operands in the order that the standard settled on: 2·3 + 5, not 2 + 3·5. */
function isKnown(): boolean {
  if (!WebAssembly.validate(probe)) return false;
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(probe)).exports as { f(): number }; // the probe above
  return f() === 11;
}

/**
 * What `compile` makes of a module with relaxed SIMD, or undefined where the engine does not know it. Node 20 knows it behind a switch,
 * which is put on and left on: it is the whole process's, and switched off it would fail the modules that other threads compile just then.
 */
export function withRelaxedSimd<T>(compile: () => T): T | undefined {
  if (!isKnown()) {
    const v8 = globalThis.process?.getBuiltinModule?.("node:v8") as V8Module | undefined;
    if (!v8 || !globalThis.process?.versions?.node?.startsWith("20.")) return undefined;
    v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
    if (!isKnown()) return undefined;
  }
  return compile();
}
