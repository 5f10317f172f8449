/* What can be done from anywhere. */
import type { Router } from 'vue-router';
import type { Action } from '@/actions/registry';
import { t } from '@/text';
import { toast } from '@/ui';
import { can, logout } from '@/session/store';
import { nextSize, toggleTheme } from './look';
import { places } from './places';
import { panels } from './panels';

const keyOfPlace: Record<string, string> = {
  '/': 'g h',
  '/r': 'g r',
  '/preps': 'g p',
  '/docs': 'g d',
  '/mine': 'g m',
  '/timetable': 'g t',
  '/notices': 'g n',
  '/me': 'g s',
};

const going: Action<Router>[] = places.map((p) => ({
  id: `go ${p.to}`,
  name: p.name,
  icon: p.icon,
  shortcut: keyOfPlace[p.to],
  visible: () => !p.caps || can(...p.caps),
  perform: (router) => router.push(p.to),
}));

export const shellActions: Action<Router>[] = [
  { id: 'palette', name: 'keys.palette', icon: 'search', shortcut: 'Ctrl+K', perform: () => (panels.palette = true) },
  { id: 'new', name: 'resource.new', icon: 'plus', shortcut: 'n', visible: () => can('resource.create'), perform: (r) => r.push('/r/new') },
  ...going,
  { id: 'uploads', name: 'shell.uploads', icon: 'upload', shortcut: 'u', perform: () => (panels.uploads = !panels.uploads) },
  { id: 'theme', name: 'look.toggleTheme', icon: 'moon', perform: toggleTheme },
  { id: 'size', name: 'look.biggerText', icon: 'text', perform: nextSize },
  { id: 'keys', name: 'keys.open', icon: 'keyboard', shortcut: '?', perform: () => (panels.keys = true) },
  {
    id: 'logout',
    name: 'shell.logout',
    icon: 'logout',
    perform: async (r) => {
      await logout();
      await r.push('/login');
      toast(t('login.bye'));
    },
  },
];
