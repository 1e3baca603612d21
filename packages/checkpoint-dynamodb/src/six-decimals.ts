/** How the KCL writes a figure: six decimals, half up by its decimal digits, without trailing zeros. For figures of 0 or more. */
export function sixDecimals(figure: number): string {
  const [mantissa = '0', exponent = '0'] = String(figure).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  // The figure is `digits` × 10^-scale, exactly as it prints.
  const digits = BigInt(whole + fraction);
  const scale = fraction.length - Number(exponent);
  const millionths =
    scale <= 6 ? digits * 10n ** BigInt(6 - scale) : halfUp(digits, 10n ** BigInt(scale - 6));
  const decimals = String(millionths % 1_000_000n).padStart(6, '0');
  return `${millionths / 1_000_000n}.${decimals}`.replace(/\.?0+$/, '') || '0';
}

function halfUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor / 2n) / divisor;
}
