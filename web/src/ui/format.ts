/** Numbers, sizes and addresses for people. */
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
const GROUPED = new Intl.NumberFormat('en-GB');

export function count(n: number): string {
  return GROUPED.format(n);
}

export function bytes(n: number): string {
  let unit = 0;
  let size = n;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${Number.isInteger(size) ? size : size.toFixed(1)} ${UNITS[unit]}`;
}

export function pages(n: number): string {
  return bytes(n * 4096);
}

export function hex(n: number): string {
  return `0x${n.toString(16)}`;
}

export function gpaOf(page: number): string {
  return hex(page * 4096);
}

export function ms(n: number): string {
  return n < 1000 ? `${Math.round(n)} ms` : `${(n / 1000).toFixed(1)} s`;
}

export function clockTime(iso: string): string {
  return iso.slice(11, 23);
}
