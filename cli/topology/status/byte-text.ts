const units = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Bytes for people, such as `1.5 MiB`. */
export function byteText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return power === 0 ? `${Math.round(bytes)} B` : `${(bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}
