/* The colours of text and marker. Text colours are readable on white (4.5 : 1 and more); red is the pen of 二次备课. */
import type { DocKey } from './words';

type Color = { value: string | null; words: DocKey };
export const textColors: Color[] = [
  { value: null, words: 'color.none' },
  { value: '#b8322a', words: 'color.red' },
  { value: '#1559c9', words: 'color.blue' },
  { value: '#17753d', words: 'color.green' },
  { value: '#8a5a00', words: 'color.brown' },
  { value: '#7a3fb0', words: 'color.purple' },
  { value: '#566171', words: 'color.grey' },
];
export const markerColors: Color[] = [
  { value: null, words: 'color.noMarker' },
  { value: '#fff1b8', words: 'color.yellow' },
  { value: '#d3f5df', words: 'color.green' },
  { value: '#d6e8ff', words: 'color.blue' },
  { value: '#ffe0e6', words: 'color.pink' },
];

/* Names of type sizes as Chinese word processors give them, in points. */
export const sizes: { value: string | null; words: DocKey }[] = [
  { value: null, words: 'size.normal' },
  { value: '22pt', words: 'size.2' },
  { value: '16pt', words: 'size.3' },
  { value: '14pt', words: 'size.4' },
  { value: '12pt', words: 'size.s4' },
  { value: '10.5pt', words: 'size.5' },
  { value: '9pt', words: 'size.s5' },
];
