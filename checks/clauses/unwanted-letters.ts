import { randomBytes } from 'node:crypto'
import { createAccount } from '../../src/accounts/index.ts'
import { createTestDatabase, stopTestServer } from '../../src/db/testing.ts'
import { systemIds } from '../../src/lib/index.ts'
import { changeSettings, LETTERS, type Posting, personalMailer } from '../../src/notify/index.ts'
import { testSubjectKeys } from '../../src/privacy/testing.ts'
import { MAIL_TEMPLATES, type MailTemplate, TOPICS } from '../../src/spec/index.ts'
import type { CheckContext } from '../harness/index.ts'

const NOW = Date.parse('2036-01-01T00:00:00Z')
const WANTS = 'wants@example.com'
const LETTERS_FILLED = (Object.keys(MAIL_TEMPLATES) as MailTemplate[]).map((template) => ({
  template,
  fields: Object.fromEntries(MAIL_TEMPLATES[template].map((name) => [name, 'x'])),
}))

/**
 * Sends every mail to somebody who refused all that need not be sent, to somebody who wants all, and to an address without an account. Returns how
 * many mails can be refused, and how many of them went to who did not want them, which has to be 0.
 */
export async function unwantedLetters(context: CheckContext): Promise<{ readonly optional: number; readonly unwanted: number }> {
  const kit = await createTestDatabase()
  try {
    const [database, subjects] = [kit.appDatabase, testSubjectKeys()]
    const ids = systemIds(() => NOW)
    const sent: { readonly template: MailTemplate; readonly to: string; readonly posting: Posting }[] = []
    const post = {
      post: async ({ template, to }: { readonly template: MailTemplate; readonly to: string }, posting: Posting) =>
        void sent.push({ template, to, posting }),
      send: () => Promise.reject(new Error('a mail went past the choices of people')),
      check: async () => undefined,
    }
    const { mailer, tell } = personalMailer({
      ...{ database, subjects, post, chat: undefined, publicUrl: 'https://fare.example', log: () => undefined },
      ...{ unsubscribeKey: randomBytes(32), language: 'en' },
    })
    for (const [email, isWanted] of [
      [WANTS, true],
      ['refuses@example.com', false],
    ] as const) {
      const { id } = await createAccount(database, subjects, { id: ids.uuid(), email, now: NOW })
      await changeSettings(database, id, { topics: Object.fromEntries(TOPICS.map((topic) => [topic, isWanted])) })
      for (const letter of LETTERS_FILLED) {
        await mailer?.send(letter.template, email, letter.fields)
        await tell({ accountId: id, ...letter })
      }
    }
    for (const { template, fields } of LETTERS_FILLED) await mailer?.send(template, 'nobody@example.com', fields)
    const optional = Object.values(LETTERS).filter((entry) => entry.class === 'optional').length
    const ended = sent.filter(({ posting }) => posting.unsubscribe !== undefined)
    const unwanted = ended.filter(({ to }) => to !== WANTS).length
    context.expect(unwanted === 0, `${unwanted} mails went to who did not want them`)
    context.expect(ended.length === 2 * optional, `${ended.length} of ${2 * optional} mails went to who wants them and can be ended`)
    const critical = Object.keys(LETTERS).length - optional
    context.expect(sent.length - ended.length === 5 * critical, `${sent.length - ended.length} of ${5 * critical} critical mails were sent`)
    return { optional, unwanted }
  } finally {
    await kit.drop()
    await stopTestServer()
  }
}
