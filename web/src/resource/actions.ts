/* What can be done with a resource. The server says in `may` which of its state changes this
 * person may make now; each comes with its way back. */
import type { Action } from '@/actions/registry';
import { sentence } from '@/api/http';
import { resourceAct, type Resource } from '@/api/resource';
import { t, type Key } from '@/text';
import { toast } from '@/ui';
import { ask, askWords } from '@/ui/ask';

export interface ResourceContext {
  resource: Resource;
  reload: () => Promise<void>;
  go: (path: string) => unknown;
  share: () => unknown;
}

async function move(c: ResourceContext, act: string, said: Key, note = ''): Promise<void> {
  const undo = async () => {
    try {
      await resourceAct(c.resource.id, 'undo');
      toast(t('common.undone'));
      await c.reload();
    } catch (e) {
      toast(sentence(e), 'danger');
    }
  };
  try {
    await resourceAct(c.resource.id, act, note);
    toast(t(said), 'success', undo);
  } catch (e) {
    toast(sentence(e), 'danger');
  }
  await c.reload();
}
const may = (act: string) => (c: ResourceContext) => c.resource.may.includes(act);

export const resourceActions: Action<ResourceContext>[] = [
  {
    id: 'resource publish',
    name: 'resource.publish',
    icon: 'send',
    visible: may('publish'),
    enabled: (c) => c.resource.files.length > 0,
    perform: (c) => move(c, 'publish', 'resource.published'),
  },
  {
    id: 'resource submit',
    name: 'resource.submit',
    icon: 'send',
    visible: may('submit'),
    enabled: (c) => c.resource.files.length > 0,
    perform: (c) => move(c, 'submit', 'resource.submitted'),
  },
  {
    id: 'resource approve',
    name: 'resource.approve',
    icon: 'check',
    visible: may('approve'),
    perform: (c) => move(c, 'approve', 'resource.approved'),
  },
  {
    id: 'resource return',
    name: 'resource.return',
    icon: 'undo',
    visible: may('return'),
    perform: async (c) => {
      const note = await askWords({
        title: t('resource.return'),
        text: t('resource.returnText'),
        field: t('resource.reason'),
        must: true,
        lines: true,
        yes: t('resource.return'),
      });
      if (note) await move(c, 'return', 'resource.returned', note);
    },
  },
  {
    id: 'resource edit',
    name: 'common.edit',
    icon: 'edit',
    shortcut: 'e',
    visible: may('edit'),
    perform: (c) => c.go(`/r/${c.resource.id}/edit`),
  },
  { id: 'resource share', name: 'resource.qr', icon: 'qr', visible: (c) => c.resource.files.length > 0, perform: (c) => c.share() },
  {
    id: 'resource withdraw',
    name: 'resource.withdraw',
    icon: 'archive',
    danger: true,
    visible: may('withdraw'),
    perform: (c) => move(c, 'withdraw', 'resource.withdrawn'),
  },
  {
    id: 'resource recall',
    name: 'resource.recall',
    icon: 'undo',
    visible: may('recall'),
    perform: (c) => move(c, 'recall', 'resource.recalled'),
  },
  {
    id: 'resource discard',
    name: 'resource.discard',
    icon: 'trash',
    danger: true,
    visible: may('discard'),
    perform: async (c) => {
      if (await ask({ title: t('resource.discard'), text: t('resource.discardText'), yes: t('resource.discard'), danger: true }))
        await move(c, 'discard', 'resource.discarded');
    },
  },
];
