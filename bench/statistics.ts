/** The middle one; of an even number the higher of the two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** A cost at a size. */
export interface Point {
  size: number;
  cost: number;
}

/** The e of cost = c × size^e that fits best: least squares between the logarithms. */
export function exponentOf(points: readonly Point[]): number {
  const [xs, ys] = [points.map(({ size }) => Math.log(size)), points.map(({ cost }) => Math.log(cost))];
  const [x, y] = [mean(xs), mean(ys)];
  const slope = xs.reduce((sum, one, index) => sum + (one - x) * ((ys[index] ?? 0) - y), 0);
  return slope / xs.reduce((sum, one) => sum + (one - x) ** 2, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
