import type { Page } from 'playwright-core'

/** Words in a row that are English and may stand in a Chinese page, each with why. */
export const ENGLISH_ALLOWED: Readonly<Record<string, string>> = {
  'npm run prove': 'a command',
  'farebox catalog import': 'a command',
  'farebox verify audit': 'a command',
  'High Street, Dublin': 'an address, as an example of one',
  'The law that applies:': 'the words of the English policy that what is asked for goes on',
  'that of Ireland': 'an example of what is asked for in English',
}

/** A word of letters: what has a figure, a dot, a slash or an underscore in it is a code, a place or a model, and what is all in capitals is a name. */
const WORD = String.raw`(?<![\w./:@$-])(?:[A-Za-z][a-z’']+|[aAI])(?![\w/@]|[.:-]\w)[.,:;]?`
const SENTENCE = new RegExp(`${WORD}(?:\\s+${WORD}){2,}`, 'g')

/** Runs of three or more English words in texts, but for those that are allowed. */
export function englishIn(texts: readonly string[]): readonly string[] {
  const allowed = Object.keys(ENGLISH_ALLOWED)
  const told = texts.flatMap((text) => allowed.reduce((rest, name) => rest.replaceAll(name, '·'), text).match(SENTENCE) ?? [])
  return [...new Set(told)]
}

/** What somebody sees or is read of a page: its title, texts that are drawn, and names of what can be pressed or filled; not what is code or said to be English. */
export async function textsOf(page: Page): Promise<readonly string[]> {
  return await page.evaluate<string[]>(TEXTS)
}

/** Neighbours in one line are read together, as a sentence may go over a link. */
const TEXTS = `(() => {
  const LEFT_OUT = 'code, pre, kbd, samp, script, style, noscript, textarea, [lang|="en"], [hidden]'
  const NAMES = ['aria-label', 'title', 'alt', 'placeholder']
  const lines = [document.title]
  let line = ''
  const end = () => { if (line.trim() !== '') lines.push(line.replace(/\\s+/g, ' ').trim()); line = '' }
  const read = (node) => {
    if (node.nodeType === Node.TEXT_NODE) line += node.data
    if (node.nodeType !== Node.ELEMENT_NODE) return
    for (const name of NAMES) if (node.hasAttribute(name)) lines.push(node.getAttribute(name))
    if (node.matches(LEFT_OUT)) { line += ' · '; return }
    const style = getComputedStyle(node)
    if (style.display === 'none' || style.visibility === 'hidden') return
    const isInLine = style.display === 'inline' || style.display === 'contents'
    if (!isInLine) end()
    node.childNodes.forEach(read)
    if (!isInLine) end()
  }
  read(document.body)
  end()
  return lines
})()`
