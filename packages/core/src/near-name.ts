/** The one of `known` that `typed` is most likely meant to be: it is the beginning of that one alone, or near to it. */
export function nearName(typed: string, known: readonly string[]): string | undefined {
  const lower = typed.toLowerCase();
  const [longer, another] = known.filter((name) => name.toLowerCase().startsWith(lower));
  if (lower !== '' && another === undefined && longer !== undefined) return longer;
  const scored = known.map((name) => ({ name, slips: slipsBetween(lower, name.toLowerCase()) }));
  const [best] = scored.sort((a, b) => a.slips - b.slips);
  // One slip in three characters is a typing error; more is another word.
  return best && best.slips <= Math.max(1, Math.floor(typed.length / 3)) ? best.name : undefined;
}

/** How many characters must be added, dropped, replaced or swapped with the next to get from one to the other. */
function slipsBetween(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, at) => at)];
  const cost = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1] ? 0 : 1;
      const swapped = from[row - 2] === to[column - 1] && from[row - 1] === to[column - 2];
      current.push(
        Math.min(
          cost(row - 1, column) + 1,
          cost(row, column - 1) + 1,
          cost(row - 1, column - 1) + same,
          swapped ? cost(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return cost(from.length, to.length);
}
