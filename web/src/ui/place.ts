/* Puts a floating box beside the thing that opened it, inside the window and above what a long form ends
 * with: below if there is room, else above; its right edges aligned if it would leave the window. What is fixed counts from
 * the nearest thing that is moved (a dialog), so where the box comes to lie at 0,0 is looked at first. */
export function placeBelow(box: HTMLElement, anchor: HTMLElement, width?: number): void {
  const a = anchor.getBoundingClientRect();
  const gap = 4;
  if (width !== undefined) box.style.width = `${width}px`;
  box.style.top = box.style.left = '0px';
  const b = box.getBoundingClientRect();
  const foot = anchor.closest('.page')?.querySelector('.page-foot');
  const floor = foot && !foot.contains(anchor) ? foot.getBoundingClientRect().top : window.innerHeight;
  const below = Math.min(floor, window.innerHeight) - a.bottom;
  const up = below < b.height + gap && a.top > below;
  const top = up ? Math.max(gap, a.top - b.height - gap) : a.bottom + gap;
  const wanted = a.left + b.width > window.innerWidth - gap ? a.right - b.width : a.left;
  box.style.top = `${Math.round(top - b.top)}px`;
  box.style.left = `${Math.round(Math.max(gap, wanted) - b.left)}px`;
}
