import { expect, it } from 'vitest';
import { browserOf } from './agent';

it('names the browser and the system', () => {
  const chrome = 'Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36';
  expect(browserOf(chrome)).toBe('Chrome · Windows 7');
  expect(browserOf(`${chrome} Edg/109.0`)).toBe('Edge · Windows 7');
  expect(browserOf('Mozilla/5.0 (Linux; Android 13) Chrome/107 MicroMessenger/8.0')).toBe('微信 · Android');
  expect(browserOf('curl/7.88')).toBe('curl/7.88');
  expect(browserOf('')).toBe('—');
});
