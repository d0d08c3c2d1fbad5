import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodePng } from "../png/encode-png.ts";
import { importImages } from "./import-images.ts";
import { datasetPresets } from "./presets.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "presets-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

let shade = 0;
/** A grey picture at a path, each of another shade. */
function picture(path: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(
    join(folder, path),
    encodePng({ data: new Uint8Array(16).fill(shade++ % 250), height: 4, width: 4, channels: 1 }),
  );
}

const table = (path: string, lines: readonly string[]): void => writeFileSync(join(folder, path), lines.join("\n"));

/** Class and group of each image by its path. */
async function read(preset: string, source = folder): Promise<Record<string, [string | undefined, string | undefined]>> {
  const images = await importImages({ source, preset });
  const found: Record<string, [string | undefined, string | undefined]> = {};
  for await (const { source: path, label, group } of images) found[path ?? ""] = [images.classes?.[label ?? -1], group];
  return found;
}

describe("presets", () => {
  it("isic2019: one column a class, lesions in the other table", async () => {
    for (const name of ["ISIC_1", "ISIC_2", "ISIC_3_downsampled"]) picture(`images/${name}.png`);
    table("ISIC_2019_Training_GroundTruth.csv", [
      "image,MEL,NV,BCC,UNK",
      "ISIC_1,1.0,0.0,0.0,0.0",
      "ISIC_2,0.0,1.0,0,0",
      "ISIC_3_downsampled,0,1,0,0",
    ]);
    expect(await read("isic2019")).toEqual({
      "images/ISIC_1.png": ["MEL", undefined],
      "images/ISIC_2.png": ["NV", undefined],
      "images/ISIC_3_downsampled.png": ["NV", undefined],
    });
    table("ISIC_2019_Training_Metadata.csv", [
      "image,age_approx,lesion_id,sex",
      "ISIC_1,55,L1,female",
      "ISIC_2,60,L1,male",
      "ISIC_3_downsampled,,,",
    ]);
    expect(await read("isic2019", join(folder, "images"))).toEqual({
      "ISIC_1.png": ["MEL", "L1"],
      "ISIC_2.png": ["NV", "L1"],
      "ISIC_3_downsampled.png": ["NV", undefined],
    });
  });

  it("isic2020: patients, and external melanomas without one", async () => {
    for (const name of ["ISIC_a", "ISIC_b", "x"]) picture(`train/${name}.png`);
    table("train_concat.csv", ["image_name,patient_id,sex,target", "ISIC_a,IP_1,male,0", "ISIC_b,IP_1,male,1", "x,-1,female,1"]);
    expect(await read("isic2020")).toEqual({
      "train/ISIC_a.png": ["benign", "IP_1"],
      "train/ISIC_b.png": ["malignant", "IP_1"],
      "train/x.png": ["malignant", undefined],
    });
    // Of the challenge's own table and the one with the external melanomas the latter is read.
    table("train.csv", ["image_name,patient_id,target", "ISIC_a,IP_9,0", "ISIC_b,IP_9,0"]);
    expect((await read("isic2020"))["train/x.png"]).toEqual(["malignant", undefined]);
    rmSync(join(folder, "train_concat.csv"));
    rmSync(join(folder, "train", "x.png"));
    expect((await read("isic2020"))["train/ISIC_b.png"]).toEqual(["benign", "IP_9"]);
  });

  it("ham10000, fitzpatrick17k, odir-5k: columns by name", async () => {
    for (const name of ["ISIC_1", "ISIC_2", "00aa", "00bb", "7_left", "7_right"]) picture(`${name}.png`);
    table("HAM10000_metadata", ["lesion_id,image_id,dx", "HAM_1,ISIC_1,mel", "HAM_1,ISIC_2,nv"]);
    table("fitzpatrick17k.csv", [
      "md5hash,label,three_partition_label",
      "00aa,psoriasis,non-neoplastic",
      "00bb,melanoma,malignant",
    ]);
    table("full_df.csv", ["ID,filename,labels", "7,7_left.png,['N']", "7,7_right.png,['D']"]);
    expect(Object.values(await read("ham10000"))).toEqual([
      ["mel", "HAM_1"],
      ["nv", "HAM_1"],
    ]);
    expect(await read("fitzpatrick17k")).toEqual({
      "00aa.png": ["non-neoplastic", undefined],
      "00bb.png": ["malignant", undefined],
    });
    expect(await read("odir-5k")).toEqual({ "7_left.png": ["N", "7"], "7_right.png": ["D", "7"] });
  });

  it("covid: the folders, without the masks", async () => {
    for (const path of ["COVID/images/COVID-1", "COVID/masks/COVID-1", "Normal/images/Normal-1", "Viral Pneumonia/images/VP-1"])
      picture(`${path}.png`);
    expect(await read("covid")).toEqual({
      "COVID/images/COVID-1.png": ["COVID", undefined],
      "Normal/images/Normal-1.png": ["Normal", undefined],
      "Viral Pneumonia/images/VP-1.png": ["Viral Pneumonia", undefined],
    });
  });

  it("names what is missing", async () => {
    picture("a.png");
    picture("b.png");
    await expect(read("ham1000")).rejects.toThrow('did you mean "ham10000"');
    await expect(read("ham10000")).rejects.toThrow("the preset ham10000 needs its table");
    await expect(read("covid")).rejects.toThrow("lies where covid has them");
    table("HAM10000_metadata.csv", ["image_id,diagnosis", "a,mel"]);
    await expect(read("ham10000")).rejects.toThrow('has no column "lesion_id"');
    await expect(importImages({ source: folder, preset: "ham10000", labels: "x.csv" })).rejects.toThrow("leave out labels");
    expect(datasetPresets.names()).toHaveLength(6);
  });
});
