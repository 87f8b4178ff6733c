import { startSimMail } from '../../sim/index.ts'
import { MAIL_FIELDS } from '../../src/inventory.ts'
import { LETTERS, MailNotSentError, smtpMailer } from '../../src/notify/index.ts'
import { LANGUAGES, MAIL_TEMPLATES, type MailTemplate } from '../../src/spec/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { makeCanary } from '../privacy/canary.ts'
import { unwantedLetters } from './unwanted-letters.ts'

/** What nobody may put into a mail: more than one line, more than a line's length, and a field that the mail has not. */
const FREE_TEXTS = ['a\nb', 'a\r\nBcc: x@example.com', 'x'.repeat(501), '\u0000'] as const

/**
 * CL-mail: every mail is classed; each arrives at its one address with its fields and no other word of a person; and none takes free text. Mails
 * that are not critical reach nobody who refused them, and can be ended with one press.
 */
export async function letters(context: CheckContext): Promise<Measured> {
  const sim = await startSimMail()
  try {
    const templates = Object.keys(MAIL_TEMPLATES) as MailTemplate[]
    const kinds = templates.flatMap((template) => LANGUAGES.map((language) => ({ template, language })))
    const mails = Array.from({ length: context.n }, () => kinds).flat()
    for (const { template, language } of mails) {
      const mailer = smtpMailer({ url: `smtp://127.0.0.1:${sim.port}`, from: 'post@example.com', sender: 'Fare', language })
      const fields = Object.fromEntries(MAIL_TEMPLATES[template].map((name) => [name, makeCanary()]))
      const to = `${makeCanary()}@example.com`
      await mailer.send(template, to, fields)
      expectMail(context, { template, to, fields, taken: sim.mails.at(-1) })
      await expectNoFreeText(context, { template, fields, send: (given) => mailer.send(template, to, given) })
    }
    const sent = mails.length
    context.expect(sim.mails.length === sent, `${sim.mails.length} mails arrived of ${sent}`)
    const classed = templates.filter((template) => LETTERS[template]?.class !== undefined)
    context.expect(classed.length === templates.length, 'a mail has no class')
    const unwanted = await unwantedLetters(context)
    return {
      n: sent,
      measured: { templates: templates.length, languages: LANGUAGES.length, classed: classed.length, ...unwanted },
    }
  } finally {
    await sim.stop()
  }
}

type Sent = {
  readonly template: MailTemplate
  readonly to: string
  readonly fields: Readonly<Record<string, string>>
  readonly taken: { readonly to: readonly string[]; readonly raw: string } | undefined
}

function expectMail(context: CheckContext, { template, to, fields, taken }: Sent): void {
  context.expect(taken?.to.length === 1 && taken.to[0] === to, `${template} went to ${taken?.to.length ?? 0} addresses`)
  for (const name of Object.keys(fields)) context.expect(name in MAIL_FIELDS, `${template} has ${name}, which is not declared`)
  const told = (taken?.raw ?? '').replace(/=\n/g, '')
  const canaries = new Set(told.match(/cnry_[a-z2-7]{24}/gi)?.map((one) => one.toLowerCase()))
  const allowed = [to.split('@')[0] ?? '', ...Object.values(fields)].map((one) => one.toLowerCase())
  for (const canary of canaries) context.expect(allowed.includes(canary), `${template} tells a word of another mail`)
}

type Attempt = Pick<Sent, 'template' | 'fields'> & { readonly send: (fields: Readonly<Record<string, string>>) => Promise<void> }

async function expectNoFreeText(context: CheckContext, { template, fields, send }: Attempt): Promise<void> {
  const [first] = Object.keys(fields)
  const attempts = [{ ...fields, text: 'hello' }, ...(first === undefined ? [] : FREE_TEXTS.map((text) => ({ ...fields, [first]: text })))]
  for (const attempt of attempts) {
    const thrown: unknown = await send(attempt).catch((error: unknown) => error)
    context.expect(thrown instanceof TypeError && !(thrown instanceof MailNotSentError), `${template} takes free text`)
  }
}
