/** 5200 as `5,200`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** 3500000 as `3.50 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(2)} MB`;
}

/** 0.873 as `87 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** 12.34 as `12 ms`, 1234 as `1.23 s`. */
export function duration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}

/** 4600 as `4.6 s`. */
export function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
