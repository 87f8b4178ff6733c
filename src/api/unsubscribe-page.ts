import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import { TOPIC_NAMES } from '../notify/index.ts'
import type { Language, Topic } from '../spec/index.ts'

const STYLE = `:root{color-scheme:light dark}body{margin:0;padding:48px 16px;background:#f6f3ec;color:#1d1b16;font:16px/1.5 system-ui,'PingFang SC','Microsoft YaHei',sans-serif}
main{max-width:480px;margin:0 auto}h1{font-size:20px;margin:0 0 12px}button{margin-top:16px;padding:10px 16px;border:0;border-radius:4px;background:#ffb000;color:#1d1b16;font:inherit;font-weight:600}
@media(prefers-color-scheme:dark){body{background:#171611;color:#ece8dd}}`

/** What the page may do: show itself, and send its one form to this host. Source: w3.org/TR/CSP3 (2026-11-26). */
export const UNSUBSCRIBE_PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

type Words = {
  readonly ask: (topic: string) => string
  readonly button: string
  readonly done: (topic: string) => string
  readonly rest: string
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    ask: (topic) => `Get no more mails about ${topic}?`,
    button: 'Stop these mails',
    done: (topic) => `You get no more mails about ${topic}.`,
    rest: 'Mails that must be sent, such as those about your payments and your password, still come. You can change your mind in your account.',
  },
  zh: {
    ask: (topic) => `不再接收有关“${topic}”的邮件？`,
    button: '停止接收',
    done: (topic) => `你将不再收到有关“${topic}”的邮件。`,
    rest: '必须发送的邮件（例如付款和密码相关邮件）仍会发送。你可以随时在账户中更改设置。',
  },
}

/** What the page shows. */
export type UnsubscribePage = {
  readonly service: string
  readonly language: Language
  readonly topic: Topic
  readonly isDone: boolean
}

/** The page that ends mails about a topic: it asks once, and its form goes to where it is. No script, no cookie, nothing from elsewhere. */
export function unsubscribePage({ service, language, topic, isDone }: UnsubscribePage): string {
  const [words, name] = [WORDS[language], TOPIC_NAMES[language][topic]]
  const title = isDone ? words.done(name) : words.ask(name)
  const page = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${service}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<p>${service}</p>
<h1>${title}</h1>
<p>${words.rest}</p>
${isDone ? '' : html`<form method="post"><button name="List-Unsubscribe" value="One-Click">${words.button}</button></form>`}
</main>
</body>
</html>
`
  if (page instanceof Promise) throw new TypeError('a page waits for nothing')
  return page.toString()
}
