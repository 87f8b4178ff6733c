import { html } from 'hono/html'
import { type Language, MAIL_TEMPLATES, type MailTemplate } from '../spec/index.ts'
import { LETTERS } from './letters/index.ts'
import { FOOTER_WORDS } from './topic-names.ts'

/** A mail as it is sent, with the same words as text and as HTML. */
export type Rendered = { readonly subject: string; readonly text: string; readonly html: string }

/** What a mail is made of; `sender` is what the service is called, `unsubscribe` the page that ends mails about its topic. */
export type RenderOptions = { readonly language: Language; readonly sender: string; readonly unsubscribe?: string | undefined }

const FIELD_LENGTH_MAX = 500

/** Writes a mail. Throws TypeError when a field is missing, is not one of the mail's, is longer than 500 characters or holds control characters. */
export function renderMail(
  template: MailTemplate,
  fields: Readonly<Record<string, string>>,
  { language, sender, unsubscribe }: RenderOptions,
): Rendered {
  refuseOddFields(template, fields)
  const entry = LETTERS[template]
  const { subject, paragraphs, action } = entry[language]
  const stop = unsubscribe === undefined || entry.class === 'critical' ? undefined : { label: FOOTER_WORDS[language], link: unsubscribe }
  const fill = (text: string) => filled(text, fields)
  const [title, body] = [fill(subject), paragraphs.map(fill)]
  const button = action === undefined ? undefined : { label: action.label, link: fill(action.link) }
  const written = page({ language, sender, title, body, button, stop })
  if (written instanceof Promise) throw new TypeError('a page of a mail waits for nothing')
  const end = stop === undefined ? `-- \n${sender}` : `-- \n${sender}\n${stop.label}: ${stop.link}`
  const text = [...body, ...(button === undefined ? [] : [`${button.label}:\n${button.link}`]), end].join('\n\n')
  return { subject: title, text: `${text}\n`, html: written.toString() }
}

/** The same words as one text for a messenger. Throws as renderMail does. */
export function renderMessage(template: MailTemplate, fields: Readonly<Record<string, string>>, language: Language): string {
  refuseOddFields(template, fields)
  const { subject, paragraphs, action } = LETTERS[template][language]
  const lines = [subject, ...paragraphs, ...(action === undefined ? [] : [action.link])]
  return lines.map((line) => filled(line, fields)).join('\n\n')
}

const filled = (text: string, fields: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => fields[name] ?? '')

function refuseOddFields(template: MailTemplate, fields: Readonly<Record<string, string>>): void {
  const wanted: readonly string[] = MAIL_TEMPLATES[template]
  for (const name of wanted) if (fields[name] === undefined) throw new TypeError(`mail ${template} lacks ${name}`)
  for (const [name, value] of Object.entries(fields)) {
    if (!wanted.includes(name)) throw new TypeError(`mail ${template} has no field ${name}`)
    if (value.length > FIELD_LENGTH_MAX || /\p{Cc}/u.test(value)) throw new TypeError(`mail ${template}: ${name} is no single short line`)
  }
}

type Page = Omit<RenderOptions, 'unsubscribe'> & {
  readonly title: string
  readonly body: readonly string[]
  readonly button: Link | undefined
  readonly stop: Link | undefined
}

type Link = { readonly label: string; readonly link: string }

const FONT = "font-family: system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', sans-serif"

/** One column on paper, one thing to do; nothing in it is loaded from anywhere. */
const page = ({ language, sender, title, body, button, stop }: Page) => html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${title}</title></head>
<body style="margin: 0; padding: 32px 16px; background: #f6f3ec; color: #1d1b16; ${FONT}; font-size: 16px; line-height: 1.5">
<div style="max-width: 520px; margin: 0 auto">
<h1 style="font-size: 20px; line-height: 1.3; margin: 0 0 16px">${title}</h1>
${body.map((paragraph) => html`<p style="margin: 0 0 12px">${paragraph}</p>`)}
${
  button === undefined
    ? ''
    : html`<p style="margin: 24px 0"><a href="${button.link}" style="display: inline-block; padding: 10px 16px; border-radius: 4px; background: #ffb000; color: #1d1b16; text-decoration: none; font-weight: 600">${button.label}</a></p>
<p style="margin: 0 0 12px; font-size: 13px; color: #5d574a; word-break: break-all">${button.link}</p>`
}
<p style="margin: 24px 0 0; padding-top: 12px; border-top: 1px solid #d8d2c4; font-size: 13px; color: #5d574a">${sender}${stop === undefined ? '' : html`<br><a href="${stop.link}" style="color: #5d574a">${stop.label}</a>`}</p>
</div>
</body>
</html>`
