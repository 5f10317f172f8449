/* The agenda is a text somebody typed. Its lines are its items, and "15 分钟" in one is how long that may take. Pure. */
export interface AgendaItem {
  words: string;
  /* 0: none is said. */
  minutes: number;
}

const length = /[（(]?\s*(\d{1,3})\s*(?:分钟|分|minutes?|mins?|′|')\s*[)）]?/i;
const longest = 240;

export function agendaItems(text: string): AgendaItem[] {
  return text
    .split(/[\n；;]+/)
    .map((line) => {
      const minutes = Number(length.exec(line)?.[1] ?? 0);
      const words = line.replace(length, ' ').replace(/\s+/g, ' ').replace(/^[\s，,：:]+|[\s，,：:。.]+$/g, '');
      return { words: [...words].slice(0, 100).join(''), minutes: minutes <= longest ? minutes : 0 };
    })
    .filter((item) => item.words);
}

/** The item that follows the one named, of those that say how long. */
export function nextItem(items: readonly AgendaItem[], words: string): AgendaItem | null {
  const timed = items.filter((item) => item.minutes);
  const now = timed.findIndex((item) => item.words === words);
  return (now < 0 ? null : timed[now + 1]) ?? null;
}

/** A span as minutes and seconds: 65 000 ms is 1:05; the first second of what is left is counted whole. */
export function clockOf(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}
