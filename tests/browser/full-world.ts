import type { Page } from 'playwright-core'
import { startWorld, type World } from '../../checks/world.ts'
import { type SimMail, type SimStripe, type SimTelegram, startSimMail, startSimStripe, startSimTelegram } from '../../sim/index.ts'
import { openByNumber } from './people.ts'

/** A house in which every list has a row and every way is switched on, all that people wrote being Chinese. */
export type FullWorld = {
  readonly world: World
  /** Opens an account in a page, whose owner stays signed in there, and fills its lists. */
  readonly fillAccount: (page: Page) => Promise<FilledAccount>
  readonly stop: () => Promise<void>
}

/** What addresses of pages name. */
export type FilledAccount = { readonly accountId: string; readonly keyId: string; readonly webhookId: string }

/** Starts it: cards, mail, a bot and webhooks; models, plans, a pool, codes, an announcement, an incident. */
export async function startFullWorld(): Promise<FullWorld> {
  const [mail, telegram] = await Promise.all([startSimMail(), startSimTelegram()])
  const stripe = await startSimStripe({ now: () => Date.now(), name: 'full' })
  const world = await startWorld(optionsOf({ mail, telegram, stripe }))
  const stop = async (): Promise<void> => {
    await world.stop()
    await Promise.all([mail.stop(), telegram.stop(), stripe.close()])
  }
  await fillHouse(world).catch(async (thrown: unknown) => {
    await stop()
    throw thrown
  })
  return { world, fillAccount: (page) => fillAccount(page, world, stripe), stop }
}

type Outside = { readonly mail: SimMail; readonly telegram: SimTelegram; readonly stripe: SimStripe }

const optionsOf = ({ mail, telegram, stripe }: Outside) => ({
  env: { FAREBOX_SMTP_URL: `smtp://127.0.0.1:${mail.port}`, FAREBOX_MAIL_FROM: 'post@fare.example', FAREBOX_WEBHOOKS: 'yes' },
  telegram: { token: telegram.token, api_url: telegram.url },
  payments: {
    stripe: { secret_key: stripe.secretKey, webhook_secret: stripe.webhookSecret, api_base: stripe.baseUrl },
    rules: { bonus: [{ from: '50.00', percent: '5' }] },
  },
})

const TITLE = { en: 'Nights are cheaper', zh: '夜间更便宜' }
const TEXT = { en: 'From 22:00 UTC on.', zh: 'UTC 22:00 起，所有模型优惠一成。' }

async function fillHouse({ operator: { ask } }: World): Promise<void> {
  const routes = [{ upstream: 'oai', model: 'sim-model', cost: { input: '3.00', output: '15.00' } }]
  const price = { input: '4.00', output: '15.00' }
  await ask('PUT', '/models/m-sold', { context: 100_000, output_max: 1000, price, routes })
  const later = new Date(Math.ceil((Date.now() + 40 * DAY_MS) / DAY_MS) * DAY_MS).toISOString()
  const plan = { name: '包月', price_multiplier: '1', public: true, price_changes: [{ effective_at: later, price_multiplier: '1.1' }] }
  const budget = { amount: '20.00', window: 'month' }
  await ask('PUT', '/plans/monthly', { ...plan, kind: 'monthly', price: '12.00', budget })
  await ask('PUT', '/pools/open', {
    description: '开放模型',
    models: ['m-sold'],
    blocks: [{ block: 'asia', seats: 5, price_per_month: '5.00' }],
  })
  await ask('POST', '/redeem-batches', { label: '展会', amount: '25.00', count: 3 })
  await ask('POST', '/announcements', { topic: 'announcements', title: TITLE, text: TEXT })
  await ask('POST', '/incidents', { title: TITLE, text: TEXT })
  const [starts_at, ends_at] = [1, 2].map((days) => new Date(Date.now() + days * DAY_MS).toISOString())
  await ask('POST', '/status/maintenance', { title: '更换磁盘', starts_at, ends_at })
  await ask('POST', '/operators', { name: 'xiaoming', role: 'read-only' })
}

const DAY_MS = 86_400_000

async function fillAccount(page: Page, world: World, stripe: SimStripe): Promise<FilledAccount> {
  await openByNumber(page, world)
  const { ask } = world.operator
  const own = ownOf(page, `http://localhost:${world.port}`)
  const { id: accountId } = await own<{ id: string }>('GET', '/api/account')
  await ask('POST', `/accounts/${accountId}/credits`, { amount: '60.00', reason: '测试' })
  const limits = { requests_per_minute: 600, tokens_per_minute: 100_000 }
  const key = await own<Made>('POST', '/api/keys/credit', { name: '夜间批量', limits, spendCap: { amount: '5.00', window: 'day' } })
  for (const model of ['m-openai', 'm-sold', 'nothing']) await callOnce(world, key.apiKey, model)
  await own('POST', '/api/billing/subscribe', { planSlug: 'monthly', createKey: true, keyName: '包月密钥' })
  await own('POST', '/api/pools/open/subscribe', { blocks: ['asia'] })
  await own('POST', '/api/billing/topup', { amount: '25.00', method: 'stripe' })
  const { url } = await own<{ url: string }>('POST', '/api/billing/cards/page')
  stripe.saveCard(new URL(url).pathname.split('/').at(-1) ?? '')
  await own('PUT', '/api/billing/auto-top-up', { threshold: '5.00', amount: '20.00', dailyMaximum: '40.00' })
  await own('POST', '/api/team/invitations', { role: 'developer' })
  await own('PUT', '/api/team', { name: '翻译组' })
  await own('POST', '/api/keys/management', { name: '脚本' })
  const webhook = await own<Made>('POST', '/api/webhooks', { url: 'https://hooks.farebox-test.example.org/', events: ['key.created'] })
  await own('POST', `/api/webhooks/${webhook.id}/test`, {})
  await own('POST', '/api/support/requests', { text: '这笔调用为何计费？' })
  const leaked = await own<Made>('POST', '/api/keys/credit', { name: '泄露的密钥' })
  await ask('POST', '/leaked-keys', { key: leaked.apiKey })
  const paused = await own<Made>('POST', '/api/keys/credit', { name: '暂停的密钥' })
  await ask('POST', `/keys/${paused.id}/pause`, { reason: 'security', note: '请检查构建日志。' })
  return { accountId, keyId: key.id, webhookId: webhook.id }
}

type Made = { readonly id: string; readonly apiKey: string }

/** Asks what the dashboard asks, as whoever is signed in in a page. */
const ownOf =
  (page: Page, base: string) =>
  async <Answer>(method: string, path: string, data?: object): Promise<Answer> => {
    const answer = await page.request.fetch(`${base}${path}`, { method, headers: { origin: base }, ...(data && { data }) })
    if (!answer.ok()) throw new Error(`${method} ${path} answered ${answer.status()} ${await answer.text()}`)
    return ((await answer.json()) as { data: Answer }).data
  }

async function callOnce(world: World, key: string, model: string): Promise<void> {
  const answer = await fetch(`${world.base}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: '你好' }], max_tokens: 64 }),
  })
  await answer.text()
}
