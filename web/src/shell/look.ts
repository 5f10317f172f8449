/* How the client looks to this person on this device: theme, text size, language. Kept by the
 * browser only. "auto" follows the system as it changes. */
import { reactive, watch } from 'vue';
import { setLanguage, type Language } from '@/text';

export interface Look {
  theme: 'auto' | 'light' | 'dark';
  size: 'normal' | 'large' | 'huge';
  language: Language;
}

const place = 'jibei.look';
const dark = window.matchMedia('(prefers-color-scheme: dark)');

function kept(): Partial<Look> {
  try {
    return JSON.parse(localStorage.getItem(place) ?? '{}') as Partial<Look>;
  } catch {
    return {};
  }
}

export const look = reactive<Look>({ theme: 'auto', size: 'normal', language: 'zh-CN', ...kept() });

const isDark = (): boolean => look.theme === 'dark' || (look.theme === 'auto' && dark.matches);

function show(): void {
  const root = document.documentElement;
  root.dataset.theme = isDark() ? 'dark' : 'light';
  root.dataset.size = look.size;
}

/** Called once, before anything is drawn. */
export async function startLook(): Promise<void> {
  show();
  dark.addListener(show);
  watch(look, (next, _old) => {
    show();
    void setLanguage(next.language);
    try {
      localStorage.setItem(place, JSON.stringify(next));
    } catch {
      /* a full or forbidden store: the look lasts until the page is closed */
    }
  });
  if (look.language !== 'zh-CN') await setLanguage(look.language);
}

export function toggleTheme(): void {
  look.theme = isDark() ? 'light' : 'dark';
}

export function nextSize(): void {
  const sizes: Look['size'][] = ['normal', 'large', 'huge'];
  look.size = sizes[(sizes.indexOf(look.size) + 1) % sizes.length] ?? 'normal';
}
