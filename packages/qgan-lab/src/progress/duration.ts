/** A duration for people: "0.4 s", "12 s", "3 min 05 s", "2 h 04 min". */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

const pad = (number: number): string => String(number).padStart(2, "0");

/** A count for people: "950", "12.3 k", "4.10 M". */
export function formatCount(count: number): string {
  if (count < 10_000) return String(Math.round(count * 10) / 10);
  if (count < 999_500) return `${(count / 1000).toPrecision(3)} k`;
  return `${(count / 1e6).toPrecision(3)} M`;
}

/** A size for people: "512 B", "1.5 MB", "2.3 GB" (powers of 1000). */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 ? size : size.toPrecision(size < 100 ? 2 : 3)} ${units[unit]}`;
}
