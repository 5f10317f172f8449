/* A sentence of the server in English: whole from the table of en-said.ts, or put together from what was filled in. */
import { codeWords } from './en-codes';
import { saidCodes, saidWords } from './en-said';

const escaped = (s: string) => s.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const patterns = Object.keys(saidWords)
  .filter((key) => key.includes('{}'))
  .sort((a, b) => b.length - a.length)
  .map((key) => [new RegExp(`^${key.split('{}').map(escaped).join('([^]*?)')}$`), saidWords[key] ?? ''] as const);

/* A time as the server writes it, 2025年9月3日（周三）14:30. */
const time = /^(\d+)年(\d+)月(\d+)日（周.）(\d\d:\d\d)$/;
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const days = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');
function timeInEnglish(parts: RegExpExecArray): string {
  const [year = 0, month = 0, day = 0] = parts.slice(1, 4).map(Number);
  const weekday = days[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
  return `${weekday} ${day} ${months[month - 1]} ${year}, ${parts[4]}`;
}

export function inEnglish(sentence: string): string {
  const when = time.exec(sentence);
  if (when) return timeInEnglish(when);
  const whole = saidWords[sentence] ?? codeWords[saidCodes[sentence] ?? ''];
  if (whole) return whole;
  for (const [pattern, english] of patterns) {
    const parts = pattern.exec(sentence);
    if (parts)
      return english.replace(/\{(=?)(\d)\}/g, (_, word: string, n: string) => {
        const part = parts[Number(n) + 1] ?? '';
        return word ? inEnglish(part) : part;
      });
  }
  return sentence;
}
