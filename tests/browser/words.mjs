// What a page must not have: Chinese that the client said on a page in English, and more width than the window.
import { given } from './county.mjs'

// Chinese on a page in English that nobody gave: what is seen, and what is only told (labels, hints, pictures' words).
// What people gave is taken away first, the longest first. A face shows the end of a name. Two things are Chinese in any
// language: what a language calls itself, and the heads of a roster, by which the server knows its columns.
const always = ['简体中文', '工号', '姓名', '学校', '学科', '年级', '手机', '职称']
// `data`: where on the page there is nothing but what people wrote.
export async function leftChinese(page, data = '.avatar, .doc-face') {
  const seen = await page.evaluate((data) => {
    const out = []
    const note = (what, text, at) => {
      if (/\p{Script=Han}/u.test(text ?? '') && !at.closest(data)) out.push([`${what} of ${at.tagName.toLowerCase()}.${at.getAttribute('class') ?? ''}`, text.trim()])
    }
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
      const at = walk.currentNode.parentElement
      if (!['SCRIPT', 'STYLE'].includes(at.tagName) && (at.getClientRects().length || at.tagName === 'OPTION')) note('text', walk.currentNode.data, at)
    }
    for (const at of document.body.querySelectorAll('*'))
      for (const name of ['aria-label', 'aria-description', 'placeholder', 'title', 'alt', 'data-title']) note(name, at.getAttribute(name), at)
    note('title', document.title, document.body)
    return out
  }, data)
  const told = [...given, ...always].sort((a, b) => b.length - a.length)
  const without = (text) => told.reduce((rest, one) => rest.split(one).join('·'), text)
  return [...new Set(seen.filter(([, text]) => /\p{Script=Han}/u.test(without(text))).map(([where, text]) => `${where}: ${text}`))]
}

// The width that was asked for: a phone's own grows with its content.
export const tooWide = (page) => page.evaluate((width) => document.documentElement.scrollWidth > width, page.viewportSize().width)
