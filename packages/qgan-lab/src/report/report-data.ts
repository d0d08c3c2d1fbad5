/** One logged step of training, a line of stats.jsonl. */
export interface StatsLine {
  readonly step: number;
  /** Real images shown so far. */
  readonly images: number;
  /** Seconds of training so far, over all resumptions. */
  readonly seconds: number;
  /** Numbers by name: "loss/generator", "loss/discriminator", "noise/bound", "grad/…". */
  readonly values: Readonly<Record<string, number>>;
}

/** One measurement of generated images, a line of metric-*.jsonl. */
export interface ScoreLine {
  readonly step: number;
  readonly images: number;
  /** Name of the measure: "fid768", "kid768", "pairwise". */
  readonly metric: string;
  /** What the name means: "FID at the 768 tap". */
  readonly title: string;
  readonly value: number;
  /** 95 % interval, where there is one. */
  readonly interval?: readonly [number, number];
  readonly better: "lower" | "higher" | "near";
  /** The same measure between two halves or sets of real images: the floor that a perfect generator would reach. */
  readonly realValue?: number;
  readonly protocol: Readonly<Record<string, string | number>>;
}

/** A picture for the report. */
export interface ReportPicture {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface Snapshot extends ReportPicture {
  readonly step: number;
  readonly images: number;
  readonly seconds: number;
}

export interface GeneratorReport {
  /** The class that it was trained on, or "all images". */
  readonly label: string;
  readonly model: string;
  readonly numParameters: number;
  /** Oldest first; the first was taken before training. */
  readonly snapshots: readonly Snapshot[];
  readonly reals?: ReportPicture;
  readonly stats: readonly StatsLine[];
  readonly scores: readonly ScoreLine[];
  readonly circuit?: { readonly svg: string; readonly text: string; readonly sentence: string };
}

/** A share with its 95 % interval, all in [0, 1]. */
export interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface ClassifierOutcome {
  readonly accuracy: Share;
  readonly macroPrecision: Share;
  readonly macroRecall: Share;
  /** [truth][prediction], counts. */
  readonly confusion: readonly (readonly number[])[];
  readonly numReal: number;
  readonly numGenerated: number;
}

export interface ClassificationReport {
  readonly classes: readonly string[];
  readonly realOnly: ClassifierOutcome;
  readonly withGenerated: ClassifierOutcome;
  readonly numTest: number;
  /** How it was done: which classes were augmented, how often repeated. */
  readonly sentence: string;
}

/** Everything that report.html shows. */
export interface ReportData {
  readonly title: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly data: {
    readonly name: string;
    /** Whether a program drew the training images. */
    readonly isPhantom: boolean;
    readonly imageShape: readonly [number, number, number];
    readonly classes: readonly { readonly name: string; readonly count: number }[];
  };
  readonly generators: readonly GeneratorReport[];
  readonly classification?: ClassificationReport;
  readonly times: readonly { readonly part: string; readonly seconds: number }[];
  readonly protocol: Readonly<Record<string, string>>;
  /** What was left out or went differently, and what to do about it. */
  readonly remarks: readonly string[];
}
