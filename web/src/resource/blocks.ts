/* The text of a document as what it was: paragraphs, and tables whose cells the server parts by tabs. */
export type Block = { text: string; rows?: undefined } | { rows: string[][]; text?: undefined };

/** Two lines or more with tabs are a table, its rows filled up to one width; the rest stays text. */
export function blocks(text: string): Block[] {
  const out: Block[] = [];
  let prose: string[] = [];
  let rows: string[][] = [];
  const end = () => {
    if (rows.length > 1) {
      if (prose.length) out.push({ text: prose.join('\n') });
      const width = Math.max(...rows.map((r) => r.length));
      out.push({ rows: rows.map((r) => [...r, ...Array<string>(width - r.length).fill('')]) });
      prose = [];
    } else prose.push(...rows.map((r) => r.join('\t')));
    rows = [];
  };
  for (const line of text.split('\n')) {
    if (line.includes('\t')) {
      rows.push(line.split('\t'));
      continue;
    }
    end();
    prose.push(line);
  }
  end();
  if (prose.length) out.push({ text: prose.join('\n') });
  return out;
}
