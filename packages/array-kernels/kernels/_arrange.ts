import { at } from "./_vectors";

/** Strips of eight columns of a row-major matrix [n, n]: strips[strip][row][8], the last one padded with zeros. */
export function toStrips(n: i32, matrix: usize, strips: usize): void {
  for (let first = 0; first < n; first += 8) {
    const columns = min(8, n - first);
    for (let row = 0; row < n; row++, strips += 64) {
      for (let c = 0; c < 8; c++) f64.store(at(strips, c), c < columns ? f64.load(at(matrix, row * n + first + c)) : 0);
    }
  }
}

/** The Golub–Kahan matrix of an upper bidiagonal (d, e): zero diagonal, off-diagonal d[0] e[0] d[1] e[1] …; its eigenvalues are ±σ. */
export function interleave(n: i32, d: usize, e: usize, diagonal: usize, coupling: usize): void {
  clear(diagonal, 2 * n);
  for (let i = 0; i < n; i++) {
    f64.store(at(coupling, 2 * i), f64.load(at(d, i)));
    f64.store(at(coupling, 2 * i + 1), f64.load(at(e, i)));
  }
}

/** Zeros. */
export function clear(p: usize, length: i32): void {
  memory.fill(p, 0, <usize>length << 3);
}
