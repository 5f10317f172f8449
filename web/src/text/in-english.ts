/* A sentence of the server in English: whole from the table of en-said.ts, or put together from what was filled in. */
import { codeWords } from './en-codes';
import { saidCodes, saidWords } from './en-said';

const escaped = (s: string) => s.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const patterns = Object.keys(saidWords)
  .filter((key) => key.includes('{}'))
  .sort((a, b) => b.length - a.length)
  .map((key) => [new RegExp(`^${key.split('{}').map(escaped).join('([^]*?)')}$`), saidWords[key] ?? ''] as const);

export function inEnglish(sentence: string): string {
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
