import type { TokenReader } from "./qasm-reader.ts";
import { qasmError, showToken, type Token } from "./qasm-tokens.ts";

/** Registers of one kind, one behind the other. */
export interface Registers {
  readonly sizes: ReadonlyMap<string, number>;
  /** Entries of all registers. */
  total(): number;
  /** `name[size];` */
  declare(reader: TokenReader): void;
  /** A register or one entry of it, as indices through all registers. */
  argument(reader: TokenReader): RegisterArgument;
}

interface RegisterArgument {
  readonly indices: readonly number[];
  /** A whole register: the statement acts on its entries one by one. */
  readonly isWhole: boolean;
  readonly token: Token;
}

/** Registers of qubits or bits, `most` entries in all; `isTaken` says which names others have. */
export function createRegisters(kind: string, most: number, isTaken: (name: string) => boolean): Registers {
  const sizes = new Map<string, number>();
  const starts = new Map<string, number>();
  let total = 0;
  return {
    sizes,
    total: () => total,
    declare(reader) {
      const name = reader.name("a register's name");
      if (sizes.has(name.text) || isTaken(name.text)) throw qasmError(name, `register "${name.text}" exists already.`);
      reader.take("[");
      const size = reader.next();
      if (!/^[1-9]\d*$/.test(size.text))
        throw qasmError(size, `a register's size must be a whole number ≥ 1; got ${showToken(size)}.`);
      if (total + Number(size.text) > most) throw qasmError(size, `there may be ${most} ${kind}s in all; got more.`);
      reader.take("]");
      reader.take(";");
      sizes.set(name.text, Number(size.text));
      starts.set(name.text, total);
      total += Number(size.text);
    },
    argument(reader) {
      const token = reader.name(`a ${kind} register`);
      const [start, size] = [starts.get(token.text), sizes.get(token.text)];
      if (start === undefined || size === undefined) throw qasmError(token, `there is no ${kind} register "${token.text}".`);
      if (!reader.skip("[")) return { indices: Array.from({ length: size }, (_, k) => start + k), isWhole: true, token };
      const index = reader.next();
      if (!/^\d+$/.test(index.text) || Number(index.text) >= size)
        throw qasmError(
          index,
          `index must be a whole number below ${size}, the size of "${token.text}"; got ${showToken(index)}.`,
        );
      reader.take("]");
      return { indices: [start + Number(index.text)], isWhole: false, token };
    },
  };
}
