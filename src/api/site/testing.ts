/**
 * What a browser would build of a page, without any text: each element with the names of its attributes, in order, and of addresses whether
 * they lead to a page. Written from the states of a tokenizer, not with what writes the pages. Source: html.spec.whatwg.org/#tokenization
 * (2026-11-26).
 */
export function skeletonOf(page: string): readonly string[] {
  const found: string[] = []
  let at = page.indexOf('<')
  while (at !== -1) {
    const name = /^<(!?\/?[a-zA-Z][^\s/>]*)/.exec(page.slice(at, at + 100))?.[1]
    if (name === undefined) {
      found.push('<')
      at = page.indexOf('<', at + 1)
      continue
    }
    const { attributes, end } = attributesFrom(page, at + 1 + name.length)
    found.push([name.toLowerCase(), ...attributes].join(' '))
    const isRaw = ['style', 'script'].includes(name.toLowerCase())
    at = page.indexOf(isRaw ? `</${name}` : '<', end)
  }
  return found
}

const ATTRIBUTE = /[\s/]*([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?|[\s/]*(>)/y
const SAFE = /^(?:\/(?!\/)|#|https:\/\/|mailto:)/

function attributesFrom(page: string, from: number): { readonly attributes: readonly string[]; readonly end: number } {
  const attributes: string[] = []
  let end = from
  for (;;) {
    ATTRIBUTE.lastIndex = end
    const [whole, name, ...rest] = ATTRIBUTE.exec(page) ?? []
    if (whole === undefined || name === undefined) return { attributes, end: end + (whole?.length ?? 1) }
    const value = rest.slice(0, 3).find((part) => part !== undefined) ?? ''
    const isAddress = ['href', 'src', 'action', 'formaction', 'xlink:href'].includes(name.toLowerCase())
    attributes.push(isAddress ? `${name}=${SAFE.test(value) ? 'page' : 'elsewhere'}` : name)
    end += whole.length
  }
}
