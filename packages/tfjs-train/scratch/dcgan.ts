import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import * as T from "tfjs-train";
export function build(ngf = 64, ndf = 64, batch = 32) {
  const rng = createRng(1);
  const G: Record<string, tf.Tensor> = {}, D: Record<string, tf.Tensor> = {};
  const gch = [100, ngf * 8, ngf * 4, ngf * 2, ngf, 3], dch = [3, ndf, ndf * 2, ndf * 4, ndf * 8, 1];
  for (let i = 0; i < 5; i++) {
    G[`c${i}.weight`] = T.normalInit(rng.fork("g", i), [4, 4, gch[i + 1], gch[i]], 0.02);
    D[`c${i}.weight`] = T.normalInit(rng.fork("d", i), [4, 4, dch[i], dch[i + 1]], 0.02);
    if (i < 4) { G[`b${i}.weight`] = tf.ones([gch[i + 1]]); G[`b${i}.bias`] = tf.zeros([gch[i + 1]]); }
    if (i > 0 && i < 4) { D[`b${i}.weight`] = tf.ones([dch[i + 1]]); D[`b${i}.bias`] = tf.zeros([dch[i + 1]]); }
  }
  const rs = (c: number) => ({ running_mean: tf.zeros([c]), running_var: tf.ones([c]) });
  const g = (p: T.Params, z: tf.Tensor2D) => {
    let x = tf.reshape(z, [batch, 1, 1, 100]) as tf.Tensor4D;
    for (let i = 0; i < 5; i++) {
      x = T.convTranspose2d(x, { weight: p[`c${i}.weight`] }, { stride: i ? 2 : 1, padding: i ? 1 : 0 });
      if (i < 4) x = T.relu(T.batchNorm(x, { weight: p[`b${i}.weight`], bias: p[`b${i}.bias`], ...rs(gch[i + 1]) }, { training: true }).y);
    }
    return T.tanh(x);
  };
  const d = (p: T.Params, x: tf.Tensor4D) => {
    for (let i = 0; i < 5; i++) {
      x = T.conv2d(x, { weight: p[`c${i}.weight`] }, { stride: i < 4 ? 2 : 1, padding: i < 4 ? 1 : 0 });
      if (i > 0 && i < 4) x = T.batchNorm(x, { weight: p[`b${i}.weight`], bias: p[`b${i}.bias`], ...rs(dch[i + 1]) }, { training: true }).y;
      if (i < 4) x = T.leakyRelu(x, 0.2);
    }
    return tf.reshape(x, [batch]);
  };
  return { G: G as T.Params, D: D as T.Params, g, d };
}
export const cpuMs = () => { const c = process.cpuUsage(); return (c.user + c.system) / 1e3; };
if (process.argv[1].endsWith("dcgan.ts")) {
const info = await T.ready({ backend: (process.env.BK ?? "wasm") as "wasm", threads: process.env.TH ? Number(process.env.TH) : undefined });
console.log(info.reason, info.threads);
const batch = Number(process.env.B ?? 32);
const m = build(64, 64, batch); let { G, D } = m;
const opt = T.adam({ learningRate: 2e-4, beta1: 0.5 });
let gs = opt.init(G), ds = opt.init(D);
const real = tf.randomUniform([batch, 64, 64, 3], -1, 1, "float32", 3) as tf.Tensor4D;
const prof: Record<string, [number, number]> = {};
if (process.env.PROF) {
  const e = tf.engine() as any; const orig = e.runKernel.bind(e);
  let depth = 0;
  e.runKernel = (n: string, i: any, a: any) => { const t = process.env.PROFC ? cpuMs() : performance.now(); depth++; const r = orig(n, i, a); depth--; if (depth === 0) { const key = process.env.SHAPES && /Conv2D/.test(n) ? n + " " + Object.values(i).map((t: any) => t.shape).join("|") : n; const q = (prof[key] ??= [0, 0]); q[0] += (process.env.PROFC ? cpuMs() : performance.now()) - t; q[1]++; } return r; };
}
const N = Number(process.env.N ?? 3);
function step(k: number) {
  const z = tf.randomNormal([batch, 100], 0, 1, "float32", k) as tf.Tensor2D;
  const fake = tf.tidy(() => m.g(G, z));
  const dl = T.valueAndGrads((p) => tf.tidy(() => tf.add(tf.mean(T.softplus(tf.neg(m.d(p, real)))), tf.mean(T.softplus(m.d(p, fake)))) as tf.Scalar))(D);
  const nd = opt.step(D, dl.grads, ds);
  const gl = T.valueAndGrads((p) => tf.tidy(() => tf.mean(T.softplus(tf.neg(m.d(nd.params, m.g(p, z))))) as tf.Scalar))(G);
  const ng = opt.step(G, gl.grads, gs);
  T.disposeParams(D, ds, G, gs, dl.grads, gl.grads); D = nd.params; ds = nd.state; G = ng.params; gs = ng.state;
  const out = [dl.value.dataSync()[0], gl.value.dataSync()[0]];
  tf.dispose([z, fake, dl.value, gl.value]);
  return out;
}
for (let k = 0; k < N + 1; k++) {
  if (k === 1) for (const q in prof) delete prof[q];
  const c = cpuMs(), w = performance.now();
  const l = step(k);
  console.log(l.map((v) => v.toFixed(4)).join(" "), "cpu", (cpuMs() - c).toFixed(0), "wall", (performance.now() - w).toFixed(0), tf.memory().numTensors, process.memoryUsage().rss / 1e6 | 0);
}
if (process.env.PROF) for (const [n, [t, c]] of Object.entries(prof).sort((a, b) => b[1][0] - a[1][0]).slice(0, 40)) console.log(n.padEnd(28), (t / N).toFixed(1), (c / N).toFixed(0));
process.exit(0);
}
