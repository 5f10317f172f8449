/* Pieces of formulas that are picked instead of typed: what the button shows, and its LaTeX; □ is a gap to fill. */
import type { DocKey } from './words';

export const pieces: { words: DocKey; rows: [string, string][] }[] = [
  {
    words: 'math.shapes',
    rows: [
      ['a⁄b', '\\frac{□}{□}'],
      ['x²', '^{□}'],
      ['x₂', '_{□}'],
      ['√', '\\sqrt{□}'],
      ['ⁿ√', '\\sqrt[□]{□}'],
      ['( )', '\\left( □ \\right)'],
      ['|x|', '\\left| □ \\right|'],
      ['{', '\\begin{cases} □ \\\\ □ \\end{cases}'],
      ['[⋮]', '\\begin{pmatrix} □ & □ \\\\ □ & □ \\end{pmatrix}'],
      ['∑', '\\sum_{□}^{□}'],
      ['∫', '\\int_{□}^{□}'],
      ['lim', '\\lim_{□ \\to □}'],
      ['a→', '\\vec{□}'],
      ['AB̄', '\\overline{□}'],
      ['⌒', '\\overset{\\frown}{□}'],
      ['Aa', '\\text{□}'],
    ],
  },
  {
    words: 'math.signs',
    rows: [
      ['×', '\\times '],
      ['÷', '\\div '],
      ['±', '\\pm '],
      ['·', '\\cdot '],
      ['≤', '\\leq '],
      ['≥', '\\geq '],
      ['≠', '\\neq '],
      ['≈', '\\approx '],
      ['∈', '\\in '],
      ['∪', '\\cup '],
      ['∩', '\\cap '],
      ['∠', '\\angle '],
      ['△', '\\triangle '],
      ['⊥', '\\perp '],
      ['∥', '\\parallel '],
      ['∽', '\\sim '],
      ['≌', '\\cong '],
      ['°', '^{\\circ}'],
      ['∵', '\\because '],
      ['∴', '\\therefore '],
      ['→', '\\to '],
      ['⇌', '\\rightleftharpoons '],
      ['∞', '\\infty '],
    ],
  },
  {
    words: 'math.greek',
    rows: ['alpha α', 'beta β', 'gamma γ', 'delta δ', 'theta θ', 'lambda λ', 'mu μ', 'pi π', 'rho ρ', 'sigma σ', 'varphi φ', 'omega ω', 'Delta Δ', 'Omega Ω'].map((one) => {
      const [name = '', sign = ''] = one.split(' ');
      return [sign, `\\${name} `];
    }),
  },
];
