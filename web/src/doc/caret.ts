/* Where the others are writing: a line in their colour with their name. The server says who they are. */
import CollaborationCaret from '@tiptap/extension-collaboration-caret';
import { yCursorPluginKey } from '@tiptap/y-tiptap';
import type { WebsocketProvider } from 'y-websocket';
import { colorOf } from './people';
import { readSelection } from './selection';

type User = Record<string, unknown>;

function draw(user: User): HTMLElement {
  const caret = document.createElement('span');
  caret.className = 'doc-caret';
  caret.dataset.person = String(user.id);
  caret.style.borderColor = colorOf(user.color);
  const label = document.createElement('span');
  label.className = 'doc-caret-name';
  label.style.backgroundColor = colorOf(user.color);
  label.textContent = typeof user.name === 'string' ? user.name : '…';
  caret.append(label);
  return caret;
}

/* Their carets are drawn anew by a transaction of their own, made before anybody looked at a click that was just now. */
const CaretsAfterMine = CollaborationCaret.extend({
  dispatchTransaction({ transaction, next }) {
    const drawn: unknown = transaction.getMeta(yCursorPluginKey);
    if (!drawn || this.editor.isDestroyed) return next(transaction);
    const { view } = this.editor;
    readSelection(view);
    next(view.state.tr.setMeta(yCursorPluginKey, drawn));
  },
});

/* Of myself only what the list of people here needs: the others are told by the server. */
export const carets = (wire: WebsocketProvider, self: User) =>
  CaretsAfterMine.configure({
    provider: wire,
    user: self,
    render: draw,
    selectionRender: (user) => ({ class: 'doc-caret-range', style: `background-color: ${colorOf(user.color)}33` }),
  });
