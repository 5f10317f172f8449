/* Clock times as minutes of the day, the school year, and holidays of several days. */
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

interface DayChange {
  day: string;
  kind: string;
  name: string;
}

/** Days of one name and kind that follow each other, as one: 国庆节 has seven. */
export function runs<C extends DayChange>(changes: readonly C[]): { first: C; last: string }[] {
  const out: { first: C; last: string }[] = [];
  for (const c of [...changes].sort((a, b) => a.day.localeCompare(b.day))) {
    const before = out[out.length - 1];
    const follows = before && Date.parse(c.day) - Date.parse(before.last) === 86_400_000;
    if (follows && before.first.kind === c.kind && before.first.name === c.name) before.last = c.day;
    else out.push({ first: c, last: c.day });
  }
  return out;
}
