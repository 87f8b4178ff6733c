import { z } from 'zod'

/** Languages that the site is written in. */
export const SITE_LANGUAGES = ['en', 'zh'] as const
export type SiteLanguage = (typeof SITE_LANGUAGES)[number]

const FILE = {
  expected: 'the name of a file beside farebox.yaml',
  mend: 'write it like terms.md, without a leading slash and without ".."',
}

/** What people read when a field of the site's part of farebox.yaml is not right. */
export const SITE_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  site: {
    expected: 'a mapping with name, logo, accent, languages, terms, refunds, source',
    mend: 'leave it out for a site without a logo, under the name of policy.service',
  },
  'site.name': {
    expected: 'a text of 1 to 60 characters',
    mend: 'write what stands at the head of every page, or leave it out for policy.service',
  },
  'site.logo': {
    expected: 'the name of an .svg or .png file beside farebox.yaml, up to 128 KiB',
    mend: 'write it like logo.svg, without a leading slash and without ".."',
  },
  'site.accent': { expected: 'a colour such as "#b45309"', mend: 'quote it, as # begins a comment; leave it out for amber' },
  'site.languages': { expected: `a list of ${SITE_LANGUAGES.join(', ')}, each once`, mend: 'leave it out for all of them' },
  'site.languages.': { expected: `one of ${SITE_LANGUAGES.join(', ')}`, mend: 'write en or zh' },
  'site.terms': {
    expected: 'the name of a Markdown file, or one for each language',
    mend: 'write terms.md or { en: terms.md, zh: terms.zh.md }',
  },
  'site.terms.en': FILE,
  'site.terms.zh': FILE,
  'site.refunds': {
    expected: 'the name of a Markdown file, or one for each language',
    mend: 'leave it out, and the page is made from payments.rules.refunds',
  },
  'site.refunds.en': FILE,
  'site.refunds.zh': FILE,
  'site.source': { expected: 'an https address', mend: 'write where the source of what you run can be read, or leave it out' },
}

const told = (path: string): string => SITE_FIELDS[path]?.expected ?? ''

/** A path that stays in the folder it is looked up in. */
const fileName = (path: string, ending: RegExp) =>
  z
    .string()
    .max(200)
    .regex(/^(?!.*(?:^|\/)\.\.?(?:\/|$))[\w@+-][\w@+./-]*$/)
    .regex(ending)
    .describe(told(path))

const markdown = (path: string) => {
  const file = (own: string) => fileName(own, /\.(?:md|markdown|txt)$/)
  return z.union([file(path), z.strictObject({ en: file(`${path}.en`), zh: file(`${path}.zh`).optional() })]).describe(told(path))
}

/** The site's part of farebox.yaml. */
export const siteBlock = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(60)
    .regex(/^[^\p{C}]+$/u)
    .describe(told('site.name'))
    .optional(),
  logo: fileName('site.logo', /\.(?:svg|png)$/).optional(),
  accent: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .describe(told('site.accent'))
    .optional(),
  languages: z
    .array(z.enum(SITE_LANGUAGES).describe(told('site.languages.')))
    .min(1)
    .refine((names) => new Set(names).size === names.length)
    .describe(told('site.languages'))
    .optional(),
  terms: markdown('site.terms').optional(),
  refunds: markdown('site.refunds').optional(),
  source: z
    .url({ protocol: /^https$/ })
    .max(500)
    .describe(told('site.source'))
    .optional(),
})

/** What farebox.yaml says of the site, as it is written there. */
export type WrittenSite = z.output<typeof siteBlock>
