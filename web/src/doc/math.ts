/* KaTeX comes with the first formula that is shown; until then the LaTeX itself stands there. What KaTeX cannot read
 * stays as it was typed, marked. Its style sheet and fonts are files of their own. */
import sheet from 'katex/dist/katex.min.css?url';

type Katex = typeof import('katex').default;
let coming: Promise<Katex> | null = null;

function needMath(): Promise<Katex> {
  if (coming) return coming;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = sheet;
  document.head.append(link);
  coming = import('katex').then((m) => m.default);
  coming.catch(() => {
    coming = null;
    link.remove();
  });
  return coming;
}

/** Draws a formula into an element; resolves to what is wrong with it, or ''. */
export async function drawMath(el: HTMLElement, latex: string, block: boolean): Promise<string> {
  el.dataset.latex = latex;
  if (!el.firstChild) el.textContent = latex;
  let katex: Katex;
  try {
    katex = await needMath();
  } catch {
    return '';
  }
  if (el.dataset.latex !== latex) return '';
  try {
    katex.render(latex, el, { displayMode: block, throwOnError: true, strict: false, trust: false, maxSize: 20, maxExpand: 300, output: 'htmlAndMathml' });
    el.classList.remove('wrong');
    return '';
  } catch (e) {
    el.textContent = latex;
    el.classList.add('wrong');
    return e instanceof Error ? e.message : String(e);
  }
}
