/* Clock times as minutes of the day, and the school year. */
export const clockText = (min: number): string => `${String(Math.floor(min / 60)).padStart(2, '0')}:${String(min % 60).padStart(2, '0')}`;
export function clockMinutes(text: string): number {
  const m = /^(\d{1,2}):(\d\d)$/.exec(text);
  return m ? Number(m[1]) * 60 + Number(m[2]) : -1;
}

/** The school year a day belongs to: it begins on 1 September. */
export function schoolYear(ms: number): number {
  const d = new Date(ms + 8 * 3_600_000);
  return d.getUTCMonth() >= 8 ? d.getUTCFullYear() : d.getUTCFullYear() - 1;
}
