/* Puts a floating box beside the thing that opened it, inside the window: below if there is
 * room, else above; its right edges aligned if it would leave the window. */
export function placeBelow(box: HTMLElement, anchor: HTMLElement, width?: number): void {
  const a = anchor.getBoundingClientRect();
  const gap = 4;
  if (width !== undefined) box.style.width = `${width}px`;
  const b = box.getBoundingClientRect();
  const below = window.innerHeight - a.bottom;
  const up = below < b.height + gap && a.top > below;
  const top = up ? Math.max(gap, a.top - b.height - gap) : a.bottom + gap;
  const wanted = a.left + b.width > window.innerWidth - gap ? a.right - b.width : a.left;
  box.style.top = `${Math.round(top)}px`;
  box.style.left = `${Math.round(Math.max(gap, wanted))}px`;
}
