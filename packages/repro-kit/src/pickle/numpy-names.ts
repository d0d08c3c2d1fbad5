import { expect } from "../errors.ts";
import { bytesOf, callable, type PickleNames, type PickleStateful, plainNames } from "./pickle-names.ts";

const SCOPE = "readPickle";
/** bool, and the integers and floats that a typed array can hold. */
const PLAIN_TYPE = /^(b1|[iu][1248]|f[248])$/;

/** The element type of a numpy array: kind and size in bytes, and the order of the bytes. */
export interface NumpyType {
  /** `b1`, `i1` … `i8`, `u1` … `u8`, `f2`, `f4` or `f8`. */
  readonly type: string;
  readonly isBigEndian: boolean;
}

/** A numpy array as it stands in a pickle: its bytes are a view of the file where they were stored as bytes. */
export interface PickledArray extends NumpyType {
  readonly shape: readonly number[];
  /** Whether the first index changes fastest. */
  readonly isFortran: boolean;
  readonly bytes: Uint8Array;
}

/** What a pickle with numpy arrays and scalars may name, of numpy 1 and 2. Arrays of objects, text and records are refused. */
export const numpyNames: PickleNames = Object.fromEntries([
  ["numpy.dtype", callable(makeType)],
  ["numpy.ndarray", { className: "numpy.ndarray" }],
  ["_codecs.encode", plainNames["_codecs.encode"]],
  ...["numpy.core", "numpy._core"].flatMap((core) => [
    [`${core}.multiarray.scalar`, callable(readScalar)],
    [`${core}.multiarray._reconstruct`, callable(makeArray)],
    [`${core}.numeric._frombuffer`, callable(([data, type, shape, order]) => fillArray(shape, type, order === "F", data))],
  ]),
]);

/** Whether a value of a pickle is a numpy array that was filled. */
export function isPickledArray(value: unknown): value is PickledArray {
  return (
    typeof value === "object" && value !== null && "isFortran" in value && "bytes" in value && value.bytes instanceof Uint8Array
  );
}

interface TypeInPickle extends NumpyType, PickleStateful {}

/** numpy.dtype("f4", …), whose byte order comes as its state. */
function makeType([name]: readonly unknown[]): TypeInPickle {
  const isPlain = typeof name === "string" && PLAIN_TYPE.test(name);
  expect(isPlain, SCOPE, () => `the file asks for numpy.dtype("${String(name).slice(0, 40)}"), which is no plain number type.`);
  let isBigEndian = false;
  return {
    type: name,
    get isBigEndian() {
      return isBigEndian;
    },
    setState(state) {
      expect(Array.isArray(state) && state.length >= 2, SCOPE, "the state of a numpy dtype is damaged.");
      const [, order, subarray = null, names = null, fields = null] = state;
      expect(["<", ">", "|", "="].includes(order), SCOPE, "the byte order of a numpy dtype is damaged.");
      expect(subarray === null && names === null && fields === null, SCOPE, "records are no plain numbers; they are not read.");
      isBigEndian = order === ">";
    },
  };
}

function isType(value: unknown): value is TypeInPickle {
  return typeof value === "object" && value !== null && "type" in value && "isBigEndian" in value;
}

/** A number, or a boolean. */
function readScalar([type, data]: readonly unknown[]): number | bigint | boolean {
  expect(isType(type), SCOPE, "a numpy scalar must name its dtype.");
  const bytes = bytesOf(data);
  expect(bytes.length === itemSize(type), SCOPE, `a numpy scalar of type ${type.type} has ${bytes.length} bytes.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = !type.isBigEndian;
  const readers: Readonly<Record<string, () => number | bigint | boolean>> = {
    b1: () => bytes[0] !== 0,
    i1: () => view.getInt8(0),
    i2: () => view.getInt16(0, isLittle),
    i4: () => view.getInt32(0, isLittle),
    i8: () => exact(view.getBigInt64(0, isLittle)),
    u1: () => view.getUint8(0),
    u2: () => view.getUint16(0, isLittle),
    u4: () => view.getUint32(0, isLittle),
    u8: () => exact(view.getBigUint64(0, isLittle)),
    f2: () => halfOf(view.getUint16(0, isLittle)),
    f4: () => view.getFloat32(0, isLittle),
    f8: () => view.getFloat64(0, isLittle),
  };
  return readers[type.type]();
}

/** numpy.core.multiarray._reconstruct(ndarray, (0,), "b"): an array that its state fills. */
function makeArray([kind]: readonly unknown[]): PickleStateful {
  const isArray = typeof kind === "object" && kind !== null && "className" in kind;
  expect(isArray, SCOPE, "numpy._reconstruct makes numpy.ndarray, and nothing else.");
  const array: PickleStateful = {
    setState(state) {
      expect(Array.isArray(state) && state.length === 5, SCOPE, "the state of a numpy array is damaged.");
      const [, shape, type, isFortran, data] = state;
      Object.assign(array, fillArray(shape, type, isFortran === true, data));
    },
  };
  return array;
}

function fillArray(shape: unknown, type: unknown, isFortran: boolean, data: unknown): PickledArray {
  expect(isType(type), SCOPE, "a numpy array must name its dtype.");
  const isShape = Array.isArray(shape) && shape.length <= 64 && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  expect(isShape, SCOPE, "the shape of a numpy array must be sizes ≥ 0.");
  const bytes = bytesOf(data);
  const wanted = shape.reduce((product: number, size: number) => product * size, itemSize(type));
  expect(wanted === bytes.length, SCOPE, `a numpy array of shape [${shape}] and type ${type.type} has ${bytes.length} bytes.`);
  return { type: type.type, isBigEndian: type.isBigEndian, shape, isFortran, bytes };
}

const itemSize = ({ type }: NumpyType): number => Number(type.slice(1));

const exact = (value: bigint): number | bigint =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;

/** Value of an IEEE 754 binary16. */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
