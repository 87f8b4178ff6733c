// Guarantee: a mail goes to the one address it is for and to no other, says the words of its template and nothing else, in each language,
// and its failure tells no address and no word.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type SimMail, startSimMail } from '../../sim/index.ts'
import { MAIL_FIELDS } from '../inventory.ts'
import { LANGUAGES, MAIL_TEMPLATES, type MailTemplate } from '../spec/index.ts'
import { LETTERS, MailNotSentError, renderMail, smtpMailer } from './index.ts'

let sim: SimMail
before(async () => {
  sim = await startSimMail()
})
after(() => sim.stop())

const TEMPLATES = Object.keys(MAIL_TEMPLATES) as MailTemplate[]
const fieldsOf = (template: MailTemplate) => Object.fromEntries(MAIL_TEMPLATES[template].map((name) => [name, `value-of-${name}`]))
const mailer = (over: { readonly url?: string; readonly answerMs?: number; readonly stopped?: AbortSignal } = {}) =>
  smtpMailer({ url: `smtp://127.0.0.1:${sim.port}`, from: 'post@fare.example', sender: 'Fare', language: 'en', ...over })

test('every mail is classed, and written in every language with each of its fields in text and HTML', () => {
  assert.deepEqual(Object.keys(LETTERS).sort(), TEMPLATES.toSorted())
  for (const language of LANGUAGES)
    for (const template of TEMPLATES) {
      const { subject, text, html } = renderMail(template, fieldsOf(template), { language, sender: 'Fare' })
      assert.ok(subject.length > 0 && LETTERS[template][language].paragraphs.length > 0)
      for (const name of MAIL_TEMPLATES[template])
        assert.ok(`${subject}${text}`.includes(`value-of-${name}`) && html.includes(`value-of-${name}`), `${language} ${template}: ${name}`)
      assert.ok(!/\{\w+\}/.test(`${subject}${text}`), `${language} ${template} has a field that nobody fills`)
      assert.ok(!/<(?:img|script|link|iframe)|url\(/i.test(html), 'a mail loads something')
    }
})

test('every field of a mail is declared, and no other is', () => {
  const used = new Set(['to', ...TEMPLATES.flatMap((template) => [...MAIL_TEMPLATES[template]])])
  assert.deepEqual(Object.keys(MAIL_FIELDS).sort(), [...used].sort())
})

test('a field that is not one of the mail, is missing, long or more than a line is refused', () => {
  const options = { language: 'en', sender: 'Fare' } as const
  for (const fields of [{}, { days: 'a\nb' }, { days: 'x'.repeat(501) }, { days: '7', more: 'x' }])
    assert.throws(() => renderMail('inactive-notice', fields, options), TypeError)
})

test('no value can become markup', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (value) => {
      if (/\p{Cc}/u.test(value)) return
      const { html } = renderMail('inactive-notice', { days: `<b>${value}"'` }, { language: 'en', sender: '<i>' })
      assert.ok(!html.includes('<b>') && !html.includes('<i>'))
    }),
    { numRuns: 500 },
  )
})

test('a mail goes to its one address', async () => {
  await mailer().send('privacy-link', 'a@b.example', { kind: 'export', link: 'https://f.example/privacy#export=t', hours: '24' })
  const [mail] = sim.mails.slice(-1)
  assert.deepEqual([mail?.from, mail?.to], ['post@fare.example', ['a@b.example']])
  assert.match(mail?.raw ?? '', /^From: Fare <post@fare\.example>$/m)
  assert.match(mail?.raw ?? '', /^Auto-Submitted: auto-generated$/m)
})

test('what is no single address is sent nowhere', async () => {
  const sent = sim.mails.length
  for (const to of ['a@b.example\r\nBcc: c@d.example', 'a@b.example, c@d.example', 'X <a@b.example>', ''])
    await assert.rejects(
      mailer().send('email-changed', to, {}),
      (thrown) => thrown instanceof MailNotSentError && thrown.code === 'address_refused',
    )
  assert.equal(sim.mails.length, sent)
})

test('a failure tells a code, whether anybody was there, and nobody', async () => {
  sim.refuses = true
  const refused = await mailer()
    .send('email-changed', 'secret-person@b.example', {})
    .catch((thrown: unknown) => thrown)
  sim.refuses = false
  assert.ok(refused instanceof MailNotSentError && !refused.isUnreachable && refused.isForGood)
  assert.ok(!/secret-person|550/.test(`${refused.message}${refused.stack}${JSON.stringify(refused)}${String(refused.cause)}`))
  const nobody = mailer({ url: 'smtp://127.0.0.1:1' })
  await assert.rejects(nobody.check(), (thrown) => thrown instanceof MailNotSentError && thrown.isUnreachable)
  await mailer().check()
})

test('what says that nobody is at an address is told from what may pass, and from what is about the server or who writes', async () => {
  const codeOf = async (refusal: string): Promise<readonly [string, boolean]> => {
    Object.assign(sim, { refuses: true, refusal })
    const refused = await mailer()
      .send('email-changed', 'a@b.example', {})
      .catch((thrown: unknown) => thrown)
    return refused instanceof MailNotSentError ? [refused.code, refused.isForGood] : ['taken', false]
  }
  try {
    for (const refusal of [
      '550 no such person',
      '550 5.1.1 nobody',
      '553 5.1.10 no',
      '550-5.2.1 shut\r\n550 5.2.1 shut',
      '556 5.1.10 no mail',
    ])
      assert.deepEqual(await codeOf(refusal), ['recipient_refused', true], refusal)
    for (const refusal of [
      '450 4.2.1 later',
      '451 later',
      '554 5.7.1 relay denied',
      '550 5.7.54 no',
      '550 5.1.8 who are you',
      '553 5.1.7 no',
    ])
      assert.deepEqual(await codeOf(refusal), ['EENVELOPE', false], refusal)
  } finally {
    Object.assign(sim, { refuses: false, refusal: '550 no such person' })
  }
})

test('a server that says late that it took a mail is waited for where nobody waits for the mail, until the process ends', async () => {
  const letter = { template: 'email-changed', to: 'late@b.example', fields: {} } as const
  const stopping = new AbortController()
  const hasty = mailer({ answerMs: 50, stopped: stopping.signal })
  sim.takenMs = 400
  try {
    await assert.rejects(hasty.post(letter, {}), (thrown) => thrown instanceof MailNotSentError && thrown.code === 'ETIMEDOUT')
    await hasty.post(letter, { isPatient: true })
    sim.takenMs = 1_500
    const ended = assert.rejects(
      hasty.post(letter, { isPatient: true }),
      (thrown) => thrown instanceof MailNotSentError && thrown.isUnreachable,
    )
    stopping.abort()
    await ended
    await assert.rejects(
      hasty.post(letter, { isPatient: true }),
      (thrown) => thrown instanceof MailNotSentError && thrown.code === 'stopped',
    )
  } finally {
    sim.takenMs = 0
  }
})

test('a server elsewhere gets nothing without encryption', async () => {
  // An address of this machine that is not its loopback; the fake there offers no encryption.
  const sent = sim.mails.length
  const elsewhere = mailer({ url: `smtp://0.0.0.0:${sim.port}` })
  await assert.rejects(
    elsewhere.send('email-changed', 'a@b.example', {}),
    (thrown) => thrown instanceof MailNotSentError && thrown.code === 'ETLS',
  )
  assert.equal(sim.mails.length, sent)
})
