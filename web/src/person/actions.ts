/* What an administrator can do with a person. */
import type { Action } from '@/actions/registry';
import { sentence } from '@/api/http';
import { passwordReset, personDisable, personEnable, type Person } from '@/api/person';
import { can, me } from '@/session/store';
import { t } from '@/text';
import { toast } from '@/ui';
import { ask } from '@/ui/ask';
import { showSlips } from './slips';

export interface PersonContext {
  person: Person;
  reload: () => Promise<void>;
  edit: () => unknown;
  handOver: () => unknown;
  go: (to: string) => unknown;
}

async function flip(c: PersonContext, disable: boolean): Promise<void> {
  try {
    await (disable ? personDisable(c.person.id) : personEnable(c.person.id));
    toast(disable ? t('person.disabled') : t('person.enabled'), 'success', () => flip(c, !disable));
  } catch (e) {
    toast(sentence(e), 'danger');
  }
  await c.reload();
}

export const personActions: Action<PersonContext>[] = [
  { id: 'person edit', name: 'common.edit', icon: 'edit', shortcut: 'e', visible: () => can('person.edit'), perform: (c) => c.edit() },
  {
    id: 'person password',
    name: 'slip.reset',
    icon: 'key',
    visible: (c) => can('password.reset') && !c.person.disabled_at,
    perform: async (c) => {
      const yes = await ask({ title: t('slip.reset'), text: t('slip.resetText', { n: 1 }), yes: t('slip.reset'), danger: true });
      if (!yes) return;
      try {
        showSlips(await passwordReset([c.person.id]));
        await c.go('/admin/slips');
      } catch (e) {
        toast(sentence(e), 'danger');
      }
    },
  },
  { id: 'person hand over', name: 'person.handOver', icon: 'swap', visible: () => can('person.edit'), perform: (c) => c.handOver() },
  {
    id: 'person enable',
    name: 'common.enable',
    icon: 'check',
    visible: (c) => can('person.edit') && c.person.disabled_at > 0,
    perform: (c) => flip(c, false),
  },
  {
    id: 'person disable',
    name: 'common.disable',
    icon: 'archive',
    danger: true,
    visible: (c) => can('person.edit') && !c.person.disabled_at && c.person.id !== me.value?.id,
    perform: (c) => flip(c, true),
  },
];
