const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** A bar of `width` columns, filled to `share` (0 to 1; more is cut), in eighths of a column. */
export function bar(share: number, width: number): { readonly filled: string; readonly empty: string } {
  const steps = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const filled = '█'.repeat(Math.floor(steps / 8)) + eighths[steps % 8];
  return { filled, empty: '·'.repeat(width - filled.length) };
}
