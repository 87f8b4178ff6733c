/** A picture as it is served: its type and its bytes. */
export type Logo = { readonly type: 'image/svg+xml' | 'image/png'; readonly bytes: Buffer }

/** Largest logo, in bytes. */
export const LOGO_BYTES_MAX = 128 * 1024

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** What a drawing may be made of; all else in a name of an element is refused, and with it whatever could run, load or animate. */
const ELEMENTS: ReadonlySet<string> = new Set([
  ...['svg', 'g', 'defs', 'symbol', 'use', 'title', 'desc', 'path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon'],
  ...['text', 'tspan', 'linearGradient', 'radialGradient', 'stop', 'clipPath', 'mask', 'pattern'],
])

/**
 * A logo from the bytes of a file, or what is wrong with it. A drawing is refused, not mended, when it has anything but shapes and words:
 * scripts, handlers, styles, doctypes, entities, processing instructions, or addresses outside itself. It is served with a policy that lets
 * nothing run, and shown as a picture besides. Source: W3C SVG 2 §2.1 (secure static mode), w3.org/TR/SVG2/conform.html (2026-11-26).
 */
export function logoOf(name: string, bytes: Buffer): Logo | { readonly wrong: string } {
  if (bytes.length > LOGO_BYTES_MAX) return { wrong: `a file of ${bytes.length} bytes` }
  if (name.endsWith('.png')) return bytes.subarray(0, 8).equals(PNG) ? { type: 'image/png', bytes } : { wrong: 'a file that is no PNG' }
  const wrong = wrongDrawing(bytes.toString('utf8'))
  return wrong === undefined ? { type: 'image/svg+xml', bytes } : { wrong }
}

function wrongDrawing(text: string): string | undefined {
  const drawing = text.replace(/^\uFEFF?\s*<\?xml[^?>]*\?>/, '').replace(/<!--(?:(?!--)[\s\S])*-->/g, '')
  if (!/^\s*<svg[\s>]/.test(drawing)) return 'a file that does not begin with <svg'
  if (/<[!?]/.test(drawing)) return 'a doctype, an entity or an instruction'
  for (const [, name = ''] of drawing.matchAll(/<\/?([^\s/>]*)/g))
    if (!ELEMENTS.has(name)) return `<${name.slice(0, 30)}>, which is no shape`
  if (/[\s"'/]on[a-z]+\s*=/i.test(drawing)) return 'a handler of events'
  if (/[\s"'/]style\s*=/i.test(drawing)) return 'a style attribute; use presentation attributes such as fill'
  const linked = drawing.replace(/(?:href|src)\s*=\s*(["'])#[\w.-]*\1/gi, '')
  if (/(?:href|src|base)\s*=/i.test(linked)) return 'an address outside of itself'
  if (/url\(\s*(?!#|["']#|&quot;#)/i.test(drawing) || /&(?!(?:amp|lt|gt|quot|apos);)/.test(drawing))
    return 'an address outside of itself, or a coded character'
  return undefined
}
