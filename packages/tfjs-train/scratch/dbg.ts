import * as tf from "@tensorflow/tfjs-core";
import * as T from "tfjs-train";
await T.ready({backend:"cpu"}); await T.ready({backend:"wasm"});
const cmp = async (f:()=>tf.Tensor)=>{const r:any[]=[];for(const b of ["cpu","wasm"] as const){await T.ready({backend:b});r.push(tf.tidy(f).dataSync());}let m=0,w=-1;for(let i=0;i<r[0].length;i++){const e=Math.abs(r[0][i]-r[1][i]);if(!(e<=m)){m=e;w=i}}return [m,w,r[0].length, r[0][w], r[1][w]];};
const x=tf.randomNormal([2,14,7,5],0,1,"float32",1).arraySync() as any, w=tf.randomNormal([1,3,5,3],0,1,"float32",2).arraySync() as any, dy=tf.randomNormal([2,4,3,3],0,1,"float32",3).arraySync() as any;
console.log("fwd",await cmp(()=>tf.conv2d(tf.tensor4d(x),tf.tensor4d(w),[4,3],"same")));
console.log("dx",await cmp(()=>tf.conv2dTranspose(tf.tensor4d(dy),tf.tensor4d(w),[2,14,7,5],[4,3],"same")));
console.log("dw",await cmp(()=>tf.engine().runKernel("Conv2DBackpropFilter",{x:tf.tensor4d(x),dy:tf.tensor4d(dy)},{strides:[4,3],pad:"same",dataFormat:"NHWC",filterShape:[1,3,5,3]} as any) as tf.Tensor));
process.exit(0)
