import { html } from 'hono/html'
import { MAIL_TEMPLATES, type MailTemplate } from '../spec/index.ts'
import { LETTERS, type MailLanguage } from './letters.ts'

/** A mail as it is sent, with the same words as text and as HTML. */
export type Rendered = { readonly subject: string; readonly text: string; readonly html: string }

/** What a mail is made of; `sender` is what the service is called. */
export type RenderOptions = { readonly language: MailLanguage; readonly sender: string }

const FIELD_LENGTH_MAX = 500

/** Writes a mail. Throws TypeError when a field is missing, is not one of the mail's, is longer than 500 characters or holds control characters. */
export function renderMail(
  template: MailTemplate,
  fields: Readonly<Record<string, string>>,
  { language, sender }: RenderOptions,
): Rendered {
  refuseOddFields(template, fields)
  const { subject, paragraphs, action } = LETTERS[language][template]
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => fields[name] ?? '')
  const [title, body] = [fill(subject), paragraphs.map(fill)]
  const button = action === undefined ? undefined : { label: action.label, link: fill(action.link) }
  const written = page({ language, sender, title, body, button })
  if (written instanceof Promise) throw new TypeError('a page of a mail waits for nothing')
  const text = [...body, ...(button === undefined ? [] : [`${button.label}:\n${button.link}`]), `-- \n${sender}`].join('\n\n')
  return { subject: title, text: `${text}\n`, html: written.toString() }
}

function refuseOddFields(template: MailTemplate, fields: Readonly<Record<string, string>>): void {
  const wanted: readonly string[] = MAIL_TEMPLATES[template]
  for (const name of wanted) if (fields[name] === undefined) throw new TypeError(`mail ${template} lacks ${name}`)
  for (const [name, value] of Object.entries(fields)) {
    if (!wanted.includes(name)) throw new TypeError(`mail ${template} has no field ${name}`)
    if (value.length > FIELD_LENGTH_MAX || /\p{Cc}/u.test(value)) throw new TypeError(`mail ${template}: ${name} is no single short line`)
  }
}

type Page = RenderOptions & {
  readonly title: string
  readonly body: readonly string[]
  readonly button: { readonly label: string; readonly link: string } | undefined
}

const FONT = "font-family: system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', sans-serif"

/** One column on paper, one thing to do; nothing in it is loaded from anywhere. */
const page = ({ language, sender, title, body, button }: Page) => html`<!doctype html>
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
<p style="margin: 24px 0 0; padding-top: 12px; border-top: 1px solid #d8d2c4; font-size: 13px; color: #5d574a">${sender}</p>
</div>
</body>
</html>`
