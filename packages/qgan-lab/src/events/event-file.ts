import { appendFileSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { maskedCrc32c } from "./crc32c.ts";
import { bytesField, concat, doubleField, encodeMessage, type Field, floatField, integerField } from "./protobuf.ts";

/** A PNG for TensorBoard. */
export interface EventImage {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly png: Uint8Array;
}

/** A file that TensorBoard reads; every call appends whole records, so that a kill leaves at most one half-written record. */
export interface EventFile {
  readonly path: string;
  /** Numbers of one step by tag, e.g. `{ "loss/generator": 0.7 }`; those that are not finite are left out. */
  scalars(step: number, values: Readonly<Record<string, number>>): void;
  image(step: number, tag: string, image: EventImage): void;
}

/** Numbers files of one process that were begun in the same second. */
let filesOpened = 0;

/**
 * Begins `events.out.tfevents.…` in a folder.
 *
 * @param startStep - First step of this stretch of the run; on resume TensorBoard drops what older files say of it and later steps.
 * @see tensorflow/core/util/event.proto and framework/summary.proto; record format in core/lib/io/record_writer.h.
 */
export function createEventFile(folder: string, startStep = 0): EventFile {
  const seconds = String(Math.floor(Date.now() / 1000)).padStart(10, "0");
  const path = join(folder, `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${filesOpened++}`);
  writeFileSync(path, encodeRecord(encodeEvent([bytesField(3, "brain.Event:2")])));
  const start = [integerField(2, startStep), bytesField(7, encodeMessage([integerField(1, SESSION_START)]))];
  appendFileSync(path, encodeRecord(encodeEvent(start)));
  return eventFileAt(path);
}

/**
 * The newest events file of a folder, to write into from another thread than its own; undefined where there is none. TensorBoard leaves a
 * file when a newer one appears, so a training and its scores share one.
 */
export function newestEventFile(folder: string): EventFile | undefined {
  const name = readdirSync(folder)
    .filter((one) => one.startsWith("events.out.tfevents."))
    .sort()
    .at(-1);
  return name === undefined ? undefined : eventFileAt(join(folder, name));
}

function eventFileAt(path: string): EventFile {
  const append = (fields: readonly Field[]): void => appendFileSync(path, encodeRecord(encodeEvent(fields)));
  return {
    path,
    scalars(step, values) {
      const summary = Object.entries(values)
        .filter(([, value]) => Number.isFinite(value))
        .map(([tag, value]) => bytesField(1, encodeMessage([bytesField(1, tag), floatField(2, value)])));
      append([integerField(2, step), bytesField(5, encodeMessage(summary))]);
    },
    image(step, tag, { height, width, channels, png }) {
      const image = [integerField(1, height), integerField(2, width), integerField(3, channels), bytesField(4, png)];
      const value = encodeMessage([bytesField(1, tag), bytesField(4, encodeMessage(image))]);
      append([integerField(2, step), bytesField(5, encodeMessage([bytesField(1, value)]))]);
    },
  };
}

const SESSION_START = 1;

const encodeEvent = (fields: readonly Field[]): Uint8Array => encodeMessage([doubleField(1, Date.now() / 1000), ...fields]);

/** TFRecord: length (uint64), masked CRC-32C of the length, bytes, masked CRC-32C of the bytes; little endian. */
export function encodeRecord(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true);
  return concat([length, checksum(length), bytes, checksum(bytes)]);
}

function checksum(bytes: Uint8Array): Uint8Array {
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, maskedCrc32c(bytes), true);
  return sum;
}
