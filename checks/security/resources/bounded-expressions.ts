/** How long a text can get, in letters, and what holds it to that; `our own` where nobody else writes it. */
export type Bound = { readonly length: number | 'our own'; readonly why: string }

const OUR_OWN = (why: string): Bound => ({ length: 'our own', why })

/** Expressions that can take the square of their text's length, as they are written. */
export const BOUNDED: ReadonlyMap<string, Bound> = new Map([
  ['/\\{[^/]*\\}/g', OUR_OWN('paths of our router')],
  ['/\\{(\\w+)(?:\\{[^}]*\\})?\\}/g', OUR_OWN('paths of our router')],
  ['/, received .*$/', OUR_OWN('messages of schemas, which hold no value')],
  ['/\\.?0+$/', OUR_OWN('shares that we print')],
  ['/0+$/', OUR_OWN('four digits that we print')],
  ['/^\\| <a id="(\\w+)"><\\/a>`\\w+` \\| .* \\| (.+?) \\|$/', OUR_OWN('docs/errors.md')],
  ['/\\[([^\\]]+)\\]\\([^)]*\\)/g', OUR_OWN('docs/errors.md')],
  ['/\\B(?=(\\d{3})+$)/g', { length: 40, why: 'a figure that we print' }],
  ['/<!--[\\s\\S]*?-->/g', OUR_OWN('texts of this house')],
  ['/(\\.\\d\\d\\d*?)0+$/', OUR_OWN('prices that we print')],
  ['/\\/+$/', OUR_OWN('addresses in the tables of who imports them, read on their own command')],
  ['/\\0+$/', { length: 32, why: 'a field of the control channel' }],
  ['/=+$/', OUR_OWN('base64 that we print')],
  ['/(\\.\\d*?)0+$/', { length: 40, why: 'an amount by its schema' }],
  ['/\\d+\\.\\d+\\.\\d+\\.\\d+$/', { length: 45, why: 'an address that net.isIP knows' }],
  ['/("(?:[^"\\\\]|\\\\.)*")|\\s+/g', OUR_OWN('JSON that was parsed, so that each text in it is closed')],
])

/** Files that put expressions together, and of what. */
export const BUILT: ReadonlyMap<string, string> = new Map([
  ['api/answer-shapes/strangers.ts', 'patterns of our schemas'],
  ['api/answer-shapes/undeclared.ts', 'paths of our router'],
  ['api/contract/sign-on.ts', 'a figure of ours'],
  ['api/frame.ts', 'paths of our router'],
  ['backup/header.ts', 'a figure of ours'],
  ['payments/rails/code/code-format.ts', 'a figure of ours'],
  ['privacy/policy/claiming-words.ts', 'words of ours'],
  ['protocols/count-tokens.ts', 'where the vocabulary’s words end; sees 1,000 letters at a time'],
])
