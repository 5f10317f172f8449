/* The agenda is a text somebody typed. Its lines are its items, and "15 分钟" in one is how long that may take. Pure. */
export interface AgendaItem {
  words: string;
  /* 0: none is said. */
  minutes: number;
}

/* How long: "15 分钟", "1.5 小时", "1 小时 30 分钟", "半小时"; of "10-15 分钟" the longer one. It stands at the end of
 * the line or in front of it: a 分 in the middle is a mark of a pupil, "得 5 分的题". */
const num = String.raw`(?:\d+(?:\.\d+)?\s*(?:分钟|分|个?小时)?\s*[-–—~～至到]\s*)?(\d+(?:\.\d+)?)`;
const hours = String.raw`(?:${num}|半)\s*个?(?:小时|hours?\b|h\b)(半)?`;
const long = String.raw`(?:分钟|minutes?\b|mins?\b)`;
const time = (unit: string) => String.raw`[（(]?\s*约?\s*(?:${hours}(?:\s*${num}\s*${unit})?|${num}\s*${unit})\s*(?:左右)?\s*[)）]?`;
const atEnd = new RegExp(String.raw`(^|[^\d.])${time(`(?:${long}|分|′|')`)}[\s。.]*$`, 'i');
const inFront = new RegExp(String.raw`^(\s*)${time(long)}(?![的内以之a-z])`, 'i');
const longest = 240;

/* The digits of a Chinese keyboard, each as long as it was. */
const plain = (line: string) => line.replace(/[０-９．]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
function lengthOf(m: RegExpExecArray): number {
  const [h, half, added, only] = m.slice(2);
  if (only !== undefined) return Number(only);
  return Number(h ?? 0.5) * 60 + (half ? 30 : 0) + Number(added ?? 0);
}

export function agendaItems(text: string): AgendaItem[] {
  return text
    .split(/[\n；;]+/)
    .map((line) => {
      const m = atEnd.exec(plain(line)) ?? inFront.exec(plain(line));
      const minutes = m ? Math.round(lengthOf(m)) : 0;
      const bare = m ? line.slice(0, m.index + (m[1] ?? '').length) + line.slice(m.index + m[0].length) : line;
      const words = bare.replace(/\s+/g, ' ').replace(/^[\s，,：:、]+|[\s，,：:、。.—–-]+$/g, '');
      return { words: [...words].slice(0, 100).join(''), minutes: minutes <= longest ? minutes : 0 };
    })
    .filter((item) => item.words);
}

/** The item that follows the one named, of those that say how long; of equal ones the last counts. */
export function nextItem(items: readonly AgendaItem[], words: string): AgendaItem | null {
  const timed = items.filter((item) => item.minutes);
  const now = timed.map((item) => item.words).lastIndexOf(words);
  return (now < 0 ? null : timed[now + 1]) ?? null;
}

/** A span as minutes and seconds: 65 000 ms is 1:05; the first second of what is left is counted whole. */
export function clockOf(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}
