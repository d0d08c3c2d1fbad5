import { createRegistry } from "repro-kit";

/** What is known of a published set: which of its tables and columns say what an image is and what it belongs to. */
export interface DatasetPreset {
  readonly name: string;
  /** Where the set and its tables are described. */
  readonly source: string;
  /** Names of the table of labels, of which the first that is found is read; without any the folders tell the class. */
  readonly table?: readonly RegExp[];
  readonly fileColumn?: string;
  readonly classColumn?: string;
  /** One column a class, with a 1 in that of the image's. */
  readonly oneHotColumns?: readonly string[];
  /** What a cell of the class column means; cells as they are by default. */
  readonly className?: (cell: string) => string;
  /** Column of the patient or lesion, in the table of labels or in another. */
  readonly groupColumn?: string;
  readonly groupTable?: RegExp;
  /** Cells of the group column that stand for no group. */
  readonly noGroup?: readonly string[];
  /** The class of an image by its path, where no table says it; undefined for files that are no image of the set (masks). */
  readonly classOfPath?: (path: string) => string | undefined;
  /** What the user should know, such as that patients cannot be told apart. */
  readonly note?: string;
}

const covidClass = (path: string): string | undefined =>
  path.match(/(?:^|\/)(COVID|Lung_Opacity|Normal|Viral Pneumonia)\/images\/[^/]+$/i)?.[1];

/** The published sets that are known by name. */
export const datasetPresets = createRegistry<DatasetPreset>("dataset preset", [
  {
    name: "isic2019",
    source: "ISIC 2019 challenge, training set: ISIC_2019_Training_GroundTruth.csv, ISIC_2019_Training_Metadata.csv",
    table: [/ISIC_2019_Training_GroundTruth\.csv$/i],
    fileColumn: "image",
    oneHotColumns: ["MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC", "UNK"],
    groupColumn: "lesion_id",
    groupTable: /ISIC_2019_Training_Metadata\.csv$/i,
    note: "Some images have no lesion_id; each of them counts as a lesion of its own.",
  },
  {
    name: "isic2020",
    source: "SIIM-ISIC 2020 challenge, training set, also with the external melanomas (train_concat.csv)",
    table: [/^train_concat\.csv$/i, /ISIC_2020_Training_GroundTruth(_v2)?\.csv$/i, /^train\.csv$/i],
    fileColumn: "image_name",
    classColumn: "target",
    className: (cell) => ({ "0": "benign", "1": "malignant", "0.0": "benign", "1.0": "malignant" })[cell] ?? cell,
    groupColumn: "patient_id",
    noGroup: ["-1", "0", "nan"],
    note: "The external melanomas have no patient; each of them counts as one of its own, though some show the same lesion.",
  },
  {
    name: "ham10000",
    source: "HAM10000 (Tschandl et al. 2018): HAM10000_metadata",
    table: [/HAM10000_metadata(\.csv|\.tab)?$/i],
    fileColumn: "image_id",
    classColumn: "dx",
    groupColumn: "lesion_id",
  },
  {
    name: "fitzpatrick17k",
    source: "Fitzpatrick17k (Groh et al. 2021): fitzpatrick17k.csv, images named by their md5hash",
    table: [/fitzpatrick17k\.csv$/i],
    fileColumn: "md5hash",
    classColumn: "three_partition_label",
    note: "Patients are not told. The set holds copies and look-alikes: let `qgan dataset check` find them before it is split.",
  },
  {
    name: "odir-5k",
    source: "ODIR-5K, the table that gives each eye its label: full_df.csv",
    table: [/full_df\.csv$/i],
    fileColumn: "filename",
    classColumn: "labels",
    className: (cell) => cell.match(/[NDGCAHMO]/)?.[0] ?? cell,
    groupColumn: "ID",
  },
  {
    name: "covid",
    source: "COVID-19 Radiography Database (Chowdhury et al. 2020): folders of classes with images and masks",
    classOfPath: covidClass,
    note: "Patients are not told: images of one patient may stand on both sides of a split.",
  },
]);
