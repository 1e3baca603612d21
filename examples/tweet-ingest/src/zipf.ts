/** The shape of a Zipf–Mandelbrot law: the weight of rank r (from 0) is 1 / (r + 1 + flattening)^exponent. */
export interface ZipfShape {
  /** Number of ranks. */
  readonly count: number;
  /** How steep the law is; 1 is the classic one. */
  readonly exponent: number;
  /**
   * Flattens the head: with 0 the first rank is twice as likely as the second, with 30 the first ranks are nearly
   * alike.
   */
  readonly flattening: number;
}

/** Share of each rank, adding up to one. */
export function zipfShares(shape: ZipfShape): Float64Array {
  const shares = new Float64Array(shape.count);
  let total = 0;
  for (let rank = 0; rank < shape.count; rank += 1) {
    const weight = (rank + 1 + shape.flattening) ** -shape.exponent;
    shares[rank] = weight;
    total += weight;
  }
  return shares.map((weight) => weight / total);
}
