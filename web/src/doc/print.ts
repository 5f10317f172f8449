/* Paper: its size and margins, the school and the title over every page, the number under it. Browsers before Chrome 131
 * know no boxes in the margin: there the title stands over the first page only, and the browser's own header helps. */
const quoted = (text: string) => `"${text.replace(/["\\\n]/g, ' ')}"`;

export type Paper = 'a4' | '16k';
const papers: Record<Paper, string> = { a4: 'A4', '16k': '184mm 260mm' };

export function pageRules(paper: Paper, school: string, title: string): string {
  const small = 'font-size: 9pt; font-family: SimSun, "Noto Serif CJK SC", serif; color: #444';
  return `@page { size: ${papers[paper]}; margin: 20mm 18mm 18mm;
    @top-left { content: ${quoted(school)}; ${small} }
    @top-right { content: ${quoted(title)}; ${small} }
    @bottom-center { content: counter(page) " / " counter(pages); ${small} } }`;
}

/** The first rows that are all heads, as heads that come again where a table goes on. The editor has every row in one
 * body, so the body is taken away for this. */
function headRules(text: ParentNode): string {
  const rules: string[] = [];
  Array.from(text.children).forEach((block, i) => {
    const cells = Array.from(block.querySelector('table tr')?.children ?? []);
    if (cells.length < 2 || !cells.every((c) => c.tagName === 'TH')) return;
    const table = `.doc-place > .doc-text > :nth-child(${i + 1}) > table`;
    rules.push(`${table} > tbody { display: contents } ${table} > tbody > tr:first-child { display: table-header-group; break-inside: avoid }`);
  });
  return rules.length ? `@media print { ${rules.join(' ')} }` : '';
}

export function printDoc(paper: Paper, school: string, title: string): void {
  const sheet = document.createElement('style');
  const text = document.querySelector('.doc-place > .doc-text');
  sheet.textContent = pageRules(paper, school, title) + (text ? headRules(text) : '');
  document.head.append(sheet);
  const before = document.title;
  document.title = title;
  window.addEventListener(
    'afterprint',
    () => {
      sheet.remove();
      document.title = before;
    },
    { once: true },
  );
  window.print();
}
