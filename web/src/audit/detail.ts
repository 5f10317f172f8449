/* What the log says of an act, in words: codes and ids as the server wrote them, read for people. */
import type { AuditRow } from '@/api/audit';
import { word } from '@/dict/store';
import { name, t } from '@/text';

const readers: Record<string, [form: RegExp, say: (...found: string[]) => string]> = {
  /* publish: draft → published */
  'resource.state': [
    /^(\w+): (\w+) → (\w+)$/,
    (act, was, now) => t('common.colon', { what: name('resourceAct', act), note: `${word('resource_state', was ?? '')} → ${word('resource_state', now ?? '')}` }),
  ],
  /* 2026 P3 chinese tongbian */
  'adoption.set': [
    /^(\d+) (\w+) (\w+) (\w+)$/,
    (year, grade, subject, edition) => [year, word('grade', grade ?? ''), word('subject', subject ?? ''), word('edition', edition ?? '')].join(' '),
  ],
  /* added:3 changed:1 */
  'roster.apply': [/^added:(\d+) changed:(\d+)$/, (added = '', changed = '') => t('audit.roster', { added, changed })],
};

export function detail(row: Pick<AuditRow, 'action' | 'detail'>): string {
  const [form, say] = readers[row.action] ?? [];
  const found = form?.exec(row.detail);
  if (found && say) return say(...found.slice(1));
  return row.detail.replace(/\b(person|school):(\d+)/g, (_, noun: string, id: string) => `${name('noun', noun)} ${id}`);
}
